import { malformed, unsupported } from '../damage.ts';

/** A multibyte integer has at most this many bytes (63 bits). */
export const VLI_BYTES_MAX = 9;

export interface Vli {
  readonly value: number;
  /** Offset of the first byte after the integer. */
  readonly next: number;
}

/** Bytes that `encodeVli` would give for `value`. */
export function vliLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/**
 * Multibyte integer of the .xz file format 1.2: seven bits a byte, lowest first, the top bit set on
 * every byte but the last. Writes at `offset` and returns the offset after it.
 * @param value an integer in 0..2^53-1
 */
export function encodeVli(value: number, target: Uint8Array, offset: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${value} cannot be a multibyte integer`);
  let rest = value;
  let at = offset;
  while (rest >= 0x80) {
    target[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  target[at++] = rest;
  return at;
}

/**
 * Reads a multibyte integer at `offset`, no further than `end`. Strict, as the kernel's decoder is: an
 * integer with a needless last byte, one of more than nine bytes and one that runs past `end` fail.
 * Above 2^53-1 the value is not supported.
 * @param base offset of `bytes[0]` in the file, for messages
 */
export function decodeVli(bytes: Uint8Array, offset: number, end: number, name: string, base: number): Vli {
  let value = 0;
  let scale = 1;
  for (let index = 0; ; index++) {
    const at = offset + index;
    if (at >= end) throw malformed('multibyte integer runs past the end of its field', name, base + offset);
    const byte = bytes[at]!;
    if (index === VLI_BYTES_MAX - 1 && byte >= 0x80) {
      throw malformed('multibyte integer has more than 9 bytes', name, base + offset);
    }
    if (byte === 0 && index > 0) {
      throw malformed('multibyte integer is not in its shortest form', name, base + offset);
    }
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte < 0x80) {
      if (!Number.isSafeInteger(value)) {
        throw unsupported(
          'a size over 2^53 - 1 bytes',
          name,
          base + offset,
          'stillroot cannot read files that large.',
        );
      }
      return { value, next: at + 1 };
    }
  }
}
