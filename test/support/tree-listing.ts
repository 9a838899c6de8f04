/**
 * What a directory tree holds, as plain data for comparison. An independent walker: it shares no code with src, since a
 * mistake in one could hide a mistake in the other.
 */
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';

export interface Listed {
  type: 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo' | 'socket';
  /** Octal, so that a failing comparison is readable. Empty for a symlink, which has no mode. */
  mode: string;
  owner: string;
  /** Whole seconds, rounded down. */
  mtime: number;
  size?: number;
  sha256?: string;
  target?: string;
  /** `major:minor`. */
  device?: string;
  /** First path, in byte order, of those that share the inode; only where there are two or more. */
  group?: string;
}

/** Paths are byte strings; the root is not listed. In byte order of the whole path. */
export type Listing = Map<string, Listed>;

export function listTree(root: string): Listing {
  const found: Array<[path: string, listed: Listed, inode: string]> = [];
  const top = openDirectory(Buffer.from(root));
  try {
    walk(top, '', found);
  } finally {
    closeSync(top);
  }
  found.sort(([a], [b]) => (a < b ? -1 : 1));
  const names = new Map<string, string[]>();
  for (const [path, , inode] of found) names.set(inode, [...(names.get(inode) ?? []), path]);
  for (const [, listed, inode] of found) {
    const group = names.get(inode) ?? [];
    if (group.length > 1 && listed.type !== 'directory') listed.group = group[0] as string;
  }
  return new Map(found.map(([path, listed]) => [path, listed]));
}

function walk(directory: number, prefix: string, found: Array<[string, Listed, string]>): void {
  const here = Buffer.from(`/proc/self/fd/${directory}/`);
  for (const name of readdirSync(here, { encoding: 'buffer' })) {
    const at = Buffer.concat([here, name]);
    const path = prefix + name.toString('latin1');
    const stat = lstatSync(at, { bigint: true });
    found.push([path, describe(at, stat), `${stat.dev}:${stat.ino}`]);
    if (!stat.isDirectory()) continue;
    const below = openDirectory(at);
    try {
      walk(below, `${path}/`, found);
    } finally {
      closeSync(below);
    }
  }
}

function openDirectory(path: Buffer): number {
  return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
}

function describe(at: Buffer, stat: BigIntStats): Listed {
  const seconds = stat.mtimeNs / 1_000_000_000n;
  const listed: Listed = {
    type: typeOf(stat),
    mode: stat.isSymbolicLink() ? '' : (stat.mode & 0o7777n).toString(8).padStart(4, '0'),
    owner: `${stat.uid}:${stat.gid}`,
    mtime: Number(stat.mtimeNs < 0n && seconds * 1_000_000_000n !== stat.mtimeNs ? seconds - 1n : seconds),
  };
  if (stat.isFile()) {
    listed.size = Number(stat.size);
    listed.sha256 = isReadable(at) ? digest(at) : 'not readable';
  }
  if (stat.isSymbolicLink()) listed.target = readlinkSync(at, 'buffer').toString('latin1');
  if (stat.isCharacterDevice() || stat.isBlockDevice()) {
    // The C library splits 64 bits into major and minor: see makedev(3).
    const major = ((stat.rdev >> 32n) & 0xffff_f000n) | ((stat.rdev >> 8n) & 0xfffn);
    const minor = ((stat.rdev >> 12n) & 0xffff_ff00n) | (stat.rdev & 0xffn);
    listed.device = `${major}:${minor}`;
  }
  return listed;
}

function typeOf(stat: BigIntStats): Listed['type'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isCharacterDevice()) return 'character';
  if (stat.isBlockDevice()) return 'block';
  return stat.isFIFO() ? 'fifo' : 'socket';
}

function isReadable(at: Buffer): boolean {
  try {
    accessSync(at, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function digest(at: Buffer): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1 << 20);
  const file = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (let count = readSync(file, piece); count > 0; count = readSync(file, piece)) {
      hash.update(piece.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** The differences of two listings, one readable line each; empty where they are the same. */
export function compareListings(actual: Listing, expected: Listing): string[] {
  const lines: string[] = [];
  for (const path of new Set([...expected.keys(), ...actual.keys()])) {
    const [a, e] = [actual.get(path), expected.get(path)];
    const shown = JSON.stringify(path.length > 120 ? `${path.slice(0, 60)}...(${path.length} bytes)` : path);
    if (a === undefined) lines.push(`${shown}: missing`);
    else if (e === undefined) lines.push(`${shown}: not expected (${a.type})`);
    else {
      for (const key of new Set([...Object.keys(e), ...Object.keys(a)]) as Set<keyof Listed>) {
        if (a[key] !== e[key]) lines.push(`${shown}: ${key} is ${a[key]}, expected ${e[key]}`);
      }
    }
  }
  return lines;
}
