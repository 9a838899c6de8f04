import { malformed, type RewriteResult } from './rewrite.ts';

/** Bytes that are not what a format wants. Thrown and caught inside this room only. */
class Malformation extends Error {
  readonly offset: number;
  readonly found: string;
  readonly wanted: string;

  constructor(offset: number, found: string, wanted: string) {
    super(`byte ${offset}: found ${found}, wanted ${wanted}`);
    this.name = 'Malformation';
    this.offset = offset;
    this.found = found;
    this.wanted = wanted;
  }
}

/**
 * Ends a normalizer that runs inside `orMalformed`.
 *
 * @param offset of the file, in bytes
 * @param found a byte string
 */
export function fail(offset: number, found: string, wanted: string): never {
  throw new Malformation(offset, found, wanted);
}

/** Fails unless the file has `length` bytes from `offset` on. */
export function need(bytes: Uint8Array, offset: number, length: number, wanted: string): void {
  if (offset < 0) fail(0, `an offset of ${offset}`, wanted);
  if (offset + length > bytes.length) fail(bytes.length, 'the end of the file', wanted);
}

/** @returns what `work` returns, or `malformed` where it fails */
export function orMalformed(work: () => RewriteResult): RewriteResult {
  try {
    return work();
  } catch (error) {
    if (error instanceof Malformation) return malformed(error.offset, error.found, error.wanted);
    throw error;
  }
}
