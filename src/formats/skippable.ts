import { malformed } from './damage.ts';
import { type ByteInput, readExactly } from './input.ts';

const HEADER_BYTES = 8;

/** Little-endian 32-bit number at `offset`, or undefined at the end of the bytes. */
export function uint32(bytes: Uint8Array, offset = 0): number | undefined {
  if (bytes.length < offset + 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true);
}

/** zstd and lz4 share the 16 magic numbers 0x184D2A50 to 0x184D2A5F. */
export function startsSkippable(bytes: Uint8Array): boolean {
  const magic = uint32(bytes);
  return magic !== undefined && magic - (magic & 0x0f) === 0x184d2a50;
}

/**
 * Skips skippable frames (RFC 8878, section 3.1.2; the same in lz4): magic, size, that many bytes.
 * @returns the offset of the first byte that does not begin one
 * @throws StillrootError `archive-malformed` where the file ends within one
 */
export function skipSkippable(input: ByteInput, offset: number, name: string): number {
  let at = offset;
  while (startsSkippable(input.read(at, 4))) {
    const size = uint32(readExactly(input, at, HEADER_BYTES, 'a skippable frame', name), 4)!;
    if (at + HEADER_BYTES + size > input.size) {
      throw malformed(`a skippable frame of ${size} bytes runs past the end of the file`, name, at);
    }
    at += HEADER_BYTES + size;
  }
  return at;
}
