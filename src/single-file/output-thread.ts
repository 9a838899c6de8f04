import { allocateRing, OutputRing } from '../pack/output-ring.ts';
import type { SlotPart, SlotParts } from '../pack/slot-parts.ts';
import { SlotWork, WriteFailure } from '../pack/slot-work.ts';
import type { SharedFiles } from '../source/source.ts';

/** In place of pack/output-thread.ts: there is no file beside the single one to start a thread from. Same bytes. */
export class OutputThread {
  readonly #ring: OutputRing = new OutputRing(allocateRing());
  readonly #work: SlotWork;
  #parts: SlotParts | undefined;
  #cause: unknown;

  constructor(descriptor: number, isNewFile = false, files?: SharedFiles) {
    this.#work = new SlotWork(this.#ring, { descriptor, isNewFile, files });
  }

  /** The buffer to fill; undefined where anything has failed. */
  next(): Buffer | undefined {
    const slot = this.hasFailed ? undefined : this.#ring.next();
    this.#parts = slot?.parts;
    return slot?.bytes;
  }

  get hasFailed(): boolean {
    return this.#cause !== undefined;
  }

  hasRoomFor(path: string): boolean {
    return this.#parts?.hasRoom(path) ?? true;
  }

  add(part: SlotPart): void {
    this.#parts?.add(part);
  }

  /** Passes on the first `length` bytes of the buffer. */
  pass(length: number): void {
    if (!this.hasFailed) this.#ring.pass(length);
  }

  takeDigests(): string[] {
    return this.#ring.takeDigests();
  }

  /** Reads, writes and digests what was passed. */
  async makeRoom(): Promise<void> {
    try {
      while (!this.hasFailed && this.#work.step());
    } catch (error) {
      this.#cause = error instanceof WriteFailure ? error.cause : error;
    }
  }

  /**
   * @returns SHA-256 of all that was passed, in hex
   * @throws StillrootError of the source; what the system said of the output
   */
  async finish(): Promise<string> {
    await this.makeRoom();
    if (this.hasFailed) throw this.#cause;
    const digest = this.#work.digest();
    // Only where nothing was passed: an archive has at least a trailer.
    if (digest === undefined) throw new RangeError('nothing was passed');
    return digest;
  }

  async close(): Promise<void> {}
}
