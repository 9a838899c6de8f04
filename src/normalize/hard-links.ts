/**
 * Profile 1: an entry with one name has inode 0 and nlink 1. The names of a group share a nonzero
 * inode that follows from the group's first path, so that a file added elsewhere does not renumber,
 * and so change, the rest of the archive. In newc the data is on the last name: GNU cpio, libarchive, busybox
 * and the kernel all restore that. In tar it is on the first, to which the others refer.
 */
import type { HardLinkGroup } from '../tree/entry.ts';

export type HardLinkPolicy = 'keep' | 'copy';
export const HARD_LINK_POLICIES: readonly HardLinkPolicy[] = ['keep', 'copy'];

/** The name of a group that has the data in an archive, by tree order. */
export type LinkData = 'first' | 'last';

export interface LinkNumbers {
  readonly inode: number;
  readonly nlink: number;
  /** The name with the data. */
  readonly dataPath: string;
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
  linkData: LinkData = 'last',
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
    numbers.set(group, { inode, nlink: paths.length, dataPath: linkData === 'first' ? first : last });
  }
  return numbers;
}

// Hard links are decided about by name. What comes out differently can no longer be one file.

/** The names of one inode, in the groups in which they remain. */
export interface SplitGroup {
  /** In tree order of their first names; two or more, of one name or more each. */
  readonly parts: readonly HardLinkGroup[];
  /** The part that the others are split from: the first with the content that the inode has, else the first. */
  readonly remaining: HardLinkGroup;
}

export interface NameOutcome {
  /** Equal for names that come out as equal files. */
  readonly key: string;
  readonly keepsContent: boolean;
}

/**
 * @param paths names of the group that stay files, in tree order
 * @returns undefined where they all come out the same, and so stay one group
 */
export function splitLinks(
  { outside }: HardLinkGroup,
  paths: readonly string[],
  outcomeOf: (path: string) => NameOutcome,
): SplitGroup | undefined {
  const parts = new Map<string, HardLinkGroup>();
  let remaining: HardLinkGroup | undefined;
  for (const path of paths) {
    const { key, keepsContent } = outcomeOf(path);
    let part = parts.get(key);
    if (part === undefined) {
      part = { paths: [], outside };
      parts.set(key, part);
      if (keepsContent) remaining ??= part;
    }
    part.paths.push(path);
  }
  const [first] = parts.values();
  if (first === undefined || parts.size < 2) return undefined;
  return { parts: [...parts.values()], remaining: remaining ?? first };
}
