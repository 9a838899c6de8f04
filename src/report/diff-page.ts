/** The results of `diff`, for files: Markdown for review comments and CI summaries, and one page of HTML. */
import { showLine } from '../app/line-documents.ts';
import type { Cluster } from '../diff/cluster.ts';
import type { SideName } from '../diff/finding.ts';
import { formatCount, plural } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import {
  blocksText,
  clusterHeading,
  clusterNames,
  digestTexts,
  entriesText,
  type Found,
  headText,
  isLeftOut,
  isWhole,
  LEFT_OUT,
  layerTexts,
  originTexts,
  pathCount,
  proofText,
  proposalTexts,
  REMEDIES,
  shownChange,
  sizeText,
  titleText,
  toneOf,
} from './diff.ts';
import {
  type Block,
  code,
  details,
  facts,
  joined,
  lines,
  list,
  paragraph,
  quiet,
  type Run,
  section,
  type Text,
  table,
  title,
} from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

/** Comments are limited in length; --json has all. */
const MARKDOWN_MAX = 20;
/** As many of one kind as a browser shows with ease. */
const HTML_MAX = 1000;
/** Rows of a table that are shown unfolded. */
const ROWS_OPEN = 10;

/** The page of `diff --report md=FILE`, with long texts cut to what merge requests accept. */
export function diffMarkdown(found: Found): string {
  return renderMarkdown(diffPage(found, MARKDOWN_MAX));
}

/** The self-contained page of `diff --report html=FILE`. */
export function diffHtml(found: Found): string {
  const { names, diff } = found;
  const name = `stillroot diff: ${names.a} and ${names.b} ${diff.same ? 'are the same' : 'differ'}`;
  return renderHtml(name, diffPage(found, HTML_MAX));
}

/** @param most maximum number of paths of a known cause, changed packages, and remaining differences */
function diffPage(found: Found, most: number): Block[] {
  const { names, diff, sides, blocks } = found;
  const { clusters, packages, proof, proposal } = diff;
  const side = (name: SideName): readonly [string, Text] => {
    const entries = entriesText(found, name);
    const texts = [...(entries === undefined ? [] : [entries]), sides[name].inspection.detection.distro];
    return [name.toUpperCase(), joined([code(names[name]), ...texts])];
  };
  const { same, changes } = packages;
  const installed =
    same === 0 && changes.length === 0
      ? 'no readable database'
      : `${formatCount(same)} the same, ${formatCount(changes.length)} not`;
  const versions = changes.map((change) => {
    const [name, a, b] = shownChange(change);
    return [name, a, b].map((text) => (text === undefined ? quiet('none') : code(text)));
  });
  const remaining = proof.remaining.map(({ path, field }) => [code(showPath(path)), field]);
  return [
    title(code(names.a), ' and ', code(names.b), ` ${diff.same ? 'are the same' : 'differ'}`),
    ...(diff.same ? [] : [paragraph(...proofText(diff))]),
    facts(
      side('a'),
      side('b'),
      ...(blocks === undefined ? [] : [['blocks', blocksText(blocks)] as const]),
      ['differing', `${plural(pathCount(diff), 'path')}, ${plural(clusters.length, 'cause')}`],
      ['packages', installed],
      ...diff.notCompared.map((text) => ['not compared', text] as const),
      ...digestTexts(diff).map(([name, digest]) => [`SHA-256 of ${name}`, code(digest)] as const),
    ),
    ...(isLeftOut(names, proposal) ? [paragraph(LEFT_OUT)] : []),
    ...folded('Packages that differ', 'package', ['package', 'A', 'B'], versions, most),
    ...(clusters.length === 0 ? [] : [causes(clusters, most)]),
    ...proposals(found),
    ...folded('Remaining differences', 'difference', ['path', 'in'], remaining, most),
  ];
}

/** A table with a heading, folded if it is long; nothing if it is empty. */
function folded(
  heading: string,
  one: string,
  head: readonly string[],
  rows: readonly (readonly Text[])[],
  most: number,
): Block[] {
  if (rows.length === 0) return [];
  const body = [
    table(head, rows.slice(0, most)),
    ...(rows.length > most ? [paragraph(`and ${formatCount(rows.length - most)} more`)] : []),
  ];
  return [section(heading, rows.length <= ROWS_OPEN ? body : [details(plural(rows.length, one), body)])];
}

/** What is left to do comes first: a page is read from the top, and built-in rules need no reader. */
function causes(clusters: readonly Cluster[], most: number): Block {
  const isBuiltIn = ({ remedy }: Cluster): boolean => remedy === 'built-in';
  const shown = [...clusters.filter((cluster) => !isBuiltIn(cluster)), ...clusters.filter(isBuiltIn)];
  const rows = shown.map((cluster, i) => [
    `${i + 1}`,
    { ...code(nameOf(cluster)), to: `cause-${i + 1}` },
    titleText(cluster),
    sizeText(cluster),
    remedyText(cluster),
  ]);
  return section('Causes', [
    table(['', 'cause', 'what varies', 'how much', 'what to do'], rows, { layout: 'causes' }),
    ...shown.map((cluster, i) => clusterSection(cluster, i + 1, most)),
  ]);
}

/** In a narrow column; the id of a rule says by itself that the cause is a known one. */
function nameOf(cluster: Cluster): string {
  const { cause, rule } = cluster;
  return cause === 'known-rule' && rule !== undefined ? rule : headText(cluster);
}

/** A cause that nobody knows yet needs a reader as much as a secret does. */
function remedyText(cluster: Cluster): Run {
  return {
    text: REMEDIES[cluster.remedy],
    mark: cluster.remedy === 'look' ? 'bad' : toneOf(cluster),
  };
}

function clusterSection(cluster: Cluster, number: number, most: number): Block {
  const { packages, advice, examples, paths, proposal } = cluster;
  const names = clusterNames(cluster);
  // A single path is already named by its example.
  const isAlone = paths.length === 1 && examples[0]?.path === paths[0];
  const shown = list(names.map(code), isWhole(cluster) ? names.length : most);
  const { toml, options } = proposalTexts(proposal);
  return section(
    clusterHeading(cluster, number, 'code'),
    [
      paragraph(titleText(cluster)),
      ...(packages.length === 0
        ? []
        : [paragraph('Packages: ', joined(packages.map((name) => code(showPath(name)))))]),
      ...(cluster.layers === undefined ? [] : [list(layerTexts(cluster, most))]),
      ...(cluster.origins.length === 0 ? [] : [list(originTexts(cluster, most))]),
      paragraph(remedyText(cluster), `: ${advice}`),
      ...examples.map(({ path, lines: all }) =>
        details(
          path === '' ? 'example' : ['example: ', code(showPath(path))],
          [lines('diff', all.map(showLine))],
          number === 1,
        ),
      ),
      ...(paths.length === 0 || isAlone ? [] : [details(plural(paths.length, 'path'), [shown])]),
      ...(options.length === 0 ? [] : [list(options.map(code))]),
      ...(toml.length === 0 ? [] : [details('the rule as TOML', [lines('toml', toml)])]),
    ],
    `cause-${number}`,
  );
}

function proposals({ diff: { proposal } }: Found): Block[] {
  const { toml, options } = proposalTexts(proposal);
  if (toml.length === 0 && options.length === 0) return [];
  return [
    section('All proposals', [
      ...(options.length === 0 ? [] : [paragraph('Options: ', joined(options.map(code), ' '))]),
      ...(toml.length === 0
        ? []
        : [paragraph('Rules, for a file to pass with ', code('--rules'), ':'), lines('toml', toml)]),
    ]),
  ];
}
