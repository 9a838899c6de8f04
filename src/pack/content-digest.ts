import { createHash, type Hash, hash } from 'node:crypto';

/** SHA-256 of one content that comes in pieces. Most come in one, for which no Hash object is made. */
export class ContentDigest {
  #hash: Hash | undefined;

  /** Whether a piece has come. */
  get isBegun(): boolean {
    return this.#hash !== undefined;
  }

  /** A piece that others follow. */
  add(bytes: Uint8Array): void {
    this.#hash ??= createHash('sha256');
    this.#hash.update(bytes);
  }

  /**
   * @param bytes the last piece
   * @returns in hex
   */
  finish(bytes: Uint8Array): string {
    return this.#hash === undefined ? hash('sha256', bytes) : this.#hash.update(bytes).digest('hex');
  }
}
