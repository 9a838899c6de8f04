/** What lies in the directory of the blocks, and which of it goes when room is needed. */
import { lstatSync, readdirSync, statfsSync, unlinkSync } from 'node:fs';
import { inDirectory } from './cache-directory.ts';

/** Bytes that blocks take together where nothing else is said: some thirty Debian base systems. */
export const CACHE_SIZE_DEFAULT: number = 2 * 1024 ** 3;
/** Blocks that a cache holds at most, whatever their size: looking through it must not take long. */
export const CACHED_BLOCKS_MAX = 20_000;
/** Bytes of its filesystem that a cache leaves free: what is being built may need them. */
export const CACHE_LEAVES_FREE: number = 256 * 1024 ** 2;

/** Milliseconds after which a file that was not finished belongs to nobody any more: writing one takes less than a second. */
const UNFINISHED_AGE = 10 * 60 * 1000;

const BLOCK_NAME = /^[0-9a-f]{64}\.block$/;
const UNFINISHED_NAME = /^[0-9a-f]{16}\.part$/;

export interface StoredFile {
  readonly name: string;
  readonly size: number;
  /** When it was used last, in milliseconds. */
  readonly used: number;
  readonly isBlock: boolean;
}

export function blockName(key: Uint8Array): string {
  return `${Buffer.from(key).toString('hex')}.block`;
}

/** Files of ours; anything else in the directory is neither counted nor touched. */
export function storedFiles(blocks: number): StoredFile[] {
  return readdirSync(inDirectory(blocks, '.')).flatMap((name) => {
    const isBlock = BLOCK_NAME.test(name);
    if (!isBlock && !UNFINISHED_NAME.test(name)) return [];
    // Another one may have removed it meanwhile.
    const stats = lstatSync(inDirectory(blocks, name), { throwIfNoEntry: false });
    return stats?.isFile() ? [{ name, size: stats.size, used: stats.mtimeMs, isBlock }] : [];
  });
}

/** @returns whether it was there */
export function removeStored(blocks: number, name: string): boolean {
  try {
    unlinkSync(inDirectory(blocks, name));
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cause;
  }
}

/**
 * Removes blocks, those that were not used for longest first, until `wanted` more bytes fit into `limit`; and what
 * packers that were killed have left.
 *
 * @returns how many blocks it removed
 */
export function makeRoom(blocks: number, wanted: number, limit: number, now: number): number {
  const files = storedFiles(blocks).sort((a, b) => b.used - a.used);
  let removed = 0;
  let bytes = wanted;
  let count = 1;
  for (const { name, size, used, isBlock } of files) {
    const isKept = isBlock
      ? bytes + size <= limit && count < CACHED_BLOCKS_MAX
      : Math.abs(now - used) < UNFINISHED_AGE;
    if (isKept) {
      bytes += size;
      count += 1;
    } else if (removeStored(blocks, name) && isBlock) removed += 1;
  }
  return removed;
}

/** Whether the filesystem has room for this many bytes more and what has to stay free. */
export function hasSpace(blocks: number, wanted: number, leaveFree: number): boolean {
  const { bavail, bsize } = statfsSync(inDirectory(blocks, '.'));
  return bavail * bsize >= wanted + leaveFree;
}
