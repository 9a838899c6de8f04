/**
 * Memory shared by two threads: slots that one fills and the other empties, in turn. Each blocks in
 * Atomics.wait when it is ahead; nothing is copied and no message is sent for a slot.
 */

/** Large enough to make system calls negligible, small enough for the processor's cache. */
export const SLOT_SIZE: number = 1024 * 1024;
/** How far reading may be ahead of writing. */
const SLOTS = 8;
/** How often a waiting thread checks whether the other one is still alive, in milliseconds. */
const WAIT = 100;

/** How many digests of its parts can be requested with a slot. */
export const QUESTIONS_MAX = 4096;
/** From this many waiting slots on, the filling thread should compute digests itself. */
const BUSY = 3;
/** Bytes of a SHA-256. */
const DIGEST_SIZE = 32;

/** Indices of the control words; followed by the length of each slot, its number of questions, and which thread writes it. */
const FILLED = 0;
const EMPTIED = 1;
const FAILED = 2;
const LENGTHS = 3;
const COUNTS: number = LENGTHS + SLOTS;
const CLAIMS: number = COUNTS + SLOTS;
/** In place of a length: nothing follows. */
const END = -1;

export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
  /** Offset of each slot in the output, as Float64. */
  readonly offsets: SharedArrayBuffer;
  /** Start and end of each part of a slot whose digest is requested, as Int32. */
  readonly questions: SharedArrayBuffer;
  /** Digests, each at the index of its question. */
  readonly answers: SharedArrayBuffer;
}

/** Shared memory for a ring of slots, empty. */
export function allocateRing(): RingMemory {
  return {
    control: new SharedArrayBuffer((CLAIMS + SLOTS) * Int32Array.BYTES_PER_ELEMENT),
    slots: new SharedArrayBuffer(SLOTS * SLOT_SIZE),
    offsets: new SharedArrayBuffer(SLOTS * Float64Array.BYTES_PER_ELEMENT),
    questions: new SharedArrayBuffer(SLOTS * QUESTIONS_MAX * 2 * Int32Array.BYTES_PER_ELEMENT),
    answers: new SharedArrayBuffer(SLOTS * QUESTIONS_MAX * DIGEST_SIZE),
  };
}

/** What to write, and where. */
export interface Claim {
  readonly bytes: Buffer;
  readonly offset: number;
}

export class OutputRing {
  readonly #control: Int32Array;
  readonly #slots: SharedArrayBuffer;
  readonly #offsets: Float64Array;
  readonly #questions: Int32Array;
  readonly #answers: Buffer;
  /** Number of slots whose answers have been read, and those answers. */
  #read = 0;
  #known: string[] = [];
  /** Total bytes of all slots passed on. */
  #passed = 0;

  constructor({ control, slots, offsets, questions, answers }: RingMemory) {
    this.#control = new Int32Array(control);
    this.#slots = slots;
    this.#offsets = new Float64Array(offsets);
    this.#questions = new Int32Array(questions);
    this.#answers = Buffer.from(answers);
  }

  /** For the filling thread: the next slot, once it is empty. Undefined where the other side has failed. */
  next(): Buffer | undefined {
    const filled = Atomics.load(this.#control, FILLED);
    for (;;) {
      if (this.hasFailed) return undefined;
      const emptied = Atomics.load(this.#control, EMPTIED);
      if (filled - emptied < SLOTS) {
        // Before the slot gets new questions.
        this.#readAnswers(emptied);
        Atomics.store(this.#control, COUNTS + (filled % SLOTS), 0);
        return this.#slot(filled);
      }
      Atomics.wait(this.#control, EMPTIED, emptied, WAIT);
    }
  }

  get hasFailed(): boolean {
    return Atomics.load(this.#control, FAILED) !== 0;
  }

  /** For the filling thread: passes on the first `length` bytes of the slot that `next` returned. */
  pass(length: number): void {
    const filled = Atomics.load(this.#control, FILLED);
    Atomics.store(this.#control, LENGTHS + (filled % SLOTS), length);
    Atomics.store(this.#control, CLAIMS + (filled % SLOTS), 0);
    this.#offsets[filled % SLOTS] = this.#passed;
    this.#passed += length;
    Atomics.store(this.#control, FILLED, filled + 1);
    Atomics.notify(this.#control, FILLED);
  }

  /**
   * For the filling thread: requests the SHA-256 of a part of the slot that `next` returned, which must be filled when it
   * is passed on.
   *
   * @returns false where the other thread is busy
   */
  ask(start: number, end: number): boolean {
    const filled = Atomics.load(this.#control, FILLED);
    const slot = filled % SLOTS;
    const count = Atomics.load(this.#control, COUNTS + slot);
    if (count === QUESTIONS_MAX || filled - Atomics.load(this.#control, EMPTIED) >= BUSY) return false;
    const at = (slot * QUESTIONS_MAX + count) * 2;
    this.#questions[at] = start;
    this.#questions[at + 1] = end;
    Atomics.store(this.#control, COUNTS + slot, count + 1);
    return true;
  }

  /** For the filling thread: the digests available so far, in hex and in the order of the questions. Each is returned once. */
  takeAnswers(): string[] {
    this.#readAnswers(Atomics.load(this.#control, EMPTIED));
    const known = this.#known;
    this.#known = [];
    return known;
  }

  #readAnswers(emptied: number): void {
    for (; this.#read < emptied; this.#read += 1) {
      const slot = this.#read % SLOTS;
      const count = Atomics.load(this.#control, COUNTS + slot);
      for (let at = slot * QUESTIONS_MAX, left = count; left > 0; at += 1, left -= 1) {
        this.#known.push(this.#answers.toString('hex', at * DIGEST_SIZE, (at + 1) * DIGEST_SIZE));
      }
    }
  }

  /**
   * For the filling thread: where it would have to wait for a slot, claims the oldest one not yet written. The other thread
   * then does not write it.
   */
  claimInsteadOfWaiting(): Claim | undefined {
    const filled = Atomics.load(this.#control, FILLED);
    const emptied = Atomics.load(this.#control, EMPTIED);
    if (filled - emptied < SLOTS) return undefined;
    for (let count = emptied; count < filled; count += 1) {
      const claim = this.#claim(count);
      if (claim !== undefined) return claim;
    }
    return undefined;
  }

  /** For the emptying thread: claims the slot that `slots` yielded last, unless the other thread writes it. */
  claim(): Claim | undefined {
    return this.#claim(Atomics.load(this.#control, EMPTIED));
  }

  #claim(count: number): Claim | undefined {
    const slot = count % SLOTS;
    if (Atomics.compareExchange(this.#control, CLAIMS + slot, 0, 1) !== 0) return undefined;
    const length = Atomics.load(this.#control, LENGTHS + slot);
    return { bytes: this.#slot(count).subarray(0, length), offset: this.#offsets[slot] as number };
  }

  /** For the filling thread: nothing follows. */
  end(): void {
    if (this.next() !== undefined) this.pass(END);
  }

  /** For the emptying thread: yields each slot in turn, until the end or until the other thread gives up. */
  *slots(): Generator<Buffer, void, void> {
    for (;;) {
      const emptied = Atomics.load(this.#control, EMPTIED);
      while (Atomics.load(this.#control, FILLED) === emptied) {
        if (this.hasFailed) return;
        Atomics.wait(this.#control, FILLED, emptied, WAIT);
      }
      const length = Atomics.load(this.#control, LENGTHS + (emptied % SLOTS));
      if (length === END) return;
      yield this.#slot(emptied).subarray(0, length);
      Atomics.store(this.#control, EMPTIED, emptied + 1);
      Atomics.notify(this.#control, EMPTIED);
    }
  }

  /** For the emptying thread: answers all questions about the slot that `slots` yielded last. */
  answer(digest: (bytes: Buffer) => Buffer): void {
    const emptied = Atomics.load(this.#control, EMPTIED);
    const slot = emptied % SLOTS;
    const bytes = this.#slot(emptied);
    const count = Atomics.load(this.#control, COUNTS + slot);
    for (let at = slot * QUESTIONS_MAX, left = count; left > 0; at += 1, left -= 1) {
      const part = bytes.subarray(this.#questions[at * 2], this.#questions[at * 2 + 1]);
      digest(part).copy(this.#answers, at * DIGEST_SIZE);
    }
  }

  /** For either thread: reports that it gives up. */
  fail(): void {
    Atomics.store(this.#control, FAILED, 1);
    Atomics.notify(this.#control, FILLED);
    Atomics.notify(this.#control, EMPTIED);
  }

  #slot(count: number): Buffer {
    return Buffer.from(this.#slots, (count % SLOTS) * SLOT_SIZE, SLOT_SIZE);
  }
}
