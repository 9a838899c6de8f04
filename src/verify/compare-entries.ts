import type { ManifestEntry } from '../manifest/manifest.ts';

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
