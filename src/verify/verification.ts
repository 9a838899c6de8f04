import type { ManifestBlock, ManifestEntry } from '../manifest/manifest.ts';

/** How far a file matches what a manifest describes, strongest first. */
export const MATCH_LEVELS = [
  /** The same bytes. */
  'file',
  /** The same archive, but with different surroundings or compression: see AROUND. */
  'payload',
  /** The same entries, in a different archive. */
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

/** How two files can differ whose archives have the same bytes. */
export const AROUND = [
  /** Compressed differently, or on one side only. */
  'compression',
  /** The early archives before it. */
  'front',
  /** The boot configuration after the archive. */
  'boot-config',
  /** Configuration or names of a container image. */
  'image',
  /** Only bytes that belong to none of these, such as trailing zeros. */
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

/** Comparison of the blocks of a compressed image, without decompressing any. */
export interface ComparedBlocks {
  readonly wanted: number;
  /** How many of the blocks are in the file. */
  readonly same: number;
  /** The others, as recorded in the manifest. */
  readonly different: readonly LostBlock[];
}

export interface LostBlock extends ManifestBlock {
  /** 0 is the first. */
  readonly index: number;
  /** Where its content begins in the uncompressed archive. */
  readonly uncompressedOffset: number;
}

/** Anything not examined is undefined: below a level that matched, everything matches. */
export interface Verification {
  readonly level: MatchLevel;
  /** Undefined for a directory. */
  readonly file?: Compared<Sized>;
  readonly blocks?: ComparedBlocks;
  readonly payload?: Compared<Sized>;
  /** If the archives have the same bytes but the files do not: how the files differ. */
  readonly around?: readonly Around[];
  /** Set together with `around`. */
  readonly front?: Surrounding;
  readonly bootConfig?: Surrounding;
  readonly tree?: Compared<string>;
  /** Set if the trees differ and the manifest lists its entries. */
  readonly entries?: EntryDifferences;
  /** What the file or directory has but a manifest does not record, each a clause; absent if the file is the same. */
  readonly notCompared?: readonly string[];
  /** Why nothing more is known about a file: it is damaged, or not an archive. */
  readonly trouble?: { readonly code: string; readonly message: string };
}

// How two files differ whose archives have the same bytes: in compression, and in what precedes and follows them.

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

/** For two files with different bytes whose archives have the same bytes. Never empty. */
export function differingAround(
  { front, bootConfig }: Surroundings,
  isSameCompression: boolean,
  isSameImage: boolean = true,
): Around[] {
  const found: Around[] = [];
  if (!isSameCompression) found.push('compression');
  if (!front.same) found.push('front');
  if (!bootConfig.same) found.push('boot-config');
  if (!isSameImage) found.push('image');
  return found.length === 0 ? ['padding'] : found;
}

/** Clauses such as `compressed differently`. */
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
    image: 'with a different configuration or name of the container image',
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

/** A file has to be the same file; for a directory only the tree can match. */
export function isMatch({ level, file }: Verification): boolean {
  return level === 'file' || (file === undefined && level === 'tree');
}

/** In the order of the manifest, followed by entries that it lacks, in tree order. */
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
  /** Null if the entry has no such field: directories have no size, for example. */
  readonly wanted: string | number | null;
  readonly found: string | number | null;
}

/** All fields but the path. */
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
  'attributes',
] as const satisfies ReadonlyArray<keyof ManifestEntry>;

/** Name of an archive's entry for the root itself, which is not part of the tree. */
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
