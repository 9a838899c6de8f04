/**
 * A finished block as the cache keeps it: a header of ours, then the block as it stands in an .xz file.
 *
 * Header, little-endian:
 *
 *      0  16  magic `stillroot block1`
 *     16  32  key: what the block was made from, see block-key.ts
 *     48  32  SHA-256 of the block
 *     80   4  unpadded size of the block, as an index has it
 *     84   4  uncompressed size of the block
 *     88   4  CRC32 of bytes 0..87
 */
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { StillrootError } from '../errors.ts';
import { blockHeaderSize, decodeBlockHeader } from '../formats/xz/block-header.ts';
import { paddedSize } from '../formats/xz/block-index.ts';
import type { WholeBlock } from '../formats/xz/encode-block.ts';

const MAGIC = Buffer.from('stillroot block1', 'latin1');
const KEY_AT = 16;
const DIGEST_AT = 48;
const UNPADDED_SIZE_AT = 80;
const UNCOMPRESSED_SIZE_AT = 84;
const CRC_AT = 88;
export const HEADER_SIZE = 92;
/** Of the block: it is the last field, see the .xz file format 1.2, section 3.4. */
const CHECK_SIZE = 4;

/** A block of which everything was compared that can be without decoding it. */
export interface CheckedBlock extends WholeBlock {
  /** SHA-256 in hex, of the block. */
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
 * Most bytes that a sound file of a block can have. LZMA2 stores what it cannot compress in chunks of 64 KiB with three
 * bytes in front; the rest is room for the headers.
 */
export function storedSizeMax(uncompressedSize: number): number {
  return HEADER_SIZE + uncompressedSize + Math.ceil(uncompressedSize / 4096) + 4096;
}

/** What a stored block has to be of. */
export interface WantedBlock {
  readonly key: Uint8Array;
  readonly raw: Uint8Array;
  readonly dictionary: number;
}

/**
 * Compares a stored block with its digest, and with what is wanted: its key, its sizes, its filters and the check of its
 * raw bytes.
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

/** Whether the block says of itself what is wanted; its digest alone would take a block of something else. */
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
