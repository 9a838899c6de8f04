import { malformed } from '../damage.ts';
import type { ByteInput } from '../input.ts';

/** One LZMA2 chunk with its header. */
export interface Lzma2Chunk {
  /** Offset of its control byte in the file. */
  readonly offset: number;
  /** Bytes of header and data: at most 6 + 64 KiB. */
  readonly length: number;
  /** Bytes it decodes to: at most 2 MiB. */
  readonly uncompressedSize: number;
}

/** Control byte, uncompressed size (2 bytes), compressed size (2 bytes), properties. */
const CHUNK_HEADER_BYTES_MAX = 6;

/** Bytes of a chunk with its header. */
export const CHUNK_INPUT_BYTES_MAX: number = CHUNK_HEADER_BYTES_MAX + 64 * 1024;

const END = 0x00;
const STORED_DICTIONARY_RESET = 0x01;
const STORED = 0x02;
const LZMA = 0x80;
const LZMA_NEW_PROPERTIES = 0xc0;
const LZMA_DICTIONARY_RESET = 0xe0;

/** lc + lp of LZMA2 is at most this. */
const LITERAL_BITS_MAX = 4;

/**
 * Walks the chunk headers of LZMA2 data in `[start, end)` of `input`, without decoding. Fails where a
 * control byte is reserved, the first chunk does not reset the dictionary, properties are missing or out
 * of range, a chunk runs past `end`, or the end marker is not the last byte: the library's decoder notices
 * none of this. The end marker is not among the chunks.
 * @param knownEnd `end`, or undefined where it must be determined
 * @returns the offset after the end marker
 */
export function* lzma2Chunks(
  input: ByteInput,
  start: number,
  knownEnd: number | undefined,
  name: string,
): Generator<Lzma2Chunk, number> {
  const end = knownEnd ?? input.size;
  let at = start;
  let needsReset = true;
  let needsProperties = true;
  while (at < end) {
    const header = input.read(at, Math.min(CHUNK_HEADER_BYTES_MAX, end - at));
    const control = header[0]!;
    if (control === END) {
      if (knownEnd !== undefined && at !== end - 1) {
        throw malformed('LZMA2 data end before the block does', name, at);
      }
      return at + 1;
    }
    if (control > STORED && control < LZMA) {
      throw malformed(`reserved LZMA2 control byte ${control}`, name, at);
    }
    const reset = control === STORED_DICTIONARY_RESET || control >= LZMA_DICTIONARY_RESET;
    if (needsReset && !reset) throw malformed('the first LZMA2 chunk keeps an older dictionary', name, at);
    needsReset = false;
    if (reset) needsProperties = true;
    const hasProperties = control >= LZMA_NEW_PROPERTIES;
    const headerSize = control < LZMA ? 3 : hasProperties ? 6 : 5;
    if (headerSize > header.length) throw malformed('LZMA2 data are cut short', name, at);
    // Sizes are stored less one, the highest five bits of an LZMA chunk's size in its control byte.
    const low = ((header[1]! << 8) | header[2]!) + 1;
    let uncompressedSize = low;
    let compressedSize = low;
    if (control >= LZMA) {
      if (hasProperties) {
        checkProperties(header[5]!, name, at + 5);
        needsProperties = false;
      }
      if (needsProperties) throw malformed('an LZMA2 chunk lacks its properties', name, at);
      uncompressedSize = ((control & 0x1f) << 16) + low;
      compressedSize = ((header[3]! << 8) | header[4]!) + 1;
    }
    const length = headerSize + compressedSize;
    if (at + length >= end) {
      const what = knownEnd === undefined ? 'the file' : 'its block';
      throw malformed(`an LZMA2 chunk runs past the end of ${what}`, name, at);
    }
    yield { offset: at, length, uncompressedSize };
    at += length;
  }
  throw malformed('LZMA2 data lack their end marker', name, at);
}

/** Properties byte: (pb * 5 + lp) * 9 + lc. */
function checkProperties(byte: number, name: string, offset: number): void {
  const lc = byte % 9;
  const lp = Math.floor(byte / 9) % 5;
  const pb = Math.floor(byte / 45);
  if (pb > 4 || lc + lp > LITERAL_BITS_MAX) throw malformed('LZMA properties are out of range', name, offset);
}
