/**
 * What programs can observe about a directory tree besides its content, and how two trees of the same content differ.
 */
import { closeSync, fstatSync, lstatSync, opendirSync, statfsSync } from 'node:fs';
import { childPath, DescriptorStack } from '../source/descriptors.ts';
import { openRoot } from '../source/open-root.ts';
import { nameOf, parentOf, pathFromBytes } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';

/** A way in which two directories of the same content can differ; the texts appear in reports. */
export type Fact =
  | 'inode numbers'
  | 'order of inode numbers'
  | 'inode numbers over 32 bits'
  | 'device number'
  | 'several device numbers'
  | 'link counts of files'
  | 'link counts of directories'
  | 'sizes of directories'
  | 'blocks'
  | 'order of names'
  | 'filesystem'
  | 'modes'
  | 'owners'
  | 'times of files'
  | 'times of directories'
  | 'times of symlinks'
  | 'time of the root'
  | 'fractions of seconds'
  | 'times of access'
  | 'times of change'
  | 'path of the root';

/** One inode as lstat(2) gives it. */
interface Observed {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  readonly inode: bigint;
  readonly device: bigint;
  readonly mode: bigint;
  readonly owner: string;
  readonly links: bigint;
  readonly size: bigint;
  readonly blocks: bigint;
  readonly mtime: bigint;
  readonly atime: bigint;
  readonly ctime: bigint;
  /** For a directory: its names in the order in which the filesystem returns them. */
  readonly names: readonly string[];
}

/** By path; the root is ''. */
export interface Observation {
  readonly entries: ReadonlyMap<string, Observed>;
  /** As statfs(2) gives it. */
  readonly filesystem: number;
  readonly path: string;
}

/** @param tree the tree at `path`, which lists what to observe */
export function observe(path: string, tree: Tree): Observation {
  const root = openRoot(path);
  const directories = new DescriptorStack(root);
  try {
    const entries = new Map<string, Observed>();
    entries.set('', observed(fstatSync(root, { bigint: true }), rawNames(root)));
    for (const { path: at, type } of tree.entries) {
      const stats = lstatSync(childPath(directories.directory(parentOf(at)), nameOf(at)), { bigint: true });
      entries.set(at, observed(stats, type === 'directory' ? rawNames(directories.directory(at)) : []));
    }
    return { entries, filesystem: statfsSync(path).type, path };
  } finally {
    directories.close();
    closeSync(root);
  }
}

function observed(stats: import('node:fs').BigIntStats, names: readonly string[]): Observed {
  return {
    kind: stats.isFile()
      ? 'file'
      : stats.isDirectory()
        ? 'directory'
        : stats.isSymbolicLink()
          ? 'symlink'
          : 'other',
    // Node returns signed 64-bit values.
    inode: BigInt.asUintN(64, stats.ino),
    device: stats.dev,
    mode: stats.mode,
    owner: `${stats.uid}:${stats.gid}`,
    links: stats.nlink,
    size: stats.size,
    blocks: stats.blocks,
    mtime: stats.mtimeNs,
    atime: stats.atimeNs,
    ctime: stats.ctimeNs,
    names,
  };
}

/** opendir, since readdir returns names sorted. */
function rawNames(directory: number): string[] {
  const handle = opendirSync(`/proc/self/fd/${directory}`, { encoding: 'buffer' as BufferEncoding });
  try {
    const names: string[] = [];
    for (let found = handle.readSync(); found !== null; found = handle.readSync()) {
      // The types lack the `buffer` encoding for opendir.
      const name: unknown = found.name;
      if (!Buffer.isBuffer(name)) throw new TypeError('a name of a directory is not bytes');
      names.push(pathFromBytes(name));
    }
    return names;
  } finally {
    handle.closeSync();
  }
}

/** Whether two observed entries of the same path differ in a fact. */
type Differs = (a: Observed, b: Observed, path: string) => boolean;

const SECOND = 1_000_000_000n;
const seconds = (time: bigint): bigint => time / SECOND;
const timesOf =
  (kind: Observed['kind']): Differs =>
  (a, b, path) =>
    path !== '' && a.kind === kind && seconds(a.mtime) !== seconds(b.mtime);

const OF_ENTRIES: Readonly<Partial<Record<Fact, Differs>>> = {
  'inode numbers': (a, b) => a.inode !== b.inode,
  'device number': (a, b) => a.device !== b.device,
  'link counts of files': (a, b) => a.kind !== 'directory' && a.links !== b.links,
  'link counts of directories': (a, b) => a.kind === 'directory' && a.links !== b.links,
  'sizes of directories': (a, b) => a.kind === 'directory' && a.size !== b.size,
  blocks: (a, b) => a.kind === 'file' && a.blocks !== b.blocks,
  'order of names': (a, b) => a.names.join('\0') !== b.names.join('\0'),
  modes: (a, b) => a.kind !== 'symlink' && a.mode !== b.mode,
  owners: (a, b) => a.owner !== b.owner,
  'times of files': (a, b, path) => timesOf('file')(a, b, path) || timesOf('other')(a, b, path),
  'times of directories': timesOf('directory'),
  'times of symlinks': timesOf('symlink'),
  'time of the root': (a, b, path) => path === '' && seconds(a.mtime) !== seconds(b.mtime),
  'fractions of seconds': (a, b) => a.mtime % SECOND !== b.mtime % SECOND,
  'times of access': (a, b) => a.atime !== b.atime,
  'times of change': (a, b) => a.ctime !== b.ctime,
};

/** How the trees differ; entries that only one of them has are ignored. */
export function differingFacts(a: Observation, b: Observation): Set<Fact> {
  const found = new Set<Fact>();
  const tests = Object.entries(OF_ENTRIES) as [Fact, Differs][];
  for (const [path, left] of a.entries) {
    const right = b.entries.get(path);
    if (right === undefined || left.kind !== right.kind) continue;
    for (const [fact, differs] of tests) if (!found.has(fact) && differs(left, right, path)) found.add(fact);
  }
  if (inodeOrder(a) !== inodeOrder(b)) found.add('order of inode numbers');
  if (hasLargeInode(a) !== hasLargeInode(b)) found.add('inode numbers over 32 bits');
  if (deviceCount(a) !== deviceCount(b)) found.add('several device numbers');
  if (a.filesystem !== b.filesystem) found.add('filesystem');
  if (a.path !== b.path) found.add('path of the root');
  return found;
}

/** Paths by inode number: the same after adding any number to all of them. */
function inodeOrder({ entries }: Observation): string {
  const sorted = [...entries].sort(([, a], [, b]) => (a.inode < b.inode ? -1 : a.inode > b.inode ? 1 : 0));
  return sorted.map(([path]) => path).join('\0');
}

function hasLargeInode({ entries }: Observation): boolean {
  return [...entries.values()].some(({ inode }) => inode > 0xffff_ffffn);
}

function deviceCount({ entries }: Observation): number {
  return new Set([...entries.values()].map(({ device }) => device)).size;
}

/** Changes when anything is written to the tree or changed about it: shows whether a packer did so. */
export function fingerprint({ entries }: Observation): string {
  return [...entries]
    .map(([path, { inode, mode, owner, size, mtime, ctime }]) =>
      [path, inode, mode, owner, size, mtime, ctime].join(' '),
    )
    .join('\0');
}
