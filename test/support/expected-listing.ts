import type { Listed, Listing } from './tree-listing.ts';

export interface Expectation {
  /** `--source-date-epoch` of the pack. */
  readonly epoch: number;
  /** Everything belongs to root: what an unprivileged packer makes of its own files. */
  readonly ownedByRoot?: boolean;
  /** Earliest time that the archive holds. Default: 0, as in newc. */
  readonly earliest?: number;
}

const LAST_SECOND = 2 ** 32 - 1;

/** What a tree becomes on its way through an archive of stillroot, all rules off. */
export function afterPacking(
  tree: Listing,
  { epoch, ownedByRoot = false, earliest = 0 }: Expectation,
): Listing {
  const expected: Listing = new Map();
  const firstNames = new Map<string, string>();
  for (const [path, listed] of tree) {
    // A socket belongs to the process that listens on it.
    if (listed.type === 'socket') continue;
    const after: Listed = {
      ...listed,
      mtime: Math.min(Math.max(listed.mtime, earliest), epoch, LAST_SECOND),
      owner: ownedByRoot ? '0:0' : listed.owner,
    };
    // Only names of files are tied together again: an archive carries other types name by name.
    if (listed.group !== undefined && listed.type !== 'file') delete after.group;
    if (after.group !== undefined) {
      const first = firstNames.get(after.group) ?? path;
      firstNames.set(after.group, first);
      after.group = first;
    }
    expected.set(path, after);
  }
  return expected;
}
