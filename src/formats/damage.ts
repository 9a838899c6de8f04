import { StillrootError } from '../errors.ts';

/** Where a byte of a file stands, as every error of this room names it: `FILE byte N` or `byte N`. */
export function place(name: string, offset: number): string {
  return name === '' ? `byte ${offset}` : `${name} byte ${offset}`;
}

/** The bytes break the .xz format: they were damaged or were never right. */
export function malformed(what: string, name: string, offset: number, cause?: unknown): StillrootError {
  return new StillrootError('archive-malformed', what, {
    where: place(name, offset),
    hint: 'The file is damaged or cut short; get it again.',
    cause,
  });
}

/** The bytes follow the .xz format in a way that stillroot does not read. */
export function unsupported(what: string, name: string, offset: number, hint: string): StillrootError {
  return new StillrootError('archive-not-supported', what, { where: place(name, offset), hint });
}

/** Fails unless `bytes[from..to)` are all zero; `base` is the offset of `bytes[0]` in the file. */
export function expectZeros(
  bytes: Uint8Array,
  from: number,
  to: number,
  what: string,
  name: string,
  base: number,
): void {
  for (let index = from; index < to; index++) {
    if (bytes[index] !== 0) throw malformed(`${what} is not zero`, name, base + index);
  }
}
