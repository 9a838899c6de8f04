import { StillrootError } from '../errors.ts';

/**
 * Bytes that do not follow their format. The only error of the codecs here that parse bytes in memory: they do not know
 * the file, so the caller names it.
 */
export class Damage extends Error {
  /** In bytes from the beginning of what was parsed. */
  readonly offset: number;
  /** A clause; where it quotes the file, a byte string. */
  readonly found: string;
  readonly wanted: string;

  constructor(offset: number, found: string, wanted: string) {
    super(`byte ${offset}: found ${found}, wanted ${wanted}`);
    this.name = 'Damage';
    this.offset = offset;
    this.found = found;
    this.wanted = wanted;
  }
}

/** Well-formed, but an unsupported variant of the format. */
export class UnknownVariant extends Damage {}

/** @throws Damage always */
export function damaged(offset: number, found: string, wanted: string): never {
  throw new Damage(offset, found, wanted);
}

/** @throws Damage unless the file has `length` bytes from `offset` on */
export function needBytes(bytes: Uint8Array, offset: number, length: number, wanted: string): void {
  if (offset >= 0 && length >= 0 && offset + length <= bytes.length) return;
  damaged(Math.max(0, Math.min(offset, bytes.length)), `the end of the file at ${bytes.length}`, wanted);
}

/**
 * Returns the result of `work`.
 * @param name the file that `work` reads, for messages
 * @throws StillrootError `archive-malformed` or `archive-not-supported` where `work` meets damage
 */
export function inArchive<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    const { offset, found, wanted } = error;
    if (error instanceof UnknownVariant) throw unsupported(found, name, offset, `Wanted ${wanted}.`);
    throw malformed(`found ${found}, wanted ${wanted}`, name, offset, error);
  }
}

/** The position of a byte in a file, as every error of this module names it: `FILE byte N` or `byte N`. */
export function place(name: string, offset: number): string {
  return name === '' ? `byte ${offset}` : `${name} byte ${offset}`;
}

/** The bytes break the .xz format: they were damaged, or never valid. */
export function malformed(what: string, name: string, offset: number, cause?: unknown): StillrootError {
  return new StillrootError('archive-malformed', what, {
    where: place(name, offset),
    hint: 'The file is damaged or cut short; get it again.',
    cause,
  });
}

/** The bytes are valid .xz, but use a feature that stillroot does not support. */
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
