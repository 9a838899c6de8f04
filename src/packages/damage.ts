/** Bytes of a package database that are not what its format wants. */
export class Damage extends Error {
  /** In bytes from the beginning of the file. */
  readonly offset: number;
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

/** @throws Damage always */
export function damaged(offset: number, found: string, wanted: string): never {
  throw new Damage(offset, found, wanted);
}

/** @throws Damage unless the file has `length` bytes from `offset` on */
export function needBytes(bytes: Uint8Array, offset: number, length: number, wanted: string): void {
  if (offset >= 0 && length >= 0 && offset + length <= bytes.length) return;
  damaged(Math.max(0, Math.min(offset, bytes.length)), `the end of the file at ${bytes.length}`, wanted);
}
