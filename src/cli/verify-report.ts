/** What `verify` found, for people. */

import { isMatch } from '../app/verify-document.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { alignColumns, formatBytes, formatCount, plural, showText } from '../text/format.ts';
import { sameArchiveText } from '../verify/around-archive.ts';
import type { DifferentEntry, EntryDifferences } from '../verify/compare-entries.ts';
import type { Compared, MatchLevel, Sized, Surrounding, Verification } from '../verify/verification.ts';
import type { Paint } from './terminal.ts';

/** What was compared, and how much is shown of it. */
export interface Verified {
  readonly manifest: string;
  readonly file: string;
  readonly verbose: number;
}

/** Paths of each kind that are shown; -v shows all. */
const TOP_PATHS = 10;
/** Digits of a digest that are shown; -v shows all. */
const DIGEST_DIGITS = 12;

const VERDICTS: Readonly<Record<Exclude<MatchLevel, 'payload'>, string>> = {
  file: 'the same file',
  tree: 'the same tree, in a different archive',
  none: 'a different tree',
};

export function verifyReport(
  { manifest: manifestPath, file: path, verbose }: Verified,
  manifest: Manifest,
  found: Verification,
  paint: Paint,
): string {
  const name = paint('bold', showText(path));
  if (isMatch(found)) {
    const what = found.file === undefined ? 'the tree' : `the file (${formatBytes(found.file.found.size)})`;
    const matches = `${name}: ${paint('green', 'matches')}, it is ${what} that ${showText(manifestPath)} describes`;
    return `${[matches, ...notComparedLines(found)].join('\n')}\n`;
  }
  const { trouble, entries } = found;
  const verdict = trouble === undefined ? verdictText(found) : 'it cannot be read as an archive';
  const lines = [
    `${name}: ${paint('red', 'does not match')} ${showText(manifestPath)}: ${verdict}`,
    ...levelLines(found, verbose > 0),
    ...(trouble === undefined ? [] : [`  ${showText(trouble.message)}`]),
    ...(entries === undefined ? [] : entryLines(entries, verbose > 0 ? Number.POSITIVE_INFINITY : TOP_PATHS)),
  ];
  if (found.tree?.same === false && manifest.entries === undefined) {
    lines.push('  A manifest written with pack --manifest-entries would tell which files differ.');
  }
  lines.push(...notComparedLines(found));
  return `${lines.join('\n')}\n`;
}

function verdictText({ level, around = [], front, bootConfig }: Verification): string {
  if (level !== 'payload') return VERDICTS[level];
  if (front === undefined || bootConfig === undefined) throw new Error('the bare archive');
  return sameArchiveText(around, { front, bootConfig });
}

function notComparedLines({ notCompared = [] }: Verification): string[] {
  return notCompared.map((text) => `not compared: ${showText(text)}`);
}

/** How far it is the same, a line a level. */
export function levelLines(
  { file, blocks, payload, front, bootConfig, tree }: Verification,
  isLong: boolean,
): string[] {
  const rows: string[][] = [];
  if (file !== undefined) rows.push(['file', ...sizedCells(file, isLong)]);
  if (blocks !== undefined) {
    const text = `${formatCount(blocks.same)} of ${plural(blocks.wanted, 'block')} ${blocks.wanted === 1 ? 'is' : 'are'} in it`;
    const [first] = blocks.different;
    const more = first === undefined ? '' : `; the first that is not: ${first.index + 1}`;
    rows.push(['blocks', '', text + more]);
  }
  if (payload !== undefined) rows.push(['archive', ...sizedCells(payload, isLong)]);
  if (front?.same === false) rows.push(['in front', ...surroundingCells(front, isLong)]);
  if (bootConfig?.same === false) rows.push(['boot configuration', ...surroundingCells(bootConfig, isLong)]);
  if (tree !== undefined) {
    const text = `${shorten(tree.found, isLong)}, wanted ${shorten(tree.wanted, isLong)}`;
    rows.push(['tree', ...(tree.same ? ['same', ''] : ['differs', text])]);
  }
  return alignColumns(rows).map((line) => `  ${line}`);
}

function surroundingCells({ wanted, found }: Surrounding, isLong: boolean): [string, string] {
  const text = (value: Sized | null): string =>
    value === null ? 'nothing' : `${plural(value.size, 'byte')} (${shorten(value.digest, isLong)})`;
  return ['differs', `${text(found)}, wanted ${text(wanted)}`];
}

function sizedCells({ wanted, found, same }: Compared<Sized>, isLong: boolean): [string, string] {
  if (same) return ['same', ''];
  const sizes =
    wanted.size === found.size
      ? plural(found.size, 'byte')
      : `${plural(found.size, 'byte')}, wanted ${formatCount(wanted.size)}`;
  const digests = `${shorten(found.digest, isLong)}, wanted ${shorten(wanted.digest, isLong)}`;
  return ['differs', `${sizes}; ${digests}`];
}

function shorten(digest: string, isLong: boolean): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return isLong ? digest : `${algorithm}:${hex.slice(0, DIGEST_DIGITS)}`;
}

export function entryLines({ missing, extra, different }: EntryDifferences, top: number): string[] {
  return [
    ...pathLines('is missing', 'are missing', missing, top),
    ...pathLines('is not in the manifest', 'are not in the manifest', extra, top),
    ...pathLines('differs', 'differ', different.map(differentText), top),
  ];
}

function pathLines(one: string, many: string, shown: readonly string[], top: number): string[] {
  if (shown.length === 0) return [];
  const count = plural(shown.length, 'entry', 'entries');
  const lines = [
    `  ${count} ${shown.length === 1 ? one : many}:`,
    ...shown.slice(0, top).map((text) => `    ${showText(text)}`),
  ];
  if (shown.length > top) lines.push(`    and ${formatCount(shown.length - top)} more (-v shows all)`);
  return lines;
}

function differentText({ path, fields }: DifferentEntry): string {
  const shown = fields.map(({ field, wanted, found }) =>
    field === 'digest' ? 'content' : `${field} ${found ?? 'none'}, wanted ${wanted ?? 'none'}`,
  );
  return `${path}: ${shown.join('; ')}`;
}
