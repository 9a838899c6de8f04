/** What `diff` found, for people. */

import { formatCount, plural, showText } from '../text/format.ts';
import type { ClusterView, DiffView, ProofView } from './diff-view.ts';
import type { DiffNames } from './proposal-comments.ts';
import type { Paint, Style } from './terminal.ts';

/** Lines are wrapped at this, or at what the terminal has if that is less. */
const COLUMNS = 100;
/** Package names and changes shown before it says "and N more"; -v shows all. */
const TOP_PACKAGES = 6;
/** Paths of a cluster shown with -v; -vv shows all. */
const TOP_PATHS = 10;
/** Paths of a cause that nobody knows anything of; -v shows all. More would push everything else off the terminal. */
const TOP_UNKNOWN = 200;
/** Paths shown of what remains; -v shows all. */
const TOP_REMAINING = 5;
/** Lines of a proposal shown without -v. */
const TOML_LINES = 14;

const STYLES: Readonly<Record<ClusterView['tone'], Style>> = { good: 'green', warn: 'yellow', bad: 'red' };

export interface ReportOptions {
  /** Number of causes to show with an example. */
  readonly examples: number;
  readonly verbose: number;
  readonly paint: Paint;
  readonly columns: number;
}

export function diffReport(view: DiffView, options: ReportOptions): string {
  const { a, b, blocks, paths, clusters } = view;
  const { paint, columns, verbose } = options;
  const width = Math.min(COLUMNS, Math.max(columns, 60));
  const name = (text: string): string => paint('bold', text);
  if (view.same)
    return `${name(a.name)} and ${name(b.name)} are the same: ${a.entries} entries\n${notComparedLines(view)
      .map((line) => `${line}\n`)
      .join('')}`;
  const lines = [
    `A ${name(a.name)}${a.entries === undefined ? '' : `: ${a.entries} entries`}`,
    `B ${name(b.name)}${b.entries === undefined ? '' : `: ${b.entries} entries`}`,
    ...(blocks === undefined ? [] : [blocks]),
    paths === 0
      ? 'the same tree in both, but the archives differ'
      : `${plural(paths, 'path differs', 'paths differ')}, for ${plural(clusters.length, 'cause')}`,
    ...packageLines(view, verbose),
  ];
  clusters.forEach((cluster, i) => {
    lines.push('', ...clusterLines(cluster, i, options, width));
  });
  lines.push(...notComparedLines(view));
  lines.push('', ...proofLines(view.proof, verbose, paint));
  if (view.proof.note !== undefined) lines.push(...wrap(view.proof.note, width, ''));
  return `${lines.join('\n')}\n`;
}

function notComparedLines({ notCompared }: DiffView): string[] {
  return notCompared.map((text) => `not compared: ${text}`);
}

export function sameFilesReport(args: DiffNames, paint: Paint): string {
  const [a, b] = [args.a, args.b].map((text) => paint('bold', showText(text)));
  return `${a} and ${b} are the same file, byte for byte\n`;
}

function packageLines({ packages: { same, changes } }: DiffView, verbose: number): string[] {
  if (same === 0 && changes.length === 0) return ['packages: no readable database'];
  if (changes.length === 0) return [`packages: the same ${formatCount(same)} on both sides`];
  const limit = verbose > 0 ? changes.length : TOP_PACKAGES;
  const lines = changes.slice(0, limit).map(({ name, a, b }) => {
    const what = a === undefined ? `only in B: ${b}` : b === undefined ? `only in A: ${a}` : `${a} -> ${b}`;
    return `  ${name}: ${what}`;
  });
  if (changes.length > limit)
    lines.push(`  and ${plural(changes.length - limit, 'more package')} (-v shows all)`);
  return [`packages: ${formatCount(same)} the same, ${formatCount(changes.length)} not`, ...lines];
}

function clusterLines(cluster: ClusterView, index: number, options: ReportOptions, width: number): string[] {
  const { head, tone, title, advice, remedy, paths, size, packages, proposal } = cluster;
  const { examples, verbose, paint } = options;
  const shown =
    index < examples ? (verbose > 0 ? cluster.examples : cluster.examples.slice(0, examples)) : [];
  const lines = [
    `${index + 1}. ${paint(STYLES[tone], head)}${size === '' ? '' : `: ${size}`}`,
    ...wrap(title, width, '   '),
  ];
  if (packages.length > 0) lines.push(...wrap(`of ${some(packages, verbose)}`, width, '   '));
  const names = cluster.renames.length > 0 ? cluster.renames : paths;
  const limit = limitOf(cluster, verbose);
  const rest = names.slice(0, limit).filter((path) => limit > 1 && !shown.some((each) => each.path === path));
  lines.push(...rest.map((path) => `     ${path}`));
  if (names.length > limit && limit > 1) {
    lines.push(
      `     and ${formatCount(names.length - limit)} more (${verbose > 0 ? '-vv' : '-v'} shows all)`,
    );
  }
  if (shown.length === 0 && limit === 1) lines.push(...names.slice(0, 1).map((path) => `     ${path}`));
  for (const example of shown) {
    if (example.path !== '') {
      lines.push(`   ${example.path}${paths.length > 1 && shown.length === 1 ? ', for example' : ''}`);
    }
    for (const line of example.lines) lines.push(`   ${exampleLine(line, paint)}`);
  }
  lines.push(...wrap(`${remedy}: ${advice}`, width, '   '));
  lines.push(...proposal.options.map((option) => `     ${option}`));
  const all = proposal.toml === '' ? [] : proposal.toml.split('\n');
  const tomlLines = verbose > 0 ? all.length : TOML_LINES;
  lines.push(...all.slice(0, tomlLines).map((line) => `     ${line}`));
  if (all.length > tomlLines) lines.push('     ... (--propose FILE writes all, -v shows all)');
  return lines;
}

/** A private key is never one of several that nobody sees, nor is what nothing is known of. */
function limitOf({ tone, isWhole, paths }: ClusterView, verbose: number): number {
  if (tone === 'bad' || verbose > 1) return paths.length;
  if (isWhole) return verbose > 0 ? paths.length : TOP_UNKNOWN;
  return verbose > 0 ? TOP_PATHS : 1;
}

function exampleLine(line: string, paint: Paint): string {
  const text = `  ${line}`;
  const style = ({ '-': 'red', '+': 'green', '@': 'dim' } as const)[line.charAt(0)];
  return style === undefined ? text : paint(style, text);
}

function some(names: readonly string[], verbose: number): string {
  const limit = verbose > 0 ? names.length : TOP_PACKAGES;
  const more = names.length > limit ? ` and ${names.length - limit} more packages` : '';
  return `${names.slice(0, limit).join(', ')}${more}`;
}

function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(`${indent}${line}`);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, `${indent}${line}`];
}

function proofLines({ equal, text, digests, remaining }: ProofView, verbose: number, paint: Paint): string[] {
  const word = equal ? 'equal' : 'not equal';
  const lines = [`proof: ${paint(equal ? 'green' : 'red', word)}${text.slice(word.length)}`];
  if (digests !== undefined) {
    const { a, b } = digests;
    lines.push(
      ...(a === b ? [`  sha256 of both archives: ${a}`] : [`  sha256 of A: ${a}`, `  sha256 of B: ${b}`]),
    );
  }
  const limit = verbose > 0 ? remaining.length : TOP_REMAINING;
  for (const { path, field } of remaining.slice(0, limit)) lines.push(`  ${path} (${field})`);
  const more = remaining.length - limit;
  if (more > 0) lines.push(`  and ${formatCount(more)} more (-v shows all)`);
  return lines;
}
