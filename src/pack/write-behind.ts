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
