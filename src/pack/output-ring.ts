/**
 * Memory that two threads share: slots that one fills and the other empties, in turn. Both block in
 * Atomics.wait when they are ahead; nothing is copied and no message is sent for a slot.
 */

/** Large enough that system calls do not count, small enough for the processor's cache. */
export const SLOT_SIZE: number = 1024 * 1024;
/** How far reading may be ahead of writing. */
const SLOTS = 8;
/** How often a waiting thread looks whether the other one is still there, in milliseconds. */
const WAIT = 100;

/** Indices of the control words; the lengths of the slots follow. */
const FILLED = 0;
const EMPTIED = 1;
const FAILED = 2;
const LENGTHS = 3;
/** In place of a length: nothing follows. */
const END = -1;

export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
}

export function allocateRing(): RingMemory {
  return {
    control: new SharedArrayBuffer((LENGTHS + SLOTS) * Int32Array.BYTES_PER_ELEMENT),
    slots: new SharedArrayBuffer(SLOTS * SLOT_SIZE),
  };
}

export class OutputRing {
  readonly #control: Int32Array;
  readonly #slots: SharedArrayBuffer;

  constructor({ control, slots }: RingMemory) {
    this.#control = new Int32Array(control);
    this.#slots = slots;
  }

  /** For the filling thread: the next slot, once it is empty. Undefined where the other side has failed. */
  next(): Buffer | undefined {
    const filled = Atomics.load(this.#control, FILLED);
    for (;;) {
      if (this.hasFailed) return undefined;
      const emptied = Atomics.load(this.#control, EMPTIED);
      if (filled - emptied < SLOTS) return this.#slot(filled);
      Atomics.wait(this.#control, EMPTIED, emptied, WAIT);
    }
  }

  get hasFailed(): boolean {
    return Atomics.load(this.#control, FAILED) !== 0;
  }

  /** For the filling thread: passes on the first `length` bytes of the slot that `next` gave. */
  pass(length: number): void {
    const filled = Atomics.load(this.#control, FILLED);
    Atomics.store(this.#control, LENGTHS + (filled % SLOTS), length);
    Atomics.store(this.#control, FILLED, filled + 1);
    Atomics.notify(this.#control, FILLED);
  }

  /** For the filling thread: nothing follows. */
  end(): void {
    if (this.next() !== undefined) this.pass(END);
  }

  /** For the emptying thread: each slot in turn, until the end. */
  *slots(): Generator<Buffer, void, void> {
    for (;;) {
      const emptied = Atomics.load(this.#control, EMPTIED);
      while (Atomics.load(this.#control, FILLED) === emptied)
        Atomics.wait(this.#control, FILLED, emptied, WAIT);
      const length = Atomics.load(this.#control, LENGTHS + (emptied % SLOTS));
      if (length === END) return;
      yield this.#slot(emptied).subarray(0, length);
      Atomics.store(this.#control, EMPTIED, emptied + 1);
      Atomics.notify(this.#control, EMPTIED);
    }
  }

  /** For the emptying thread: it gives up. */
  fail(): void {
    Atomics.store(this.#control, FAILED, 1);
    Atomics.notify(this.#control, EMPTIED);
  }

  #slot(count: number): Buffer {
    return Buffer.from(this.#slots, (count % SLOTS) * SLOT_SIZE, SLOT_SIZE);
  }
}
