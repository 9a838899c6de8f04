import type { Sink } from '../../src/pack/sink.ts';

/** Keeps what is written, and how the writing ended. */
export class MemorySink implements Sink {
  readonly pieces: Buffer[] = [];
  state: 'open' | 'committed' | 'aborted' = 'open';
  /** Called with the number of bytes so far, before each write. */
  onWrite: (bytes: number) => void = () => {};
  readonly descriptor = undefined;
  #size = 0;

  failure(cause: unknown): unknown {
    return cause;
  }

  write(bytes: Uint8Array): void {
    if (this.state !== 'open') throw new Error(`written to after it was ${this.state}`);
    this.onWrite(this.#size);
    // The writer may use its buffer again.
    this.pieces.push(Buffer.from(bytes));
    this.#size += bytes.length;
  }

  commit(): void {
    if (this.state !== 'open') throw new Error(`committed after it was ${this.state}`);
    this.state = 'committed';
  }

  abort(): void {
    if (this.state === 'open') this.state = 'aborted';
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}
