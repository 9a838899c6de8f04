import { crc32 } from 'node:zlib';
import { expectZeros, malformed, unsupported } from './malformed.ts';
import { decodeVli, encodeVli, vliLength } from './vli.ts';

/** One block as the index records it. */
export interface IndexRecord {
  /** Bytes of block header, compressed data and check, without the padding between the last two. */
  readonly unpaddedSize: number;
  /** Bytes before compression. */
  readonly uncompressedSize: number;
}

/** Smallest unpadded size: a header of 8 bytes would leave no room for a filter, but 5 is the format's floor. */
const UNPADDED_SIZE_MIN = 5;

/** Bytes that a block takes in the file: its data is padded to a multiple of four. */
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

/**
 * @param bytes the whole index and nothing else
 * @param base offset of the index in the file
 */
export function decodeIndex(bytes: Uint8Array, name: string, base: number): IndexRecord[] {
  const end = bytes.length - 4;
  if (bytes.length < 8 || bytes.length % 4 !== 0) throw malformed('the index is cut short', name, base);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0) throw malformed('the index should begin here', name, base);
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {
    throw malformed('the CRC32 of the index does not match', name, base + end);
  }
  const count = decodeVli(bytes, 1, end, name, base);
  // Two bytes is the least a record can take; this bounds the loop before anything is believed.
  if (count.value > (end - count.next) / 2) {
    throw malformed(`the index cannot hold the ${count.value} records that it announces`, name, base + 1);
  }
  const records: IndexRecord[] = [];
  let at = count.next;
  let total = 0;
  for (let index = 0; index < count.value; index++) {
    const unpadded = decodeVli(bytes, at, end, name, base);
    if (unpadded.value < UNPADDED_SIZE_MIN) {
      throw malformed(`block ${index} has an unpadded size of ${unpadded.value}`, name, base + at);
    }
    const uncompressed = decodeVli(bytes, unpadded.next, end, name, base);
    total += unpadded.value + uncompressed.value;
    if (!Number.isSafeInteger(total)) {
      throw unsupported('sizes over 2^53 - 1 bytes', name, base + at, 'No such file can be read here.');
    }
    records.push({ unpaddedSize: unpadded.value, uncompressedSize: uncompressed.value });
    at = uncompressed.next;
  }
  if (end - at > 3) throw malformed('the index has bytes after its last record', name, base + at);
  expectZeros(bytes, at, end, 'index padding', name, base);
  return records;
}
