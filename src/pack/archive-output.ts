/** Bytes on their way to a sink, counted and digested as they pass. */
import { createHash, type Hash } from 'node:crypto';
import type { Sink } from './sink.ts';

export class ArchiveOutput {
  readonly #sink: Sink;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#sink.write(bytes);
  }

  /** SHA-256 of everything written, in hex. Ends the output. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
