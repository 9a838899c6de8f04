/**
 * The report of `diff` in the JSON of diffoscope, version 1, which its presenters turn into their HTML, Markdown and
 * text. A cause is a node, and its paths are nodes below it; the first has the example.
 */
import type { ClusterView, DiffView } from './diff-view.ts';

interface Node {
  readonly source1: string;
  readonly source2: string;
  readonly comments?: readonly string[];
  readonly unified_diff: string | null;
  readonly details?: readonly Node[];
}

/** As many nodes of one cause as a page can show; --json has all. */
const PATHS_MAX = 1000;

export function diffoscopeDocument(view: DiffView): object {
  const { a, b, proof, packages, clusters } = view;
  const changed = packages.changes.map(
    ({ name, a: left, b: right }) => `package ${name}: ${left ?? 'none'} and ${right ?? 'none'}`,
  );
  return {
    'diffoscope-json-version': 1,
    source1: a.name,
    source2: b.name,
    comments: [
      `stillroot: ${proof.text}`,
      ...view.notCompared.map((text) => `not compared: ${text}`),
      ...(proof.note === undefined ? [] : [proof.note]),
      ...changed,
    ],
    unified_diff: null,
    ...(clusters.length === 0 ? {} : { details: clusters.map(clusterNode) }),
  };
}

function clusterNode(cluster: ClusterView): Node {
  const { head, size, title, paths, packages, remedy, advice, proposal, examples, renames, isWhole } =
    cluster;
  const name = size === '' ? head : `${head}: ${size}`;
  const exampleOf = new Map(examples.map(({ path, lines }) => [path, unified(lines)]));
  const [first] = examples;
  const own = first !== undefined && !paths.includes(first.path) ? unified(first.lines) : null;
  const limit = isWhole ? paths.length : PATHS_MAX;
  const details = paths.slice(0, limit).map(
    (path): Node => ({
      source1: path,
      source2: path,
      unified_diff: exampleOf.get(path) ?? null,
    }),
  );
  return {
    source1: name,
    source2: name,
    comments: [
      title,
      ...(packages.length === 0 ? [] : [`packages: ${packages.join(', ')}`]),
      `${remedy}: ${advice}`,
      ...proposal.options,
      ...(proposal.toml === '' ? [] : proposal.toml.split('\n')),
      ...renames,
      ...(paths.length > limit ? [`and ${paths.length - limit} more paths`] : []),
    ],
    unified_diff: own,
    ...(details.length === 0 ? {} : { details }),
  };
}

const PLACE = /^@ line (\d+) and (\d+)$/;

/** With the line numbers that its readers count by: of a place in a text, else from 1. */
function unified(lines: readonly string[]): string {
  const hunks: { from: readonly [number, number]; lines: string[] }[] = [];
  for (const line of lines) {
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
