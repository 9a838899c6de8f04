/** What `diff` found, for people. */

import type { BlockCounts } from '../diff/blocks/with-blocks.ts';
import type { Remedy } from '../diff/cause.ts';
import type { Cluster } from '../diff/cluster.ts';
import type { PackageChange } from '../diff/compare-packages.ts';
import type { Diff } from '../diff/diff.ts';
import type { Sides } from '../diff/evidence.ts';
import type { Proof } from '../diff/proof.ts';
import { isEmptyProposal, optionArguments } from '../diff/proposal.ts';
import { proposalToml } from '../diff/toml.ts';
import { showPath } from '../tree/path.ts';
import type { DiffArguments } from './diff.ts';
import type { Paint, Style } from './terminal.ts';
import { formatBytes, formatCount, plural, showText } from './text.ts';

/** Lines are wrapped at this, or at what the terminal has if that is less. */
const COLUMNS = 100;
/** Package names and changes shown before it says "and N more"; -v shows all. */
const TOP_PACKAGES = 6;
/** Paths of a cluster shown with -v; -vv shows all. */
const TOP_PATHS = 10;
/** Paths shown of what remains; -v shows all. */
const TOP_REMAINING = 5;

const REMEDIES: Readonly<Record<Remedy, string>> = {
  'built-in': 'built in',
  option: 'option',
  rule: 'proposed rule',
  input: 'pin the input',
  upstream: 'fix upstream',
  look: 'have a look',
};

export function diffReport(
  args: DiffArguments,
  diff: Diff,
  { a, b }: Sides,
  blocks: BlockCounts | undefined,
  examples: number,
  paint: Paint,
  columns: number,
): string {
  const width = Math.min(COLUMNS, Math.max(columns, 60));
  const name = (text: string): string => paint('bold', showText(text));
  const counts = [a, b].map(({ source }) => formatCount(source.tree.entries.length));
  if (diff.same) {
    return `${name(args.a)} and ${name(args.b)} are the same: ${counts[0]} entries\n`;
  }
  const paths = new Set(diff.findings.map(({ path }) => path)).size;
  const lines = [
    `A ${name(args.a)}${blocks === undefined ? `: ${counts[0]} entries` : ''}`,
    `B ${name(args.b)}${blocks === undefined ? `: ${counts[1]} entries` : ''}`,
    ...(blocks === undefined
      ? []
      : [`${blocks.same} of ${plural(blocks.blocks, 'block')} are the same bytes`]),
    `${plural(paths, 'path differs', 'paths differ')}, for ${plural(diff.clusters.length, 'cause')}`,
    ...packageLines(diff, args.verbose),
  ];
  diff.clusters.forEach((cluster, i) => {
    lines.push('', ...clusterLines(cluster, i, i < examples, args.verbose, paint, width));
  });
  lines.push('', ...proofLines(diff, args, paint));
  return `${lines.join('\n')}\n`;
}

export function sameFilesReport(args: DiffArguments, paint: Paint): string {
  const [a, b] = [args.a, args.b].map((text) => paint('bold', showText(text)));
  return `${a} and ${b} are the same file, byte for byte\n`;
}

function packageLines({ packages: { same, changes } }: Diff, verbose: number): string[] {
  if (same === 0 && changes.length === 0) return ['packages: no database that can be read'];
  if (changes.length === 0) return [`packages: the same ${formatCount(same)} on both sides`];
  const limit = verbose > 0 ? changes.length : TOP_PACKAGES;
  const lines = changes.slice(0, limit).map((change) => `  ${changeText(change)}`);
  if (changes.length > limit)
    lines.push(`  and ${plural(changes.length - limit, 'more package')} (-v shows all)`);
  return [`packages: ${formatCount(same)} the same, ${formatCount(changes.length)} not`, ...lines];
}

function changeText({ name, architecture, a, b }: PackageChange): string {
  const what = a === undefined ? `only in B: ${b}` : b === undefined ? `only in A: ${a}` : `${a} -> ${b}`;
  return showPath(`${name}${architecture === '' ? '' : ` (${architecture})`}: ${what}`);
}

function clusterLines(
  cluster: Cluster,
  index: number,
  withExample: boolean,
  verbose: number,
  paint: Paint,
  width: number,
): string[] {
  const { cause, rule, title, advice, remedy, paths, bytes, packages, example, proposal } = cluster;
  const style: Style = cause === 'secret' ? 'red' : remedy === 'built-in' ? 'green' : 'yellow';
  const what = rule === undefined ? cause : `${cause} ${rule}`;
  const size = `${plural(paths.length, 'path')}${bytes > 0 ? `, ${formatBytes(bytes)}` : ''}`;
  const lines = [
    `${index + 1}. ${paint(style, what)}: ${size}`,
    ...wrap(`${sentence(showPath(title))}`, width, '   '),
  ];
  if (packages.length > 0) lines.push(...wrap(`of ${some(packages, verbose)}`, width, '   '));
  // A private key is never one of several that nobody sees.
  const shown = cause === 'secret' || verbose > 1 ? paths.length : verbose > 0 ? TOP_PATHS : 1;
  const listed = withExample && example !== undefined && shown < 2 ? [] : paths.slice(0, shown);
  lines.push(...listed.map((path) => `     ${showPath(path)}`));
  if (paths.length > shown && shown > 1) lines.push(`     and ${formatCount(paths.length - shown)} more`);
  if (withExample && example !== undefined) {
    lines.push(
      `   ${example.path === '' ? '' : showPath(example.path)}${paths.length > 1 ? ', for example' : ''}`,
    );
    for (const line of example.lines) lines.push(`   ${exampleLine(line, paint)}`);
  }
  lines.push(...wrap(`${REMEDIES[remedy]}: ${showText(advice)}`, width, '   '));
  if (proposal !== undefined && !isEmptyProposal(proposal)) {
    for (const option of optionArguments(proposal.options)) lines.push(`     ${option}`);
    const toml = proposalToml({ ...proposal, options: {} }).trimEnd();
    const all = toml === '' ? [] : toml.split('\n');
    const limit = verbose > 0 ? all.length : TOML_LINES;
    lines.push(...all.slice(0, limit).map((line) => `     ${showText(line)}`));
    if (all.length > limit) lines.push('     ... (--propose FILE writes all, -v shows all)');
  }
  return lines;
}

/** Lines of a proposal shown without -v. */
const TOML_LINES = 14;

function exampleLine(line: string, paint: Paint): string {
  const text = `  ${showLine(line)}`;
  const [sign] = line;
  return sign === '-'
    ? paint('red', text)
    : sign === '+'
      ? paint('green', text)
      : sign === '@'
        ? paint('dim', text)
        : text;
}

/** A line of a file, whatever bytes it has: as text where it is UTF-8, and nothing that a terminal would act on. */
export function showLine(line: string): string {
  return showText(Buffer.from(line.replaceAll('\t', '    '), 'latin1').toString('utf8'));
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase();
  return `${first}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}

function some(names: readonly string[], verbose: number): string {
  const limit = verbose > 0 ? names.length : TOP_PACKAGES;
  const more = names.length > limit ? ` and ${names.length - limit} more packages` : '';
  return `${names.slice(0, limit).map(showPath).join(', ')}${more}`;
}

function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(`${indent}${line}`);
      line = '  ';
    }
    line = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, `${indent}${line}`];
}

function proofLines({ proof, proposal }: Diff, { verbose }: DiffArguments, paint: Paint): string[] {
  const rules = proposal.rules.length + proposal.policies.size + optionArguments(proposal.options).length;
  const means =
    rules === 0 ? 'the rules that apply' : `the rules that apply and ${plural(rules, 'proposal')}`;
  const lines = [
    proof.equal
      ? `proof: ${paint('green', 'equal')} with ${means}`
      : `proof: ${paint('red', 'not equal')} with ${means}; ${plural(proof.remaining.length, 'difference')} left`,
  ];
  if (proof.digests !== undefined) {
    const { a, b } = proof.digests;
    lines.push(
      ...(a === b ? [`  sha256 of both archives: ${a}`] : [`  sha256 of A: ${a}`, `  sha256 of B: ${b}`]),
    );
  }
  const limit = verbose > 0 ? proof.remaining.length : TOP_REMAINING;
  for (const { path, field } of proof.remaining.slice(0, limit)) lines.push(`  ${showPath(path)} (${field})`);
  const more = proof.remaining.length - limit;
  if (more > 0) lines.push(`  and ${formatCount(more)} more (-v shows all)`);
  return lines;
}

/** The head of a file of proposed rules: what it is for, what it does not need to say, and what to mind. */
export function proposalComments(args: DiffArguments, clusters: readonly Cluster[], proof: Proof): string[] {
  const comments = [
    `Proposed by stillroot diff for ${showText(args.a)} and ${showText(args.b)}.`,
    proof.equal
      ? 'With these and the rules that apply anyway, the two make the same archive.'
      : `With these and the rules that apply anyway, ${plural(proof.remaining.length, 'difference')} remain; stillroot diff shows them.`,
  ];
  for (const { cause, rule, paths, packages, proposal } of clusters) {
    const named = paths.slice(0, TOP_REMAINING).map(showPath).join(', ');
    const list = paths.length > TOP_REMAINING ? `${named}, ...` : named;
    if (rule !== undefined && proposal === undefined) comments.push(`Applies already: ${rule} (${list})`);
    if (proposal === undefined) continue;
    if (cause === 'secret')
      comments.push(`ATTENTION: a rule below removes private keys: ${paths.map(showPath).join(', ')}`);
    if (packages.length > 0 && proposal.rules.length > 0) {
      comments.push(
        `ATTENTION: packages own what a rule below changes: ${list} (${packages.map(showPath).join(', ')})`,
      );
    }
  }
  return comments;
}
