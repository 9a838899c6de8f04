/** Largest property byte that stands for a size of the form 2^n or 3 * 2^n; 40 means 4 GiB - 1. */
const PROPERTY_MAX = 39;

/** Bytes of dictionary that an LZMA2 property byte stands for, or undefined where it is reserved. */
export function dictionarySize(property: number): number | undefined {
  if (property === 40) return 2 ** 32 - 1;
  if (property < 0 || property > 40) return undefined;
  return (2 | (property & 1)) * 2 ** ((property >> 1) + 11);
}

/**
 * LZMA2 property byte (.xz file format 1.2, section 5.3.1) that stands for exactly `size` bytes.
 * Rounding up would make a decoder reserve memory that the encoder never uses, so other sizes fail.
 */
export function dictionaryProperty(size: number): number {
  for (let property = 0; property <= PROPERTY_MAX; property++) {
    if (dictionarySize(property) === size) return property;
  }
  throw new RangeError(`a dictionary of ${size} bytes is not 2^n or 3 * 2^n between 4 KiB and 3 GiB`);
}
