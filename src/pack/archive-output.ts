/** What a packer writes to a sink: counted, digested, and put on disk while it is written. */
import { createHash, type Hash } from 'node:crypto';
import { fdatasync } from 'node:fs';
import type { Sink } from './sink.ts';

/** Often enough that little is left for the end, seldom enough that the disk gets long runs. */
const INTERVAL = 32 * 1024 * 1024;

/**
 * Has the system put on disk what has been written, while more is being written: an output is synced before it gets
 * its name, and all at once at the end nothing else would happen meanwhile.
 */
export class WriteBehind {
  readonly #sink: Sink;
  readonly #sync: typeof fdatasync;
  #written = 0;
  #running: Promise<void> | undefined;
  #failure: unknown;

  /** @param sync for tests: a replacement for the system call */
  constructor(sink: Sink, sync: typeof fdatasync = fdatasync) {
    this.#sink = sink;
    this.#sync = sync;
  }

  /** @param bytes just written */
  wrote(bytes: number): void {
    this.#written += bytes;
    const { descriptor, isNewFile } = this.#sink;
    if (this.#written < INTERVAL || this.#running !== undefined) return;
    if (descriptor === undefined || isNewFile !== true) return;
    this.#written = 0;
    this.#running = new Promise((resolve) => {
      this.#sync(descriptor, (error) => {
        // The system reports it only once, so that the sync at the end would not.
        if (error !== null) this.#failure ??= error;
        this.#running = undefined;
        resolve();
      });
    });
  }

  /**
   * Waits until the descriptor is no longer in use.
   *
   * @throws what the sink makes of a failure
   */
  async finish(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#sink.failure(this.#failure);
  }
}

/** Writes to a sink, counting and digesting the bytes. */
export class ArchiveOutput {
  readonly #sink: Sink;
  readonly #writeBehind: WriteBehind | undefined;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  constructor(sink: Sink, writeBehind?: WriteBehind) {
    this.#sink = sink;
    this.#writeBehind = writeBehind;
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#sink.write(bytes);
    this.#writeBehind?.wrote(bytes.length);
  }

  /** SHA-256 of everything written, in hex. Ends the output. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
