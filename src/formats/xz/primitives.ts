/** The small parts of the .xz file format 1.2: multibyte integers, sizes of dictionaries, and integrity checks. */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
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

/** Largest property byte that represents a size of the form 2^n or 3 * 2^n; 40 means 4 GiB - 1. */
const PROPERTY_MAX = 39;

/** Dictionary size in bytes for an LZMA2 property byte, or undefined where it is reserved. */
export function dictionarySize(property: number): number | undefined {
  if (property === 40) return 2 ** 32 - 1;
  if (property < 0 || property > 40) return undefined;
  return (2 | (property & 1)) * 2 ** ((property >> 1) + 11);
}

/**
 * LZMA2 property byte (.xz file format 1.2, section 5.3.1) for exactly `size` bytes.
 * Rounding up would make a decoder reserve memory that the encoder never uses, so other sizes fail.
 */
export function dictionaryProperty(size: number): number {
  for (let property = 0; property <= PROPERTY_MAX; property++) {
    if (dictionarySize(property) === size) return property;
  }
  throw new RangeError(`a dictionary of ${size} bytes is not 2^n or 3 * 2^n between 4 KiB and 3 GiB`);
}

/** Check ids of the stream flags that have a name in the .xz file format 1.2. */
export const CHECK_NONE = 0x00;
export const CHECK_CRC32 = 0x01;
export const CHECK_CRC64 = 0x04;
export const CHECK_SHA256 = 0x0a;

/** Bytes of the check field by check id 0..15 (.xz file format 1.2, section 2.1.1.2). */
export const CHECK_SIZES: readonly number[] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** Running integrity check of one block over its bytes before any filter. */
export interface Check {
  update(bytes: Uint8Array): void;
  /** The check field as stored in the file. */
  digest(): Uint8Array;
}

/** @returns the check with that id, or undefined where the id is reserved */
export function createCheck(id: number): Check | undefined {
  if (id === CHECK_NONE) return { update() {}, digest: () => new Uint8Array(0) };
  if (id === CHECK_CRC32) return crc32Check();
  if (id === CHECK_CRC64) return crc64Check();
  if (id === CHECK_SHA256) return sha256Check();
  return undefined;
}

function crc32Check(): Check {
  let value = 0;
  return {
    update(bytes) {
      value = crc32(bytes, value);
    },
    digest() {
      const field = new Uint8Array(4);
      new DataView(field.buffer).setUint32(0, value, true);
      return field;
    },
  };
}

function crc64Check(): Check {
  let value = { low: 0, high: 0 };
  return {
    update(bytes) {
      value = crc64(bytes, value);
    },
    digest() {
      const field = new Uint8Array(8);
      const view = new DataView(field.buffer);
      view.setUint32(0, value.low, true);
      view.setUint32(4, value.high, true);
      return field;
    },
  };
}

function sha256Check(): Check {
  const hash = createHash('sha256');
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest(),
  };
}

/** A CRC64 as two unsigned 32-bit halves: a BigInt a byte would be twenty times slower. */
export interface Crc64 {
  readonly low: number;
  readonly high: number;
}

/** ECMA-182 polynomial, bit-reversed. */
const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;

/** Four bytes are processed at once ("slicing by 4"): slot `256 * n + byte` is a byte followed by n zero bytes. */
const SLICES = 4;
const LOW = new Int32Array(256 * SLICES);
const HIGH = new Int32Array(256 * SLICES);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (carry === 1) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  LOW[byte] = low;
  HIGH[byte] = high;
}
for (let slot = 256; slot < LOW.length; slot++) {
  const low = LOW[slot - 256]!;
  const high = HIGH[slot - 256]!;
  LOW[slot] = ((low >>> 8) | (high << 24)) ^ LOW[low & 0xff]!;
  HIGH[slot] = (high >>> 8) ^ HIGH[low & 0xff]!;
}

/**
 * CRC64 of the .xz file format 1.2 (ECMA-182, reflected). node:zlib has CRC32 only.
 * @param start the CRC64 of the preceding bytes
 */
export function crc64(bytes: Uint8Array, start: Crc64 = { low: 0, high: 0 }): Crc64 {
  let low = ~start.low;
  let high = ~start.high;
  let index = 0;
  for (const end = bytes.length - SLICES; index <= end; index += SLICES) {
    const word =
      bytes[index]! | (bytes[index + 1]! << 8) | (bytes[index + 2]! << 16) | (bytes[index + 3]! << 24);
    const mixed = low ^ word;
    const first = 768 + (mixed & 0xff);
    const second = 512 + ((mixed >>> 8) & 0xff);
    const third = 256 + ((mixed >>> 16) & 0xff);
    const fourth = mixed >>> 24;
    low = high ^ LOW[first]! ^ LOW[second]! ^ LOW[third]! ^ LOW[fourth]!;
    high = HIGH[first]! ^ HIGH[second]! ^ HIGH[third]! ^ HIGH[fourth]!;
  }
  for (; index < bytes.length; index++) {
    const slot = (bytes[index]! ^ low) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ LOW[slot]!;
    high = (high >>> 8) ^ HIGH[slot]!;
  }
  return { low: ~low >>> 0, high: ~high >>> 0 };
}

/**
 * Frees the memory of bytes that are no longer needed; all views of it become empty. The garbage collector does so too,
 * but tens of megabytes later: decoded pieces are large, and the objects that represent them small.
 */
export function release({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
