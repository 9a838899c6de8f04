import { crc32 } from 'node:zlib';
import { encodeVli, vliLength } from './primitives.ts';

/** One block as the index records it. */
export interface IndexRecord {
  /** Bytes of block header, compressed data and check, without the padding between the last two. */
  readonly unpaddedSize: number;
  /** Bytes before compression. */
  readonly uncompressedSize: number;
}

/** Bytes a block takes in the file: its data is padded to a multiple of four. */
export function paddedSize(unpaddedSize: number): number {
  return Math.ceil(unpaddedSize / 4) * 4;
}

/** Index of the .xz file format 1.2, section 4. */
export function encodeIndex(records: readonly IndexRecord[]): Uint8Array {
  let length = 1 + vliLength(records.length);
  for (const record of records) length += vliLength(record.unpaddedSize) + vliLength(record.uncompressedSize);
  const padded = Math.ceil(length / 4) * 4;
  const bytes = new Uint8Array(padded + 4);
  bytes[0] = 0; // 0 index indicator
  let at = encodeVli(records.length, bytes, 1); // 1 number of records
  for (const record of records) {
    at = encodeVli(record.unpaddedSize, bytes, at); // unpadded size
    at = encodeVli(record.uncompressedSize, bytes, at); // uncompressed size
  }
  // index padding, then CRC32 of all before it
  new DataView(bytes.buffer).setUint32(padded, crc32(bytes.subarray(0, padded)), true);
  return bytes;
}
