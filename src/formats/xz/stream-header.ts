import { crc32 } from 'node:zlib';
import { malformed, unsupported } from '../damage.ts';
import { CHECK_SIZES } from './primitives.ts';

/** Stream header and stream footer have the same size. */
export const STREAM_HEADER_BYTES = 12;
export const STREAM_FOOTER_BYTES = 12;

/** `FD 7zXZ 00` */
const HEADER_MAGIC: readonly number[] = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
/** `YZ` */
const FOOTER_MAGIC: readonly number[] = [0x59, 0x5a];

export interface StreamFooter {
  /** Id of the check of every block, 0..15. */
  readonly check: number;
  /** Bytes of the index, which directly precedes the footer: a multiple of 4 in 4..2^34. */
  readonly indexSize: number;
}

/** Whether the magic bytes of a stream header are at `offset`. */
export function startsStream(bytes: Uint8Array, offset = 0): boolean {
  return HEADER_MAGIC.every((byte, index) => bytes[offset + index] === byte);
}

/**
 * Stream header of the .xz file format 1.2, section 2.1.1.
 * @param check id 0..15
 */
export function encodeStreamHeader(check: number): Uint8Array {
  const bytes = new Uint8Array(STREAM_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(HEADER_MAGIC, 0); // 0 header magic bytes
  bytes[6] = 0; //  6 stream flags, first byte: reserved
  bytes[7] = check; // 7 stream flags, second byte: check id
  view.setUint32(8, crc32(bytes.subarray(6, 8)), true); // 8 CRC32 of the stream flags
  return bytes;
}

/**
 * @param bytes the first 12 bytes of a stream
 * @returns the check id
 */
export function decodeStreamHeader(bytes: Uint8Array, name: string, base: number): number {
  if (bytes.length < STREAM_HEADER_BYTES) throw malformed('the stream header is cut short', name, base);
  if (!startsStream(bytes)) {
    throw malformed('no .xz stream begins here (wanted the bytes FD 37 7A 58 5A 00)', name, base);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(8, true) !== crc32(bytes.subarray(6, 8))) {
    throw malformed('the CRC32 of the stream header does not match', name, base + 8);
  }
  return decodeStreamFlags(bytes, 6, name, base);
}

/** Stream footer of the .xz file format 1.2, section 2.1.2. */
export function encodeStreamFooter(footer: StreamFooter): Uint8Array {
  const { check, indexSize } = footer;
  if (indexSize < 4 || indexSize % 4 !== 0 || indexSize > 2 ** 34) {
    throw new RangeError(`an index cannot have ${indexSize} bytes`);
  }
  const bytes = new Uint8Array(STREAM_FOOTER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, indexSize / 4 - 1, true); // 4 backward size, stored as size / 4 - 1
  bytes[8] = 0; // 8 stream flags, the same as in the header
  bytes[9] = check;
  bytes.set(FOOTER_MAGIC, 10); // 10 footer magic bytes
  view.setUint32(0, crc32(bytes.subarray(4, 10)), true); // 0 CRC32 of backward size and stream flags
  return bytes;
}

/** @param bytes the last 12 bytes of a stream */
export function decodeStreamFooter(bytes: Uint8Array, name: string, base: number): StreamFooter {
  if (bytes.length < STREAM_FOOTER_BYTES) throw malformed('the stream footer is cut short', name, base);
  if (!FOOTER_MAGIC.every((byte, index) => bytes[10 + index] === byte)) {
    throw malformed('the .xz stream does not end here (wanted the bytes 59 5A)', name, base + 10);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== crc32(bytes.subarray(4, 10))) {
    throw malformed('the CRC32 of the stream footer does not match', name, base);
  }
  return {
    check: decodeStreamFlags(bytes, 8, name, base),
    indexSize: (view.getUint32(4, true) + 1) * 4,
  };
}

function decodeStreamFlags(bytes: Uint8Array, offset: number, name: string, base: number): number {
  const reserved = bytes[offset]!;
  const check = bytes[offset + 1]!;
  // The format reserves these bits for later versions and requires decoders to refuse, not ignore, them.
  if (reserved !== 0 || check >= CHECK_SIZES.length) {
    throw unsupported(
      'reserved stream flags are set',
      name,
      base + offset,
      'The file uses a later version of the .xz format.',
    );
  }
  return check;
}
