/**
 * A finished block as the cache keeps it: stillroot's own header, then the block as in an .xz file.
 *
 * Header, little-endian:
 *
 *      0  16  magic `stillroot block1`
 *     16  32  key: what the block was made from, see block-cache.ts
 *     48  32  SHA-256 of the block
 *     80   4  unpadded size of the block, as in an index
 *     84   4  uncompressed size of the block
 *     88   4  CRC32 of bytes 0..87
 */
import { hash } from 'node:crypto';
import { lstatSync, readdirSync, statfsSync, unlinkSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { StillrootError } from '../errors.ts';
import { blockHeaderSize, decodeBlockHeader } from '../formats/xz/block-header.ts';
import { paddedSize } from '../formats/xz/block-index.ts';
import type { WholeBlock } from '../formats/xz/encode-block.ts';
import { inDirectory } from './cache-directory.ts';

const MAGIC = Buffer.from('stillroot block1', 'latin1');
const KEY_AT = 16;
const DIGEST_AT = 48;
const UNPADDED_SIZE_AT = 80;
const UNCOMPRESSED_SIZE_AT = 84;
const CRC_AT = 88;
export const HEADER_SIZE = 92;
/** Bytes of the check: the last field of the block, see the .xz file format 1.2, section 3.4. */
const CHECK_SIZE = 4;

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
 * Maximum size of a valid file of a block. LZMA2 stores incompressible data in chunks of 64 KiB with three
 * bytes before each; the rest is room for the headers.
 */
export function storedSizeMax(uncompressedSize: number): number {
  return HEADER_SIZE + uncompressedSize + Math.ceil(uncompressedSize / 4096) + 4096;
}

/** What a stored block must match. */
export interface WantedBlock {
  readonly key: Uint8Array;
  readonly raw: Uint8Array;
  readonly dictionary: number;
}

/**
 * Compares a stored block with its digest, and with the expected key, sizes, filters and check of its raw bytes.
 *
 * @returns why it is not usable, or the block, a view of `file`
 */
export function checkStoredBlock(file: Buffer<ArrayBuffer>, wanted: WantedBlock): CheckedBlock | string {
  if (file.length < HEADER_SIZE) return 'it is too short';
  if (!file.subarray(0, KEY_AT).equals(MAGIC)) return 'it does not begin like a stored block';
  if (file.readUInt32LE(CRC_AT) !== crc32(file.subarray(0, CRC_AT)))
    return 'its header does not match its checksum';
  if (!file.subarray(KEY_AT, DIGEST_AT).equals(wanted.key)) return 'it belongs to another key';
  const unpaddedSize = file.readUInt32LE(UNPADDED_SIZE_AT);
  const uncompressedSize = file.readUInt32LE(UNCOMPRESSED_SIZE_AT);
  const bytes = new Uint8Array(file.buffer, file.byteOffset + HEADER_SIZE, file.length - HEADER_SIZE);
  if (bytes.length !== paddedSize(unpaddedSize)) return 'its size is not the one in its header';
  const digest = hash('sha256', bytes);
  if (digest !== file.toString('hex', DIGEST_AT, UNPADDED_SIZE_AT)) return 'its digest differs';
  const reason = differsFrom(bytes, unpaddedSize, uncompressedSize, wanted);
  return reason ?? { bytes, unpaddedSize, uncompressedSize, digest };
}

/** How the block's header differs from what is expected; its digest alone would accept a block of other data. */
function differsFrom(
  bytes: Uint8Array,
  unpaddedSize: number,
  uncompressedSize: number,
  { raw, dictionary }: WantedBlock,
): string | undefined {
  const size = blockHeaderSize(bytes[0] ?? 0);
  if (size === undefined || size + CHECK_SIZE > unpaddedSize) return 'it contains no block';
  let header: ReturnType<typeof decodeBlockHeader>;
  try {
    header = decodeBlockHeader(bytes.subarray(0, size), 'a stored block', 0);
  } catch (error) {
    if (error instanceof StillrootError) return 'it contains no block';
    throw error;
  }
  const compressedSize = unpaddedSize - size - CHECK_SIZE;
  const isOfSize = header.compressedSize === compressedSize && header.uncompressedSize === uncompressedSize;
  if (!isOfSize || uncompressedSize !== raw.length) return 'its block has a different size';
  if (header.dictionary !== dictionary) return 'its block has a different dictionary';
  const check = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - CHECK_SIZE).getUint32(0, true);
  return check === crc32(raw) ? undefined : 'its block has different contents';
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
