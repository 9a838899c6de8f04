/** A CRC64 as two unsigned 32-bit halves: a BigInt a byte would be twenty times slower. */
export interface Crc64 {
  readonly low: number;
  readonly high: number;
}

/** ECMA-182 polynomial, bit-reversed. */
const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;

const LOW = new Uint32Array(256);
const HIGH = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let low = byte;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = ((low >>> 1) | (high << 31)) >>> 0;
    high >>>= 1;
    if (carry === 1) {
      low = (low ^ POLYNOMIAL_LOW) >>> 0;
      high = (high ^ POLYNOMIAL_HIGH) >>> 0;
    }
  }
  LOW[byte] = low;
  HIGH[byte] = high;
}

/**
 * CRC64 of the .xz file format 1.2 (ECMA-182, reflected). node:zlib has CRC32 only.
 * @param start the CRC64 of the bytes before, to go on from
 */
export function crc64(bytes: Uint8Array, start: Crc64 = { low: 0, high: 0 }): Crc64 {
  let low = ~start.low;
  let high = ~start.high;
  for (let index = 0; index < bytes.length; index++) {
    const slot = (bytes[index]! ^ low) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ LOW[slot]!;
    high = (high >>> 8) ^ HIGH[slot]!;
  }
  return { low: ~low >>> 0, high: ~high >>> 0 };
}
