/** One name of a root filesystem, metadata only. Contents are reached through a Source. */

export type EntryType = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo' | 'socket';

export const ENTRY_TYPES: readonly EntryType[] = [
  'file',
  'directory',
  'symlink',
  'character',
  'block',
  'fifo',
  'socket',
];

/** The names of one inode. Only for inodes with two or more names in the tree, or with other names outside it. */
export interface HardLinkGroup {
  /** Paths inside the tree, in tree order. */
  readonly paths: string[];
  /** Names that the filesystem counts but the tree does not hold. */
  outside: number;
}

/**
 * Entries are small flat objects of one shape: a tree has hundreds of thousands of them and only
 * they stay in memory.
 */
export interface Entry {
  /** Byte string from the root of the tree; the root itself is ''. See path.ts. */
  readonly path: string;
  readonly type: EntryType;
  /** Permission, set-id and sticky bits: 0..0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content of a file; 0 for every other type. */
  readonly size: number;
  /** Whole seconds since 1970, rounded down; negative before it. */
  readonly mtime: number;
  /** 0..999,999,999, on top of mtime. */
  readonly nanoseconds: number;
  /** Link target of a symlink as a byte string; '' for every other type. */
  readonly target: string;
  /** Device number of a character or block device; 0 for every other type. */
  readonly major: number;
  readonly minor: number;
  /** Shared by all names of the group, so it can be compared by identity. */
  readonly links: HardLinkGroup | null;
}
