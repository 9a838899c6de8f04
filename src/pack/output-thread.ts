import type { Worker } from 'node:worker_threads';
import { lackOfSystem, StillrootError } from '../errors.ts';
import type { SharedFiles } from '../source/source.ts';
import { startThread } from '../system/entry-points.ts';
import { allocateRing, OutputRing, type RingMemory } from './output-ring.ts';
import type { OutputOutcome, OutputTask } from './output-worker.ts';
import type { SlotPart, SlotParts } from './slot-parts.ts';
import { SlotWork, WriteFailure } from './slot-work.ts';

/**
 * Writes an uncompressed archive on two threads. This one lays it out, slot by slot; both read the files, write, and
 * digest. The other one may start late, or not at all: this one does whatever is left.
 */
export class OutputThread {
  readonly #ring: OutputRing;
  readonly #worker: Worker;
  readonly #work: SlotWork;
  readonly #outcome: Promise<OutputOutcome>;
  /** Why the other thread is gone. */
  #lost: StillrootError | undefined;
  /** Failure of this thread. */
  #failure: unknown;
  #parts: SlotParts | undefined;

  /**
   * @param isNewFile whether the descriptor is an empty file that can be written at any offset
   * @param files what parts are read from; undefined where all bytes are put into the slots
   * @param memory for tests: that of the ring
   */
  constructor(
    descriptor: number,
    isNewFile = false,
    files?: SharedFiles,
    memory: RingMemory = allocateRing(),
  ) {
    this.#ring = new OutputRing(memory);
    this.#work = new SlotWork(this.#ring, { descriptor, isNewFile, files });
    const workerData: OutputTask = { memory, descriptor, isNewFile, tree: files?.tree };
    this.#worker = startThread('output-thread', { name: 'stillroot output', workerData, execArgv: [] });
    this.#outcome = new Promise((resolve, reject) => {
      this.#worker.once('message', resolve);
      this.#worker.once('error', reject);
      this.#worker.once('exit', (code) => reject(new Error(`exit code ${code}`)));
    });
    this.#outcome.catch((cause) => {
      this.#lost = lostThread(cause);
    });
  }

  /**
   * A buffer for the next slot, which `makeRoom` has made free.
   *
   * @returns undefined where anything has failed; `finish` has the reason
   */
  next(): Buffer | undefined {
    const slot = this.hasFailed ? undefined : this.#ring.next();
    this.#parts = slot?.parts;
    return slot?.bytes;
  }

  get hasFailed(): boolean {
    return this.#ring.hasFailed;
  }

  /** Whether a part of one more file can be added to the slot. */
  hasRoomFor(path: string): boolean {
    return this.#parts?.hasRoom(path) ?? true;
  }

  /** Has a part of the slot that `next` returned filled from a file. */
  add(part: SlotPart): void {
    this.#parts?.add(part);
  }

  /** Passes on the first `length` bytes of the slot that `next` returned. */
  pass(length: number): void {
    if (!this.hasFailed) this.#ring.pass(length);
  }

  /** The digests available so far, in hex and in the order of the parts; all of them after `finish`. */
  takeDigests(): string[] {
    return this.#ring.takeDigests();
  }

  /** Works until there is a free slot, or anything has failed. */
  async makeRoom(): Promise<void> {
    await this.#workUntil(() => this.#ring.hasRoom);
  }

  /**
   * Works until everything is written.
   *
   * @returns SHA-256 of the output, in hex
   * @throws StillrootError of the source; the system error of the output, with its `code`
   */
  async finish(): Promise<string> {
    this.#ring.end();
    await this.#workUntil(() => this.#ring.isDone);
    if (this.#failure !== undefined) throw this.#failure;
    const own = this.hasFailed ? undefined : this.#work.digest();
    if (own !== undefined) return own;
    const outcome = await this.#outcome.catch(() => {
      throw this.#lost;
    });
    if ('unwritten' in outcome) throw Object.assign(new Error(outcome.unwritten.message), outcome.unwritten);
    if ('unread' in outcome) throw asError(outcome.unread);
    if (outcome.digest === undefined)
      throw new StillrootError('internal', 'no thread has digested the output');
    return outcome.digest;
  }

  /** Ends the other thread, which does no more than it has begun. */
  async close(): Promise<void> {
    if (!this.#ring.isDone) this.#ring.fail();
    await this.#outcome.catch(() => {});
    await this.#worker.terminate();
  }

  async #workUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough() && !this.hasFailed) {
      const { changes } = this.#ring;
      if (this.#step()) continue;
      // What it has taken, nobody else does.
      if (this.#lost !== undefined) this.#fail(this.#lost);
      // What has become of it is told only between turns of the event loop.
      if (!this.#ring.wait(changes)) await new Promise(setImmediate);
    }
  }

  #step(): boolean {
    try {
      return this.#work.step();
    } catch (error) {
      this.#fail(error instanceof WriteFailure ? error.cause : error);
      return true;
    }
  }

  #fail(failure: unknown): void {
    this.#failure ??= failure;
    this.#ring.fail();
  }
}

function asError({
  code,
  what,
  where,
  hint,
}: Extract<OutputOutcome, { unread: unknown }>['unread']): StillrootError {
  return new StillrootError(code, what, {
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
  });
}

function lostThread(cause: unknown): StillrootError {
  const lack = lackOfSystem(cause);
  const said = lack?.what ?? (cause instanceof Error ? cause.message : String(cause));
  return new StillrootError(
    lack === undefined ? 'internal' : 'system',
    `the output thread ended early: ${said}`,
    {
      ...(lack === undefined ? {} : { hint: lack.hint }),
      cause,
    },
  );
}
