import { malformed } from './damage.ts';

/** Random access to the bytes of a file. */
export interface ByteInput {
  /** Bytes of the file. */
  readonly size: number;
  /** The `length` bytes from `offset` on; fewer only at the end of the file. */
  read(offset: number, length: number): Uint8Array;
  /** Like `read`, but into memory that is reused, where the input supports it. @returns how many bytes */
  readInto?(target: Uint8Array, offset: number): number;
}

/** Exactly `length` bytes, or an error where the file is shorter. */
export function readExactly(
  input: ByteInput,
  offset: number,
  length: number,
  what: string,
  name: string,
): Uint8Array {
  const bytes = offset < 0 ? new Uint8Array(0) : input.read(offset, length);
  if (bytes.length !== length) throw cutShort(bytes.length, length, what, name, offset);
  return bytes;
}

/** The same, in memory that the next call reuses where the input supports it. */
export class Rereader {
  readonly #input: ByteInput;
  readonly #buffer: Uint8Array;

  /** @param most the most bytes read in one call */
  constructor(input: ByteInput, most: number) {
    this.#input = input;
    this.#buffer = new Uint8Array(input.readInto === undefined ? 0 : most);
  }

  read(offset: number, length: number, what: string, name: string): Uint8Array {
    const input = this.#input;
    if (input.readInto === undefined) return readExactly(input, offset, length, what, name);
    const bytes = this.#buffer.subarray(0, length);
    const count = input.readInto(bytes, offset);
    if (count !== length) throw cutShort(count, length, what, name, offset);
    return bytes;
  }
}

function cutShort(count: number, length: number, what: string, name: string, offset: number): Error {
  return malformed(`${what} is cut short (${count} of ${length} bytes)`, name, Math.max(offset, 0));
}

/** A file that is in memory. */
export function bytesInput(bytes: Uint8Array): ByteInput {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

const ZEROS = Buffer.alloc(64 * 1024);

/** Index of the first byte that is not zero, or -1: long runs of zeros are compared, not walked. */
export function firstNonZero(bytes: Uint8Array): number {
  for (let start = 0; start < bytes.length; start += ZEROS.length) {
    const part = bytes.subarray(start, start + ZEROS.length);
    if (ZEROS.compare(part, 0, part.length, 0, part.length) === 0) continue;
    return start + part.findIndex((byte) => byte !== 0);
  }
  return -1;
}

const WINDOW_BYTES = 4096;

/**
 * The same input with the last small read cached: walks over the headers of blocks, chunks and frames read a
 * few bytes at a time, and where these are close together one read of the file serves many.
 */
export function cachedInput(input: ByteInput): ByteInput {
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
