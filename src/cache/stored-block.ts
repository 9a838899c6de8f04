/**
 * A finished block as the cache keeps it: stillroot's own header, then the block as in the compressed file.
 *
 * Header, little-endian:
 *
 *      0  16  magic `stillroot block1`
 *     16  32  key: what the block was made from, see block-cache.ts
 *     48  32  SHA-256 of the block
 *     80   4  size of the block without trailing padding
 *     84   4  uncompressed size of the block
 *     88   4  CRC32 of bytes 0..87
 */
import { hash } from 'node:crypto';
import { lstatSync, readdirSync, statfsSync, unlinkSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { WholeBlock } from '../formats/block-thread.ts';
import type { InspectBlock, WantedContent } from '../formats/inspected-block.ts';
import { inDirectory } from './cache-directory.ts';

const MAGIC = Buffer.from('stillroot block1', 'latin1');
const KEY_AT = 16;
const DIGEST_AT = 48;
const UNPADDED_SIZE_AT = 80;
const UNCOMPRESSED_SIZE_AT = 84;
const CRC_AT = 88;
export const HEADER_SIZE = 92;
/** .xz pads blocks to a multiple of four bytes; other formats do not. */
const PADDING_MAX = 3;

/** A block for which everything that can be compared without decoding it has been. */
export interface CheckedBlock extends WholeBlock {
  /** SHA-256 of the block in hex. */
  readonly digest: string;
}

/** @param key of 32 bytes */
export function encodeStoredHeader(key: Uint8Array, block: CheckedBlock): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  header.set(MAGIC, 0); // 0 magic
  header.set(key, KEY_AT); // 16 key
  header.write(block.digest, DIGEST_AT, 'hex'); // 48 SHA-256 of the block
  header.writeUInt32LE(block.unpaddedSize, UNPADDED_SIZE_AT); // 80 unpadded size
  header.writeUInt32LE(block.uncompressedSize, UNCOMPRESSED_SIZE_AT); // 84 uncompressed size
  header.writeUInt32LE(crc32(header.subarray(0, CRC_AT)), CRC_AT); // 88 CRC32
  return header;
}

/**
 * Maximum size of a valid file of a block. Every encoder stores incompressible data in chunks with a few bytes before
 * each: LZMA2 64 KiB, zstd 128 KiB, deflate 16 KiB or more. The rest is room for the headers.
 */
export function storedSizeMax(uncompressedSize: number): number {
  return HEADER_SIZE + uncompressedSize + Math.ceil(uncompressedSize / 4096) + 4096;
}

/** What a stored block must match. */
export interface WantedBlock extends WantedContent {
  readonly key: Uint8Array;
}

/**
 * Compares a stored block with its digest, and with the expected key, sizes and content.
 *
 * @param inspect compares the block itself: its digest alone would accept a block of other data
 * @returns why it is not usable, or the block, a view of `file`
 */
export function checkStoredBlock(
  file: Buffer<ArrayBuffer>,
  wanted: WantedBlock,
  inspect: InspectBlock,
): CheckedBlock | string {
  if (file.length < HEADER_SIZE) return 'it is too short';
  if (!file.subarray(0, KEY_AT).equals(MAGIC)) return 'it does not begin like a stored block';
  if (file.readUInt32LE(CRC_AT) !== crc32(file.subarray(0, CRC_AT)))
    return 'its header does not match its checksum';
  if (!file.subarray(KEY_AT, DIGEST_AT).equals(wanted.key)) return 'it belongs to another key';
  const unpaddedSize = file.readUInt32LE(UNPADDED_SIZE_AT);
  const uncompressedSize = file.readUInt32LE(UNCOMPRESSED_SIZE_AT);
  const bytes = new Uint8Array(file.buffer, file.byteOffset + HEADER_SIZE, file.length - HEADER_SIZE);
  const padding = bytes.length - unpaddedSize;
  if (padding < 0 || padding > PADDING_MAX) return 'its size is not the one in its header';
  const digest = hash('sha256', bytes);
  if (digest !== file.toString('hex', DIGEST_AT, UNPADDED_SIZE_AT)) return 'its digest differs';
  const block = { bytes, unpaddedSize, uncompressedSize };
  return inspect(block, wanted) ?? { ...block, digest };
}

// The files in the directory of the blocks, and which are removed when space is needed.

/** Default limit in bytes for all blocks together: some thirty Debian base systems. */
export const CACHE_SIZE_DEFAULT: number = 2 * 1024 ** 3;
/** Maximum number of blocks in a cache, whatever their size: listing it must not take long. */
const CACHED_BLOCKS_MAX = 20_000;
/** Bytes of its filesystem that a cache leaves free: the build may need them. */
export const CACHE_LEAVES_FREE: number = 256 * 1024 ** 2;

/** Milliseconds after which an unfinished file counts as abandoned: writing one takes less than a second. */
const UNFINISHED_AGE = 10 * 60 * 1000;

const BLOCK_NAME = /^[0-9a-f]{64}\.block$/;
const UNFINISHED_NAME = /^[0-9a-f]{16}\.part$/;

export interface StoredFile {
  readonly name: string;
  readonly size: number;
  /** Time of last use, in milliseconds. */
  readonly used: number;
  readonly isBlock: boolean;
}

/** File name of the stored block with this key: hexadecimal digits and `.block`. */
export function blockName(key: Uint8Array): string {
  return `${Buffer.from(key).toString('hex')}.block`;
}

/** Names of stillroot's own files; anything else in the directory is neither counted nor touched. */
export function storedFiles(blocks: number): StoredFile[] {
  return readdirSync(inDirectory(blocks, '.')).flatMap((name) => {
    const isBlock = BLOCK_NAME.test(name);
    if (!isBlock && !UNFINISHED_NAME.test(name)) return [];
    // Another process may have removed it in the meantime.
    const stats = lstatSync(inDirectory(blocks, name), { throwIfNoEntry: false });
    return stats?.isFile() ? [{ name, size: stats.size, used: stats.mtimeMs, isBlock }] : [];
  });
}

/** @returns whether it existed */
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
 * Removes blocks, least recently used first, until `wanted` more bytes fit into `limit`; and files left over from
 * killed packers.
 *
 * @returns the number of blocks removed
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

/** Whether the filesystem has space for this many more bytes besides what must stay free. */
export function hasSpace(blocks: number, wanted: number, leaveFree: number): boolean {
  const { bavail, bsize } = statfsSync(inDirectory(blocks, '.'));
  return bavail * bsize >= wanted + leaveFree;
}
