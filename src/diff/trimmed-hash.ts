import { createHash, type Hash } from 'node:crypto';

const ZEROS: Uint8Array = new Uint8Array(64 * 1024);

/** SHA-256 of bytes without the zeros at their end, and how many those are. */
export class TrimmedHash {
  readonly #hash: Hash = createHash('sha256');
  #zeros = 0;

  update(bytes: Uint8Array): void {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === 0) end -= 1;
    if (end > 0) {
      for (; this.#zeros > 0; this.#zeros -= Math.min(this.#zeros, ZEROS.length)) {
        this.#hash.update(ZEROS.subarray(0, this.#zeros));
      }
      this.#hash.update(end === bytes.length ? bytes : bytes.subarray(0, end));
    }
    this.#zeros += bytes.length - end;
  }

  /** @returns the digest in hex */
  finish(): { readonly digest: string; readonly zeros: number } {
    return { digest: this.#hash.digest('hex'), zeros: this.#zeros };
  }
}
