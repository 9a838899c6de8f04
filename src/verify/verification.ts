import type { ManifestBlock, ManifestEntry } from '../manifest/manifest.ts';

/** How far a file is what a manifest describes, the strongest first. */
export const MATCH_LEVELS = [
  /** The same bytes. */
  'file',
  /** The same archive; what is around it, or its compression, is not: see AROUND. */
  'payload',
  /** The same entries, in another archive. */
  'tree',
  'none',
] as const;

export type MatchLevel = (typeof MATCH_LEVELS)[number];

export interface Sized {
  /** Bytes. */
  readonly size: number;
  /** `sha256:HEX` */
  readonly digest: string;
}

export interface Compared<T> {
  readonly wanted: T;
  readonly found: T;
  readonly same: boolean;
}

/** In what two files differ whose archives are the same bytes. */
export const AROUND = [
  /** Compressed in another way, or on one side only. */
  'compression',
  /** The early archives in front. */
  'front',
  /** The boot configuration after the archive. */
  'boot-config',
  /** Nothing but bytes that hold none of these, such as trailing zeros. */
  'padding',
] as const;

export type Around = (typeof AROUND)[number];

/** Null if there is nothing there. */
export type Surrounding = Compared<Sized | null>;

export interface Surroundings {
  /** Early archives. */
  readonly front: Surrounding;
  /** After the archive. */
  readonly bootConfig: Surrounding;
}

/** Of the blocks of a compressed image, without decompressing any. */
export interface ComparedBlocks {
  readonly wanted: number;
  /** How many of those are in the file. */
  readonly same: number;
  /** The others, as the manifest has them. */
  readonly different: readonly LostBlock[];
}

export interface LostBlock extends ManifestBlock {
  /** 0 is the first. */
  readonly index: number;
  /** Where its content begins in the uncompressed archive. */
  readonly uncompressedOffset: number;
}

/** What was not looked at is undefined: below a level that matched everything matches. */
export interface Verification {
  readonly level: MatchLevel;
  /** Undefined for a directory. */
  readonly file?: Compared<Sized>;
  readonly blocks?: ComparedBlocks;
  readonly payload?: Compared<Sized>;
  /** Where the archives are the same bytes and the files are not: in what those differ. */
  readonly around?: readonly Around[];
  /** Where `around` is. */
  readonly front?: Surrounding;
  readonly bootConfig?: Surrounding;
  readonly tree?: Compared<string>;
  /** Where the trees differ and the manifest lists its entries. */
  readonly entries?: EntryDifferences;
  /** What a manifest does not record and the file or directory has, each a clause; missing where the file is the same. */
  readonly notCompared?: readonly string[];
  /** Why nothing more can be told of a file: it is damaged, or no archive. */
  readonly trouble?: { readonly code: string; readonly message: string };
}

/** How two files differ whose archives are the same bytes: in compression, and in what precedes and follows them. */

/** Compares what precedes or follows an archive: size in bytes and digest. */
export function compareSurrounding(wanted: Sized | undefined, found: Sized | undefined): Surrounding {
  return {
    wanted: sizedOrNull(wanted),
    found: sizedOrNull(found),
    same: wanted?.size === found?.size && wanted?.digest === found?.digest,
  };
}

function sizedOrNull(value: Sized | undefined): Sized | null {
  return value === undefined ? null : { size: value.size, digest: value.digest };
}

/** Of two files that are not the same bytes, and whose archives are. Never empty. */
export function differingAround({ front, bootConfig }: Surroundings, isSameCompression: boolean): Around[] {
  const found: Around[] = [];
  if (!isSameCompression) found.push('compression');
  if (!front.same) found.push('front');
  if (!bootConfig.same) found.push('boot-config');
  return found.length === 0 ? ['padding'] : found;
}

/** Clauses such as `compressed in another way`. */
export function aroundTexts(around: readonly Around[], { front, bootConfig }: Surroundings): string[] {
  const texts: Readonly<Record<Around, string>> = {
    compression: 'compressed differently',
    front: oneOf(front, {
      missing: 'without the early archives in front',
      extra: 'with early archives in front that should not be there',
      other: 'with different early archives in front',
    }),
    'boot-config': oneOf(bootConfig, {
      missing: 'without the boot configuration at the end',
      extra: 'with a boot configuration at the end that should not be there',
      other: 'with a different boot configuration at the end',
    }),
    padding: 'with different bytes around it, such as zeros at the end',
  };
  return around.map((each) => texts[each]);
}

function oneOf(
  { wanted, found }: Surrounding,
  words: { readonly missing: string; readonly extra: string; readonly other: string },
): string {
  return found === null ? words.missing : wanted === null ? words.extra : words.other;
}

/** Such as `the same archive, compressed differently, with other early archives in front`. */
export function sameArchiveText(around: readonly Around[], surroundings: Surroundings): string {
  return ['the same archive', ...aroundTexts(around, surroundings)].join(', ');
}

/** A file has to be the same file; of a directory there is no more than the tree. */
export function isMatch({ level, file }: Verification): boolean {
  return level === 'file' || (file === undefined && level === 'tree');
}

/** In the order of the manifest, followed by what it does not have, in tree order. */
export interface EntryDifferences {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  readonly different: readonly DifferentEntry[];
}

export interface DifferentEntry {
  readonly path: string;
  readonly fields: readonly DifferentField[];
}

export interface DifferentField {
  readonly field: (typeof ENTRY_FIELDS)[number];
  /** Null where the entry has no such field, as directories have no size. */
  readonly wanted: string | number | null;
  readonly found: string | number | null;
}

/** All but the path. */
export const ENTRY_FIELDS = [
  'type',
  'mode',
  'uid',
  'gid',
  'mtime',
  'size',
  'digest',
  'target',
  'device',
  'hardLink',
] as const satisfies ReadonlyArray<keyof ManifestEntry>;

/** What an archive may have for the root itself, which is no part of the tree. */
const ROOT = '.';

/** Compares entries by path: missing, extra, and those that differ in a field. */
export function compareEntries(
  wanted: readonly ManifestEntry[],
  found: readonly ManifestEntry[],
): EntryDifferences {
  const left = new Map(found.map((entry) => [entry.path, entry]));
  const missing: string[] = [];
  const different: DifferentEntry[] = [];
  for (const entry of wanted) {
    if (entry.path === ROOT) continue;
    const other = left.get(entry.path);
    left.delete(entry.path);
    if (other === undefined) {
      missing.push(entry.path);
      continue;
    }
    const fields = ENTRY_FIELDS.filter((field) => entry[field] !== other[field]).map((field) => ({
      field,
      wanted: entry[field] ?? null,
      found: other[field] ?? null,
    }));
    if (fields.length > 0) different.push({ path: entry.path, fields });
  }
  left.delete(ROOT);
  return { missing, extra: [...left.keys()], different };
}
