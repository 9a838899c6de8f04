/** The results of `diff`, for a terminal. */
import { showLine } from '../app/line-documents.ts';
import type { BlockCounts } from '../diff/blocks/with-blocks.ts';
import type { Remedy } from '../diff/cause.ts';
import type { Cluster } from '../diff/cluster.ts';
import type { Diff } from '../diff/diff.ts';
import type { Sides } from '../diff/evidence.ts';
import type { SideName } from '../diff/finding.ts';
import type { PackageChange } from '../diff/package-comparison.ts';
import { optionArguments, type Proposal, proposalToml } from '../diff/proposal.ts';
import { selectRules, USER_LAYER } from '../rules/layers.ts';
import { TABLES } from '../rules/tables/index.ts';
import { formatBytes, formatCount, plural, quoteWord, showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import {
  type Block,
  bad,
  GAP,
  good,
  indented,
  line,
  lines,
  list,
  paragraph,
  type Run,
  section,
  strong,
  type Text,
} from './document.ts';
import { mentionLine } from './rules.ts';

/** Package names and changes shown before it says "and N more"; -v shows all. */
const TOP_PACKAGES = 6;
/** Paths of a cluster shown with -v; -vv shows all. */
const TOP_PATHS = 10;
/** Layers of a cluster shown without -v. */
const TOP_LAYERS = 4;
/** Lines of package scripts shown without -v. */
const TOP_ORIGINS = 4;
/** Paths of an unknown cause; -v shows all. More would push everything else off the terminal. */
const TOP_UNKNOWN = 200;
/** Paths shown of remaining differences; -v shows all. */
const TOP_REMAINING = 5;
/** Lines of a proposal shown without -v. */
const TOML_LINES = 14;

export const REMEDIES: Readonly<Record<Remedy, string>> = {
  'built-in': 'built in',
  option: 'option',
  rule: 'proposed rule',
  input: 'pin this package',
  upstream: 'fix upstream',
  look: 'investigate',
};

/** What every report of a comparison is based on. */
export interface Found {
  readonly names: DiffNames;
  readonly diff: Diff;
  readonly sides: Sides;
  /** Undefined where whole archives were read. */
  readonly blocks: BlockCounts | undefined;
}

/** @param examples number of causes to show with an example */
export function diffReport(found: Found, examples: number, verbose: number): Block[] {
  const next = found.diff.same ? [] : [line('next: ', nextText(found))];
  return [...differenceReport(found, examples, verbose), ...next];
}

/** The same without what to run next, which would name a side that may be no file any more. */
export function differenceReport(found: Found, examples: number, verbose: number): Block[] {
  const { names, diff, blocks } = found;
  const { clusters, proof, notCompared } = diff;
  const left = notCompared.map((text) => line(`not compared: ${text}`));
  const entries = (name: SideName): string => {
    const text = entriesText(found, name);
    return text === undefined ? '' : `: ${text}`;
  };
  if (diff.same) {
    return [line(strong(names.a), ' and ', strong(names.b), ` are the same${entries('a')}`), ...left];
  }
  const paths = pathCount(diff);
  return [
    line(strong(names.a), ' and ', strong(names.b), ' differ: ', ...proofText(diff)),
    line('A ', strong(names.a), entries('a')),
    line('B ', strong(names.b), entries('b')),
    ...(blocks === undefined ? [] : [line(blocksText(blocks))]),
    line(
      paths === 0
        ? 'the same tree in both, but the archives differ'
        : `${plural(paths, 'path differs', 'paths differ')}, for ${plural(clusters.length, 'cause')}`,
    ),
    ...packageLines(diff, verbose),
    ...clusters.map((cluster, i) => clusterSection(cluster, i + 1, i < examples ? examples : 0, verbose)),
    ...left,
    GAP,
    line(...proofText(diff)),
    indented(...digestTexts(diff).map(([name, digest]) => line(`sha256 of ${name}: ${digest}`))),
    list(remainingTexts(diff), verbose > 0 ? proof.remaining.length : TOP_REMAINING),
    ...(isLeftOut(names, diff.proposal) ? [paragraph(LEFT_OUT)] : []),
  ];
}

/** How many of the proposals count for the proof. */
function proposalCount({ proposal }: Diff): number {
  return proposal.rules.length + proposal.policies.size + optionArguments(proposal.options).length;
}

/** Whether both sides give the same archive with the rules that apply, and without any proposal. */
export function isEqualAfterRules(diff: Diff): boolean {
  return diff.same || (diff.proof.equal && proposalCount(diff) === 0);
}

/** What to run next. */
function nextText({ names: { a, b, proposals }, diff }: Found): string {
  const [first, second] = [quoteWord(a), quoteWord(b)];
  if (diff.proof.equal && proposalCount(diff) === 0)
    return `stillroot pack ${first} -o FILE, which is the same file for both`;
  if (proposalCount(diff) > 0) {
    return proposals === undefined
      ? `stillroot diff ${first} ${second} --propose rules.toml, then stillroot pack ${first} --rules rules.toml -o FILE`
      : `stillroot pack ${first} --rules ${quoteWord(proposals)} -o FILE`;
  }
  return `stillroot diff ${first} ${second} -v --report html=diff.html`;
}

/** The report of `diff` for two files with the same bytes. */
export function sameFilesReport({ a, b }: DiffNames): Block[] {
  return [line(strong(a), ' and ', strong(b), ' are the same file, byte for byte')];
}

/** Undefined where only some blocks were read. */
export function entriesText({ sides, blocks }: Found, name: SideName): string | undefined {
  return blocks === undefined
    ? plural(sides[name].source.tree.entries.length, 'entry', 'entries')
    : undefined;
}

/** How many compressed blocks two archives share. */
export function blocksText({ same, blocks }: BlockCounts): string {
  return `${same} of ${plural(blocks, 'block')} are the same bytes`;
}

/** Number of paths with any difference. */
export function pathCount({ findings }: Diff): number {
  return new Set(findings.map(({ path }) => path)).size;
}

function packageLines({ packages: { same, changes } }: Diff, verbose: number): Block[] {
  if (same === 0 && changes.length === 0) return [line('packages: no readable database')];
  if (changes.length === 0) return [line(`packages: the same ${formatCount(same)} on both sides`)];
  const items = changes.map((change) => {
    const [name, a, b] = shownChange(change);
    const what = a === undefined ? `only in B: ${b}` : b === undefined ? `only in A: ${a}` : `${a} -> ${b}`;
    return `${name}: ${what}`;
  });
  return [
    line(`packages: ${formatCount(same)} the same, ${formatCount(changes.length)} not`),
    list(items, verbose > 0 ? items.length : TOP_PACKAGES),
  ];
}

/** Name, and versions; undefined where the side lacks the package. */
export function shownChange({
  name,
  architecture,
  a,
  b,
}: PackageChange): readonly [string, string | undefined, string | undefined] {
  const full = `${name}${architecture === '' ? '' : ` (${architecture})`}`;
  return [showPath(full), a === undefined ? a : showPath(a), b === undefined ? b : showPath(b)];
}

/** @param examples maximum shown without -v */
function clusterSection(cluster: Cluster, number: number, examples: number, verbose: number): Block {
  const { remedy, advice, packages, proposal } = cluster;
  const isFull = verbose > 0 || isWhole(cluster);
  const shown = examples === 0 ? [] : isFull ? cluster.examples : cluster.examples.slice(0, examples);
  const names = clusterNames(cluster);
  const limit = limitOf(cluster, verbose);
  const told = new Set(shown.map(({ path }) => showPath(path)));
  const listed = limit === 1 ? names.slice(0, shown.length === 0 ? 1 : 0) : names.slice(0, limit);
  const { toml, options } = proposalTexts(proposal);
  const rows = toml.slice(0, verbose > 0 ? toml.length : TOML_LINES);
  return section(clusterHeading(cluster, number, toneOf(cluster)), [
    paragraph(titleText(cluster)),
    ...(packages.length === 0 ? [] : [paragraph(`of ${someOf(packages, verbose)}`)]),
    ...layerTexts(cluster, verbose > 0 ? Infinity : TOP_LAYERS).map((text) => paragraph(text)),
    {
      ...list(listed.filter((name) => limit === 1 || !told.has(name))),
      hidden: limit === 1 ? 0 : Math.max(0, names.length - limit),
      hint: verbose > 0 ? '-vv' : '-v',
    },
    ...shown.flatMap(({ path, lines: all }) => [
      ...(path === ''
        ? []
        : [
            line(`${showPath(path)}${cluster.paths.length > 1 && shown.length === 1 ? ', for example' : ''}`),
          ]),
      lines('diff', all.map(showLine)),
    ]),
    ...originTexts(cluster, verbose > 0 ? Infinity : TOP_ORIGINS).map((text) => paragraph(text)),
    paragraph(`${REMEDIES[remedy]}: ${advice}`),
    lines('', options),
    lines(
      'toml',
      rows.length < toml.length ? [...rows, '... (--propose FILE writes all, -v shows all)'] : rows,
    ),
  ]);
}

/** Such as `1. known-rule common/ldconfig-aux-cache: 3 paths, 12.0 KiB`. */
export function clusterHeading(cluster: Cluster, number: number, mark: NonNullable<Run['mark']>): Text {
  const size = sizeText(cluster);
  return [`${number}. `, { text: headText(cluster), mark }, size === '' ? '' : `: ${size}`];
}

/** The cause of a cluster and the rule or part to which it belongs. */
export function headText({ cause, rule, part }: Cluster): string {
  return [cause, rule ?? part].filter((word) => word !== undefined).join(' ');
}

/** How a cluster is marked: a secret is bad, a cause that a built-in rule removes is good. */
export function toneOf({ cause, remedy }: Cluster): NonNullable<Run['mark']> {
  return cause === 'secret' ? 'bad' : remedy === 'built-in' ? 'good' : 'warn';
}

/** A sentence. */
export function titleText({ title }: Cluster): string {
  const text = showPath(title);
  return `${capital(text)}${/[.?!]$/.test(text) ? '' : '.'}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** '' where it concerns an archive as a whole. */
export function sizeText({ paths, bytes }: Cluster): string {
  if (paths.length === 0) return '';
  return `${plural(paths.length, 'path')}${bytes > 0 ? `, ${formatBytes(bytes)}` : ''}`;
}

/** Its paths, or pairs of them that are one thing under two names. */
export function clusterNames({ paths, renames }: Cluster): string[] {
  if (renames.length === 0) return paths.map(showPath);
  return renames.map(({ a, b }) => `${showPath(a)} -> ${showPath(b)}`);
}

/** Hexadecimal digits shown of a digest. */
const DIGITS = 12;
/** Characters shown of a command. */
const COMMAND_SHOWN = 100;

/** Such as `A: layer 3 of 5, sha256:0123456789ab, made by RUN make install (12 paths)`. @param most texts but the last */
export function layerTexts({ layers = [], paths }: Cluster, most: number): string[] {
  const shown = layers
    .slice(0, most)
    .map(({ side, layer, of, digest, createdBy, isRemoval, paths: count }) => {
      const colon = digest.indexOf(':') + 1;
      const what = `${isRemoval ? 'removed by ' : ''}layer ${layer} of ${of}, ${digest.slice(0, colon + DIGITS)}`;
      const command = (createdBy ?? '').replace(/\s+/g, ' ').trim();
      const cut = command.length > COMMAND_SHOWN ? `${command.slice(0, COMMAND_SHOWN)}...` : command;
      const by = cut === '' ? '' : `, made by ${showText(cut)}`;
      return `${side.toUpperCase()}: ${what}${by}${count === paths.length ? '' : ` (${plural(count, 'path')})`}`;
    });
  return layers.length > shown.length ? [...shown, `and ${layers.length - shown.length} more layers`] : shown;
}

/** Such as `etc/x: written by PACKAGE's postinst, line 12: cat > /etc/x`. @param most texts but the last */
export function originTexts({ origins, paths }: Cluster, most: number): string[] {
  const shown = origins.slice(0, most).map(({ mention, paths: about }) => {
    const [first = ''] = about;
    const others = about.length === 1 ? '' : ` and ${plural(about.length - 1, 'other')}`;
    const text = mentionLine(mention);
    return paths.length === 1 ? capital(text) : `${showPath(first)}${others}: ${text}`;
  });
  const left = origins.length - shown.length;
  return left > 0 ? [...shown, `and ${plural(left, 'other line')} of scripts`] : shown;
}

/** Whether a reader has to see every path, because nothing is known about them. */
export function isWhole({ remedy, cause }: Cluster): boolean {
  return remedy === 'look' || cause === 'unknown';
}

/** A private key, or a path about which nothing is known, must never be hidden among "N more". */
function limitOf(cluster: Cluster, verbose: number): number {
  const { length } = cluster.paths;
  if (toneOf(cluster) === 'bad' || verbose > 1) return length;
  if (isWhole(cluster)) return verbose > 0 ? length : TOP_UNKNOWN;
  return verbose > 0 ? TOP_PATHS : 1;
}

function someOf(names: readonly string[], verbose: number): string {
  const limit = verbose > 0 ? names.length : TOP_PACKAGES;
  const more = names.length > limit ? ` and ${names.length - limit} more packages` : '';
  return `${names.slice(0, limit).map(showPath).join(', ')}${more}`;
}

/** Rules as lines of TOML, and options. */
export function proposalTexts(proposal: Proposal | undefined): {
  readonly toml: readonly string[];
  readonly options: readonly string[];
} {
  if (proposal === undefined) return { toml: [], options: [] };
  const toml = proposalToml({ ...proposal, options: {} }).trimEnd();
  return { toml: toml === '' ? [] : toml.split('\n'), options: optionArguments(proposal.options) };
}

/** Such as `equal with the rules that apply and 2 proposals`. */
export function proofText(diff: Diff): readonly Text[] {
  const { equal, remaining, isSameFront } = diff.proof;
  const rules = proposalCount(diff);
  const means = ` after the rules that apply${rules === 0 ? '' : ` and ${plural(rules, 'proposal')}`}`;
  if (equal) return [good('equal'), means];
  const isHeld = remaining.every(({ field }) => field === 'attributes');
  const left = [
    ...(remaining.length === 0 ? [] : [`${plural(remaining.length, 'difference')} left`]),
    ...(remaining.length > 0 && isHeld && isSameFront
      ? ['the cpio archives are equal, since they hold no attributes']
      : []),
    ...(isSameFront ? [] : ['early archives or the boot configuration differ, and are kept as they are']),
  ];
  return [bad('not equal'), `${means}; ${left.join('; ')}`];
}

/** What has a digest, and the digest; empty if none was requested. */
export function digestTexts({ proof: { digests } }: Diff): (readonly [name: string, digest: string])[] {
  if (digests === undefined) return [];
  const { a, b } = digests;
  if (a === b) return [['both archives', a]];
  return [
    ['A', a],
    ['B', b],
  ];
}

function remainingTexts({ proof: { remaining } }: Diff): string[] {
  return remaining.map(({ path, field }) => `${showPath(path)} (${field})`);
}

/** What reports repeat from the command line. */
export interface DiffNames {
  readonly a: string;
  readonly b: string;
  readonly skip: readonly string[];
  readonly only: readonly string[];
  /** The file that the proposed rules were written to. */
  readonly proposals?: string | undefined;
}

/** Paths named in a comment. */
const LISTED = 5;

export const LEFT_OUT: string =
  "note: --skip or --only as given here also excludes the rules of --rules, and so these proposals. Use --only 'user/*' instead of --skip '*', or in addition to another --only.";

/** Whether the same options would leave the proposed rules out when they come back in a file. */
export function isLeftOut({ skip, only }: Pick<DiffNames, 'skip' | 'only'>, { rules }: Proposal): boolean {
  const elsewhere = Object.values(TABLES).flatMap((table) => table.map(({ id }) => id));
  return selectRules([{ name: USER_LAYER, rules }], { skip, only, elsewhere }).length < rules.length;
}

/** The head of a file of proposed rules: its purpose, what it need not contain, and caveats. */
export function proposalComments(
  args: DiffNames,
  { clusters, proof, proposal }: Pick<Diff, 'clusters' | 'proof' | 'proposal'>,
): string[] {
  const comments = [
    `Proposed by stillroot diff for ${showText(args.a)} and ${showText(args.b)}.`,
    proof.equal
      ? 'With these and the rules that apply already, both give the same archive.'
      : `With these and the rules that apply already, ${plural(proof.remaining.length, 'difference')} remain; stillroot diff shows them.`,
    ...(isLeftOut(args, proposal) ? [LEFT_OUT] : []),
  ];
  for (const { cause, rule, paths, packages, proposal } of clusters) {
    const named = paths.slice(0, LISTED).map(showPath).join(', ');
    const list = paths.length > LISTED ? `${named}, ...` : named;
    if (rule !== undefined && proposal === undefined) comments.push(`Already applied: ${rule} (${list})`);
    if (proposal === undefined) continue;
    if (cause === 'secret')
      comments.push(`ATTENTION: a rule below removes private keys: ${paths.map(showPath).join(', ')}`);
    if (packages.length > 0 && proposal.rules.length > 0) {
      comments.push(
        `ATTENTION: a rule below changes files owned by packages: ${list} (${packages.map(showPath).join(', ')})`,
      );
    }
  }
  return comments;
}
