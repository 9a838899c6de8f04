/**
 * The report of `diff` in the JSON of diffoscope, version 1, which its presenters turn into their HTML, Markdown and
 * text. A cause is a node, and its paths are nodes below it; the first has the example.
 */
import { showLine } from '../app/line-documents.ts';
import type { Cluster } from '../diff/cluster.ts';
import { showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import {
  clusterNames,
  type Found,
  headText,
  isLeftOut,
  isWhole,
  LEFT_OUT,
  layerTexts,
  originTexts,
  proofText,
  proposalTexts,
  REMEDIES,
  shownChange,
  sizeText,
  titleText,
} from './diff.ts';
import { runsOf } from './document.ts';

interface Node {
  readonly source1: string;
  readonly source2: string;
  readonly comments?: readonly string[];
  readonly unified_diff: string | null;
  readonly details?: readonly Node[];
}

/** Maximum number of nodes per cause that a page can show; --json has all. */
const PATHS_MAX = 1000;

/** Findings as JSON that diffoscope's presenters load (format version 1). */
export function diffoscopeDocument({ names, diff }: Found): object {
  const { clusters, packages, notCompared, proposal } = diff;
  const proof = runsOf(proofText(diff)).map(({ text }) => text);
  const changed = packages.changes.map((change) => {
    const [name, a = 'none', b = 'none'] = shownChange(change);
    return `package ${name}: ${a} and ${b}`;
  });
  return {
    'diffoscope-json-version': 1,
    source1: showText(names.a),
    source2: showText(names.b),
    comments: [
      `stillroot: ${proof.join('')}`,
      ...notCompared.map((text) => `not compared: ${showText(text)}`),
      ...(isLeftOut(names, proposal) ? [LEFT_OUT] : []),
      ...changed,
    ],
    unified_diff: null,
    ...(clusters.length === 0 ? {} : { details: clusters.map(clusterNode) }),
  };
}

function clusterNode(cluster: Cluster): Node {
  const { packages, remedy, advice, examples, renames } = cluster;
  const paths = cluster.paths.map(showPath);
  const size = sizeText(cluster);
  const name = size === '' ? headText(cluster) : `${headText(cluster)}: ${size}`;
  const exampleOf = new Map(examples.map(({ path, lines }) => [showPath(path), unified(lines)]));
  const [first] = examples;
  const own = first !== undefined && !cluster.paths.includes(first.path) ? unified(first.lines) : null;
  const limit = isWhole(cluster) ? paths.length : PATHS_MAX;
  const details = paths.slice(0, limit).map(
    (path): Node => ({
      source1: path,
      source2: path,
      unified_diff: exampleOf.get(path) ?? null,
    }),
  );
  const { toml, options } = proposalTexts(cluster.proposal);
  return {
    source1: name,
    source2: name,
    comments: [
      titleText(cluster),
      ...(packages.length === 0 ? [] : [`packages: ${packages.map(showPath).join(', ')}`]),
      ...layerTexts(cluster, PATHS_MAX),
      ...originTexts(cluster, PATHS_MAX),
      `${REMEDIES[remedy]}: ${showText(advice)}`,
      ...options,
      ...toml.map(showText),
      ...(renames.length === 0 ? [] : clusterNames(cluster)),
      ...(paths.length > limit ? [`and ${paths.length - limit} more paths`] : []),
    ],
    unified_diff: own,
    ...(details.length === 0 ? {} : { details }),
  };
}

const PLACE = /^@ line (\d+) and (\d+)$/;

/** With the line numbers that its readers expect: those of the text, if known, otherwise from 1. */
function unified(all: readonly string[]): string {
  const hunks: { from: readonly [number, number]; lines: string[] }[] = [];
  for (const line of all.map(showLine)) {
    const [, left, right] = PLACE.exec(line) ?? [];
    if (left !== undefined || hunks.length === 0)
      hunks.push({ from: [Number(left ?? 1), Number(right ?? 1)], lines: [] });
    if (left === undefined) hunks.at(-1)?.lines.push(line.startsWith('@') ? ` ${line}` : line);
  }
  return hunks
    .map(({ from: [left, right], lines: hunk }) => {
      const count = (other: string): number => hunk.filter((line) => !line.startsWith(other)).length;
      return `@@ -${left},${count('+')} +${right},${count('-')} @@\n${hunk.map((line) => `${line}\n`).join('')}`;
    })
    .join('');
}
