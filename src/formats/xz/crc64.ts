/** A CRC64 as two unsigned 32-bit halves: a BigInt a byte would be twenty times slower. */
export interface Crc64 {
  readonly low: number;
  readonly high: number;
}

/** ECMA-182 polynomial, bit-reversed. */
const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;

/** Four bytes are taken at once ("slicing by 4"): slot `256 * n + byte` is a byte followed by n zero bytes. */
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
 * @param start the CRC64 of the bytes before, to go on from
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
