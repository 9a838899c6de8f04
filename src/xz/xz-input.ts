import { malformed } from './malformed.ts';

/** Random access to the bytes of a file. */
export interface XzInput {
  /** Bytes of the file. */
  readonly size: number;
  /** The `length` bytes from `offset` on; fewer only at the end of the file. */
  read(offset: number, length: number): Uint8Array;
}

/** Exactly `length` bytes, or an error where the file is shorter. */
export function readExactly(
  input: XzInput,
  offset: number,
  length: number,
  what: string,
  name: string,
): Uint8Array {
  const bytes = offset < 0 ? new Uint8Array(0) : input.read(offset, length);
  if (bytes.length !== length) {
    const found = `${bytes.length} of ${length} bytes`;
    throw malformed(`${what} is cut short (${found})`, name, Math.max(offset, 0));
  }
  return bytes;
}

/** A file that is in memory. */
export function bytesInput(bytes: Uint8Array): XzInput {
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
