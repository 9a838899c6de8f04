import { crc32 } from 'node:zlib';
import { malformed, unsupported } from '../damage.ts';
import { type ByteInput, readExactly } from '../input.ts';

const FIXED_BYTES = 10;
const METHOD_DEFLATE = 8;
const FLAG_HEADER_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAGS_RESERVED = 0xe0;

/** A name or comment in a gzip header over this many bytes is refused; it is not used for anything. */
export const HEADER_TEXT_BYTES_MAX: number = 64 * 1024;

export function startsGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Reads the header of a gzip member (RFC 1952, section 2.3) and passes over it.
 * @returns the offset of the deflate data
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function skipGzipHeader(input: ByteInput, offset: number, name: string): number {
  const fixed = readExactly(input, offset, FIXED_BYTES, 'the gzip header', name);
  if (!startsGzip(fixed)) throw malformed('no gzip member begins here (wanted 1F 8B)', name, offset);
  const method = fixed[2]!; // 2 CM
  if (method !== METHOD_DEFLATE) {
    throw unsupported(`gzip method ${method}`, name, offset + 2, 'gzip defines only method 8 (deflate).');
  }
  const flags = fixed[3]!; // 3 FLG, 4 MTIME (4 bytes), 8 XFL, 9 OS
  if ((flags & FLAGS_RESERVED) !== 0) {
    throw unsupported(
      'reserved gzip flags are set',
      name,
      offset + 3,
      'The file uses a later version of the format.',
    );
  }
  let at = offset + FIXED_BYTES;
  if ((flags & FLAG_EXTRA) !== 0) {
    const size = readExactly(input, at, 2, 'the extra field of the gzip header', name); // XLEN
    at += 2 + (size[0]! | (size[1]! << 8));
  }
  if ((flags & FLAG_NAME) !== 0) at = behindNul(input, at, 'file name', name);
  if ((flags & FLAG_COMMENT) !== 0) at = behindNul(input, at, 'comment', name);
  if ((flags & FLAG_HEADER_CRC) !== 0) {
    const header = readExactly(input, offset, at - offset, 'the gzip header', name);
    const field = readExactly(input, at, 2, 'the CRC16 of the gzip header', name);
    if ((crc32(header) & 0xffff) !== (field[0]! | (field[1]! << 8))) {
      throw malformed('the CRC16 of the gzip header does not match', name, at);
    }
    at += 2;
  }
  return at;
}

function behindNul(input: ByteInput, start: number, what: string, name: string): number {
  const bytes = input.read(start, HEADER_TEXT_BYTES_MAX);
  const nul = bytes.indexOf(0);
  if (nul !== -1) return start + nul + 1;
  if (bytes.length === HEADER_TEXT_BYTES_MAX) {
    const hint = `stillroot skips at most ${HEADER_TEXT_BYTES_MAX} bytes.`;
    throw unsupported(`a long ${what} in the gzip header`, name, start, hint);
  }
  throw malformed(`the ${what} in the gzip header is cut short`, name, start + bytes.length);
}
