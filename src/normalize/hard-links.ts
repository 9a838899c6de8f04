/**
 * Profile 1: an entry with one name has inode 0 and nlink 1. The names of a group share a nonzero
 * inode that follows from the group's first path, so that a file added elsewhere does not renumber,
 * and so change, the rest of the archive. The data is on the last name: GNU cpio, libarchive, busybox
 * and the kernel all restore that.
 */
import type { HardLinkGroup } from '../tree/entry.ts';

export type HardLinkPolicy = 'keep' | 'copy';
export const HARD_LINK_POLICIES: readonly HardLinkPolicy[] = ['keep', 'copy'];

export interface LinkNumbers {
  readonly inode: number;
  readonly nlink: number;
  /** The last name of the group in tree order, which carries the data. */
  readonly last: string;
}

/** 32-bit hash of a byte string. */
export type PathHash = (path: string) => number;

/**
 * Numbers the groups that keep two names or more.
 *
 * @param groups in tree order of their first name; `paths` are those that reach the archive
 */
export function numberHardLinks(
  groups: Iterable<readonly [HardLinkGroup, readonly string[]]>,
  hash: PathHash,
): Map<HardLinkGroup, LinkNumbers> {
  const numbers = new Map<HardLinkGroup, LinkNumbers>();
  const taken = new Set<number>([0]);
  for (const [group, paths] of groups) {
    const [first] = paths;
    const last = paths.at(-1);
    if (first === undefined || last === undefined || paths.length < 2) continue;
    let inode = hash(first) >>> 0;
    while (taken.has(inode)) inode = (inode + 1) >>> 0;
    taken.add(inode);
    numbers.set(group, { inode, nlink: paths.length, last });
  }
  return numbers;
}
