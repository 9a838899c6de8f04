import { crc32 } from 'node:zlib';
import { expectZeros, malformed, unsupported } from '../damage.ts';
import { decodeVli, dictionaryProperty, dictionarySize, encodeVli } from './primitives.ts';

/** Filter ids of the .xz file format 1.2, section 5.3. */
const FILTER_X86 = 0x04;
const FILTER_LZMA2 = 0x21;

/** The header size field is one byte and holds size / 4 - 1, and 0 there begins the index. */
export const BLOCK_HEADER_BYTES_MAX = 1024;

const FLAG_FILTERS = 0x03;
const FLAG_RESERVED = 0x3c;
const FLAG_COMPRESSED_SIZE = 0x40;
const FLAG_UNCOMPRESSED_SIZE = 0x80;

export interface BlockFilters {
  /** Whether the x86 branch filter runs before LZMA2. */
  readonly x86: boolean;
  /** LZMA2 dictionary in bytes. */
  readonly dictionary: number;
}

export interface BlockHeader extends BlockFilters {
  /** Bytes of the header itself, a multiple of 4 in 8..1024. */
  readonly headerSize: number;
  /** Bytes of LZMA2 data, where the header says so. */
  readonly compressedSize: number | undefined;
  /** Bytes before compression, where the header says so. */
  readonly uncompressedSize: number | undefined;
}

/**
 * Block header of the .xz file format 1.2, section 3.1. Both sizes are always written, so that a
 * reader can skip a block and a parallel decoder can start on the next one.
 */
export function encodeBlockHeader(
  filters: BlockFilters,
  sizes: { compressedSize: number; uncompressedSize: number },
): Uint8Array {
  const scratch = new Uint8Array(64);
  // 1 block flags: number of filters - 1, compressed size present, uncompressed size present
  scratch[1] = (filters.x86 ? 1 : 0) | FLAG_COMPRESSED_SIZE | FLAG_UNCOMPRESSED_SIZE;
  let at = encodeVli(sizes.compressedSize, scratch, 2); // 2 compressed size
  at = encodeVli(sizes.uncompressedSize, scratch, at); // uncompressed size
  if (filters.x86) {
    at = encodeVli(FILTER_X86, scratch, at); // filter id
    at = encodeVli(0, scratch, at); // size of properties: none means start offset 0
  }
  at = encodeVli(FILTER_LZMA2, scratch, at); // filter id
  at = encodeVli(1, scratch, at); // size of properties
  scratch[at++] = dictionaryProperty(filters.dictionary); // dictionary size
  const headerSize = Math.ceil(at / 4) * 4 + 4; // header padding, then CRC32
  scratch[0] = headerSize / 4 - 1; // 0 block header size
  const bytes = scratch.subarray(0, headerSize);
  new DataView(bytes.buffer).setUint32(headerSize - 4, crc32(bytes.subarray(0, headerSize - 4)), true);
  return bytes;
}

/** Bytes of the block header that begins with `first`, or undefined where `first` begins the index. */
export function blockHeaderSize(first: number): number | undefined {
  return first === 0 ? undefined : (first + 1) * 4;
}

/**
 * @param bytes the whole block header and nothing else
 * @param base offset of the block in the file
 */
export function decodeBlockHeader(bytes: Uint8Array, name: string, base: number): BlockHeader {
  const headerSize = bytes.length === 0 ? undefined : blockHeaderSize(bytes[0]!);
  if (headerSize === undefined) throw malformed('a block should begin here', name, base);
  if (bytes.length !== headerSize) throw malformed('the block header is cut short', name, base);
  const end = headerSize - 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {
    throw malformed('the CRC32 of the block header does not match', name, base + end);
  }
  const flags = bytes[1]!;
  if ((flags & FLAG_RESERVED) !== 0) {
    throw unsupported('reserved block flags are set', name, base + 1, LATER_FORMAT);
  }
  let at = 2;
  let compressedSize: number | undefined;
  let uncompressedSize: number | undefined;
  if ((flags & FLAG_COMPRESSED_SIZE) !== 0) {
    const vli = decodeVli(bytes, at, end, name, base);
    if (vli.value === 0) throw malformed('a block claims to have no compressed data', name, base + at);
    compressedSize = vli.value;
    at = vli.next;
  }
  if ((flags & FLAG_UNCOMPRESSED_SIZE) !== 0) {
    const vli = decodeVli(bytes, at, end, name, base);
    uncompressedSize = vli.value;
    at = vli.next;
  }
  const filters = decodeFilters(bytes, at, end, (flags & FLAG_FILTERS) + 1, name, base);
  expectZeros(bytes, filters.next, end, 'block header padding', name, base);
  const { x86, dictionary } = filters;
  return { headerSize, compressedSize, uncompressedSize, x86, dictionary };
}

const LATER_FORMAT = 'The file uses a later version of the .xz format.';
const FILTERS_READ = 'stillroot reads LZMA2, alone or after the x86 filter.';

function decodeFilters(
  bytes: Uint8Array,
  offset: number,
  end: number,
  count: number,
  name: string,
  base: number,
): BlockFilters & { next: number } {
  let x86 = false;
  let dictionary: number | undefined;
  let at = offset;
  for (let index = 0; index < count; index++) {
    const last = index === count - 1;
    const id = decodeVli(bytes, at, end, name, base);
    const size = decodeVli(bytes, id.next, end, name, base);
    const next = size.next + size.value;
    if (next > end) throw malformed('filter properties run past the block header', name, base + at);
    if (id.value === FILTER_LZMA2 && last) {
      const found = size.value === 1 ? dictionarySize(bytes[size.next]!) : undefined;
      if (found === undefined) throw malformed('LZMA2 properties are not valid', name, base + id.next);
      dictionary = found;
    } else if (id.value === FILTER_X86 && index === 0 && !last && (size.value === 0 || size.value === 4)) {
      if (size.value === 4 && bytes.subarray(size.next, next).some((byte) => byte !== 0)) {
        throw unsupported('the x86 filter has a start offset', name, base + at, FILTERS_READ);
      }
      x86 = true;
    } else {
      throw unsupported(`filter 0x${id.value.toString(16)} in this place`, name, base + at, FILTERS_READ);
    }
    at = next;
  }
  if (dictionary === undefined) throw malformed('the last filter is not LZMA2', name, base + offset);
  return { x86, dictionary, next: at };
}
