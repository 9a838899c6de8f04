import { createHash } from 'node:crypto';
import { SLOT_SIZE } from '../pack/output-ring.ts';
import { writeFully } from '../system/files.ts';

/** In place of pack/output-thread.ts: there is no file beside the single one to start a thread from. Same bytes. */
export class OutputThread {
  readonly #descriptor: number;
  readonly #slot: Buffer = Buffer.alloc(SLOT_SIZE);
  readonly #hash = createHash('sha256');
  #cause: unknown;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** The buffer to fill; undefined where writing has failed. */
  next(): Buffer | undefined {
    return this.hasFailed ? undefined : this.#slot;
  }

  get hasFailed(): boolean {
    return this.#cause !== undefined;
  }

  /** Writes the first `length` bytes of the buffer. */
  pass(length: number): void {
    if (this.hasFailed) return;
    const bytes = this.#slot.subarray(0, length);
    try {
      writeFully(this.#descriptor, bytes);
      this.#hash.update(bytes);
    } catch (cause) {
      this.#cause = cause;
    }
  }

  /** There is nobody who could do it meanwhile. */
  ask(): boolean {
    return false;
  }

  takeAnswers(): string[] {
    return [];
  }

  /**
   * @returns SHA-256 of all that was passed, in hex
   * @throws what the system said
   */
  async finish(): Promise<string> {
    if (this.hasFailed) throw this.#cause;
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {}
}
