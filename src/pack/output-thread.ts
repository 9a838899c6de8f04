import type { Worker } from 'node:worker_threads';
import { StillrootError } from '../errors.ts';
import { startThread } from '../system/entry-points.ts';
import { writeFully } from '../system/files.ts';
import { allocateRing, OutputRing } from './output-ring.ts';
import type { OutputOutcome, OutputTask } from './output-worker.ts';

/**
 * Digests and writes on a separate thread while this one reads: for an uncompressed archive that is
 * half of the work. Where this thread would have to wait, it writes as well.
 */
export class OutputThread {
  readonly #ring: OutputRing;
  readonly #worker: Worker;
  readonly #outcome: Promise<OutputOutcome>;
  readonly #descriptor: number;
  readonly #isShared: boolean;
  /** Failure of writing on this thread. */
  #failure: unknown;
  #ended = false;

  /** @param isNewFile whether the descriptor is an empty file that can be written at any offset */
  constructor(descriptor: number, isNewFile = false) {
    this.#descriptor = descriptor;
    this.#isShared = isNewFile;
    const memory = allocateRing();
    this.#ring = new OutputRing(memory);
    const workerData: OutputTask = { memory, descriptor, isShared: isNewFile };
    this.#worker = startThread('output-thread', { name: 'stillroot output', workerData, execArgv: [] });
    this.#outcome = new Promise((resolve, reject) => {
      this.#worker.once('message', resolve);
      this.#worker.once('error', reject);
      this.#worker.once('exit', (code) => {
        reject(
          new StillrootError('internal', `the output thread exited with code ${code} before it had finished`),
        );
      });
    });
    // Awaited by finish; until then a failure must not count as unhandled.
    this.#outcome.catch(() => {});
  }

  /**
   * A buffer to fill, once one is free.
   *
   * @returns undefined where writing has failed; `finish` has the reason
   */
  next(): Buffer | undefined {
    while (this.#isShared && !this.hasFailed) {
      const claim = this.#ring.claimInsteadOfWaiting();
      if (claim === undefined) break;
      try {
        writeFully(this.#descriptor, claim.bytes, claim.offset);
      } catch (cause) {
        this.#failure = cause;
        this.#ring.fail();
      }
    }
    return this.#ring.next();
  }

  get hasFailed(): boolean {
    return this.#ring.hasFailed;
  }

  /** Writes the first `length` bytes of the buffer that `next` returned. */
  pass(length: number): void {
    this.#ring.pass(length);
  }

  /**
   * Requests the SHA-256 of a part of the buffer that `next` returned.
   *
   * @returns false where the thread is busy
   */
  ask(start: number, end: number): boolean {
    return this.#ring.ask(start, end);
  }

  /** The digests available so far, in hex and in the order of the requests; all of them after `finish`. */
  takeAnswers(): string[] {
    return this.#ring.takeAnswers();
  }

  /**
   * Waits until everything is written.
   *
   * @returns SHA-256 of the output, in hex
   * @throws the system error, with its `code`
   */
  async finish(): Promise<string> {
    this.#end();
    const outcome = await this.#outcome;
    if (this.#failure !== undefined) throw this.#failure;
    if ('digest' in outcome) return outcome.digest;
    throw Object.assign(new Error(outcome.message), { code: outcome.code });
  }

  async close(): Promise<void> {
    this.#end();
    await this.#outcome.catch(() => {});
    await this.#worker.terminate();
  }

  #end(): void {
    if (!this.#ended) this.#ring.end();
    this.#ended = true;
  }
}
