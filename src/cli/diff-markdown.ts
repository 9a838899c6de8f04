/** The report of `diff` as Markdown (CommonMark with tables), for comments on changes and summaries of CI. */

import { formatCount, plural } from '../text/format.ts';
import type { ClusterView, DiffView, ProposalView, SideView } from './diff-view.ts';

/** Such places have limits on length; --json has all. */
const PATHS_MAX = 20;
const CHANGES_MAX = 20;
const REMAINING_MAX = 20;

export function diffMarkdown(view: DiffView): string {
  const { same, a, b, blocks, paths, clusters, packages, proof, proposal } = view;
  const side = (name: string, { entries, distro, name: text }: SideView): string =>
    `- ${name}: ${code(text)}${entries === undefined ? '' : `, ${entries} entries`}, ${distro}`;
  const lines = [
    `# ${code(a.name)} and ${code(b.name)} ${same ? 'are the same' : 'differ'}`,
    '',
    side('A', a),
    side('B', b),
    ...(blocks === undefined ? [] : [`- ${blocks}`]),
    `- ${plural(paths, 'path differs', 'paths differ')}, ${plural(clusters.length, 'cause')}`,
    `- packages: ${packagesText(packages)}`,
    `- proof: **${proof.equal ? 'equal' : 'not equal'}**${proof.text.replace(/^(not )?equal/, '')}`,
    ...view.notCompared.map((text) => `- not compared: ${escapeMarkdown(text)}`),
    ...digestLines(view),
    ...(proof.note === undefined ? [] : ['', escapeMarkdown(proof.note)]),
    ...changes(view),
    ...overview(clusters),
    ...clusters.flatMap((cluster, i) => clusterLines(cluster, i + 1)),
    ...proposalLines(proposal),
  ];
  if (proof.remaining.length > 0) {
    const shown = proof.remaining
      .slice(0, REMAINING_MAX)
      .map(({ path, field }) => `- ${code(path)} (${field})`);
    lines.push('', '## Remaining differences', '', ...shown, ...more(proof.remaining.length, REMAINING_MAX));
  }
  return `${lines.join('\n')}\n`;
}

function packagesText({ same, changes: { length } }: DiffView['packages']): string {
  if (same === 0 && length === 0) return 'no readable database';
  return `${formatCount(same)} the same, ${formatCount(length)} not`;
}

function digestLines({ proof: { digests } }: DiffView): string[] {
  if (digests === undefined) return [];
  return digests.a === digests.b
    ? [`- SHA-256 of both archives: ${code(digests.a)}`]
    : [`- SHA-256 of A: ${code(digests.a)}`, `- SHA-256 of B: ${code(digests.b)}`];
}

function changes({ packages: { changes: all } }: DiffView): string[] {
  if (all.length === 0) return [];
  const cell = (version: string | undefined): string => (version === undefined ? 'none' : tableCode(version));
  return [
    ...['', '## Packages that differ', '', '| package | A | B |', '| --- | --- | --- |'],
    ...all.slice(0, CHANGES_MAX).map(({ name, a, b }) => `| ${tableCode(name)} | ${cell(a)} | ${cell(b)} |`),
    ...(all.length > CHANGES_MAX ? ['', `and ${formatCount(all.length - CHANGES_MAX)} more`] : []),
  ];
}

function overview(clusters: readonly ClusterView[]): string[] {
  if (clusters.length === 0) return [];
  return [
    ...[
      '',
      '## Causes',
      '',
      '| | cause | what varies | how much | what to do |',
      '| --- | --- | --- | --- | --- |',
    ],
    ...clusters.map(
      ({ head, title, size, remedy }, i) =>
        `| ${i + 1} | ${tableCode(head)} | ${escapeMarkdown(title)} | ${size} | ${remedy} |`,
    ),
  ];
}

function clusterLines(cluster: ClusterView, number: number): string[] {
  const { head, size, title, packages, remedy, advice, examples, paths, renames, isWhole, proposal } =
    cluster;
  const names = renames.length > 0 ? renames : paths;
  const limit = isWhole ? names.length : PATHS_MAX;
  const listed = names.length === 1 && examples.length > 0 ? [] : names.slice(0, limit);
  return [
    '',
    `### ${number}. ${code(head)}${size === '' ? '' : `: ${size}`}`,
    '',
    escapeMarkdown(title),
    ...(packages.length === 0 ? [] : ['', `Packages: ${packages.map(code).join(', ')}`]),
    ...(listed.length === 0
      ? []
      : ['', ...listed.map((path) => `- ${code(path)}`), ...more(names.length, limit)]),
    ...examples.flatMap(({ path, lines }) => [
      ...(path === '' ? [''] : ['', `${code(path)}:`, '']),
      ...block('diff', lines),
    ]),
    '',
    `**${remedy}**: ${escapeMarkdown(advice)}`,
    ...(proposal.options.length === 0 ? [] : ['', ...proposal.options.map((option) => `- ${code(option)}`)]),
  ];
}

function proposalLines({ toml, options }: ProposalView): string[] {
  if (toml === '' && options.length === 0) return [];
  return [
    ...['', '## All proposals'],
    ...(options.length === 0 ? [] : ['', `Options: ${options.map(code).join(' ')}`]),
    ...(toml === '' ? [] : ['', 'Rules, for a file of `--rules`:', '', ...block('toml', toml.split('\n'))]),
  ];
}

function more(count: number, limit: number): string[] {
  return count > limit ? [`- and ${formatCount(count - limit)} more`] : [];
}

/** A code span holds anything but as many backticks in a row as it begins with. */
function code(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  const pad = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return text === '' ? '' : `${fence}${pad}${text}${pad}${fence}`;
}

/** A bar would end the cell, even in a code span. */
function tableCode(text: string): string {
  return code(text).replaceAll('|', '\\|');
}

function block(language: string, lines: readonly string[]): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}${language}`, ...lines, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, '\\$&');
}
