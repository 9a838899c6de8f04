import type { XzInput } from '../formats/xz/xz-input.ts';

const WINDOW_BYTES = 4096;

/**
 * The same input with the last small read kept: walks over the headers of blocks, chunks and frames read a
 * few bytes at a time, and where these lie close together one read of the file serves many.
 */
export function cachedInput(input: XzInput): XzInput {
  let window: Uint8Array = new Uint8Array(0);
  let start = 0;
  return {
    size: input.size,
    ...(input.readInto === undefined ? {} : { readInto: input.readInto }),
    read(offset, length) {
      if (length > WINDOW_BYTES / 4) return input.read(offset, length);
      if (offset < start || offset + length > start + window.length) {
        // A new array each time: earlier answers are views of the old one.
        window = input.read(offset, WINDOW_BYTES);
        start = offset;
      }
      return window.subarray(offset - start, offset - start + length);
    },
  };
}
