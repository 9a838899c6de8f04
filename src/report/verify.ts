/** The report of `verify`, and parts shared with reports of other comparisons. */

import type { Manifest } from '../manifest/manifest.ts';
import { formatBytes, formatCount, plural } from '../text/format.ts';
import {
  type Compared,
  type DifferentEntry,
  type EntryDifferences,
  isMatch,
  type MatchLevel,
  type Sized,
  type Surrounding,
  sameArchiveText,
  type Verification,
} from '../verify/verification.ts';
import { type Block, bad, good, indented, line, list, strong, table, title } from './document.ts';

/** What was compared, and how much of it is shown. */
export interface Verified {
  readonly manifest: string;
  readonly file: string;
  readonly verbose: number;
}

/** How many paths, packages and the like of each kind are shown; -v shows all. */
const TOP = 10;
/** Digits of a digest that are shown: enough to distinguish them by eye; -v shows all. */
const DIGEST_DIGITS = 12;

/** How far two images match; for the same archive in different files, what differs around it says so. */
export const VERDICTS: Readonly<Record<Exclude<MatchLevel, 'payload'>, string>> = {
  file: 'the same file',
  tree: 'the same tree, in a different archive',
  none: 'a different tree',
};

/** Items shown of each kind. */
export function topOf(verbose: number): number {
  return verbose > 0 ? Number.POSITIVE_INFINITY : TOP;
}

/** The report of `verify`. */
export function verifyReport(
  { manifest: manifestPath, file: path, verbose }: Verified,
  manifest: Manifest,
  found: Verification,
): Block[] {
  const notCompared = (found.notCompared ?? []).map((text) => line(`not compared: ${text}`));
  if (isMatch(found)) {
    const what = found.file === undefined ? 'the tree' : `the file (${formatBytes(found.file.found.size)})`;
    return [
      title(strong(path), ': ', good('matches'), `, it is ${what} that ${manifestPath} describes`),
      ...notCompared,
    ];
  }
  const { trouble, entries, tree } = found;
  const verdict = trouble === undefined ? verdictText(found) : 'it cannot be read as an archive';
  return [
    title(strong(path), ': ', bad('does not match'), ` ${manifestPath}: ${verdict}`),
    indented(
      levelTable(found, verbose > 0),
      ...(trouble === undefined ? [] : [line(trouble.message)]),
      ...(entries === undefined ? [] : entryLines(entries, topOf(verbose))),
      ...(tree?.same === false && manifest.entries === undefined
        ? [line('A manifest written with pack --manifest-entries would tell which files differ.')]
        : []),
    ),
    ...notCompared,
  ];
}

function verdictText({ level, around = [], front, bootConfig }: Verification): string {
  if (level !== 'payload') return VERDICTS[level];
  if (front === undefined || bootConfig === undefined) throw new Error('the bare archive');
  return sameArchiveText(around, { front, bootConfig });
}

/** How far it matches, one row per level. */
export function levelTable(
  { file, blocks, payload, front, bootConfig, tree }: Verification,
  isLong: boolean,
): Block {
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
    const text = `${shortDigest(tree.found, isLong)}, wanted ${shortDigest(tree.wanted, isLong)}`;
    rows.push(['tree', ...(tree.same ? ['same', ''] : ['differs', text])]);
  }
  return table([], rows);
}

function surroundingCells({ wanted, found }: Surrounding, isLong: boolean): [string, string] {
  const text = (value: Sized | null): string =>
    value === null ? 'nothing' : `${plural(value.size, 'byte')} (${shortDigest(value.digest, isLong)})`;
  return ['differs', `${text(found)}, wanted ${text(wanted)}`];
}

function sizedCells({ wanted, found, same }: Compared<Sized>, isLong: boolean): [string, string] {
  if (same) return ['same', ''];
  const sizes =
    wanted.size === found.size
      ? plural(found.size, 'byte')
      : `${plural(found.size, 'byte')}, wanted ${formatCount(wanted.size)}`;
  // That of a layout in a directory is the digest of its index, which names the digests of everything else.
  if (wanted.digest === found.digest)
    return ['differs', `${sizes}; its index is the same, but not what that names`];
  const digests = `${shortDigest(found.digest, isLong)}, wanted ${shortDigest(wanted.digest, isLong)}`;
  return ['differs', `${sizes}; ${digests}`];
}

/** A digest with its first digits, or all of them with `isLong`. */
export function shortDigest(digest: string, isLong: boolean): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return isLong ? digest : `${algorithm}:${hex.slice(0, DIGEST_DIGITS)}`;
}

/** Entries that differ from a manifest, at most `top` of each kind. */
export function entryLines({ missing, extra, different }: EntryDifferences, top: number): Block[] {
  return [
    ...countedList(['entry is missing', 'entries are missing'], missing, top),
    ...countedList(['entry is not in the manifest', 'entries are not in the manifest'], extra, top),
    ...countedList(['entry differs', 'entries differ'], different.map(differentText), top),
  ];
}

/** A list preceded by the number of its items; empty for an empty one. */
export function countedList(
  [one, many]: readonly [one: string, many: string],
  items: readonly string[],
  top: number,
): Block[] {
  return items.length === 0 ? [] : [line(`${plural(items.length, one, many)}:`), list(items, top)];
}

function differentText({ path, fields }: DifferentEntry): string {
  const shown = fields.map(({ field, wanted, found }) =>
    field === 'digest' ? 'content' : `${field} ${found ?? 'none'}, wanted ${wanted ?? 'none'}`,
  );
  return `${path}: ${shown.join('; ')}`;
}
