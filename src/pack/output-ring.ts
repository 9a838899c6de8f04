/**
 * Memory shared by two threads: slots, each a run of bytes of the archive. One thread lays them out in order: it writes the
 * headers, and says which files belong between them. Either thread fills a slot, one of them digests all in order, and then
 * the slot is free again. Each takes what there is to do, so that neither waits while there is anything.
 */
import { allocateParts, type PartsMemory, SlotParts } from './slot-parts.ts';

/** Large enough to make system calls negligible, small enough for the processor's cache. */
export const SLOT_SIZE: number = 1024 * 1024;
/** How far laying out may be ahead of digesting. */
export const SLOTS = 8;
/** How often a waiting thread checks whether the other one is still alive, in milliseconds. */
const WAIT = 100;

// Indices of the control words; followed by the state, the length and the number of parts of each slot.
/** Changes with every other word, for those who wait. */
const CHANGES = 0;
/** Slots laid out, and digested, since the beginning. */
const LAID_OUT = 1;
const DIGESTED = 2;
/** How many slots there are in all; see UNKNOWN. */
const TOTAL = 3;
const FAILED = 4;
/** Whether a thread digests. */
const DIGESTER = 5;
const STATES = 6;
const LENGTHS: number = STATES + SLOTS;
const PARTS: number = LENGTHS + SLOTS;
const UNKNOWN = -1;

/** States of a slot that is laid out. */
const TO_FILL = 0;
const TAKEN = 1;
const FILLED = 2;

export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
  /** Offset of each slot in the output, as Float64. */
  readonly offsets: SharedArrayBuffer;
  readonly parts: PartsMemory;
}

/** Shared memory for a ring of slots, empty. */
export function allocateRing(): RingMemory {
  const control = new SharedArrayBuffer((PARTS + SLOTS) * Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(control)[TOTAL] = UNKNOWN;
  return {
    control,
    slots: new SharedArrayBuffer(SLOTS * SLOT_SIZE),
    offsets: new SharedArrayBuffer(SLOTS * Float64Array.BYTES_PER_ELEMENT),
    parts: allocateParts(SLOTS),
  };
}

/** A slot that is laid out. */
export interface Slot {
  /** How many there are before it. */
  readonly number: number;
  /** As long as what was laid out. */
  readonly bytes: Buffer;
  /** In the output. */
  readonly offset: number;
  readonly parts: SlotParts;
  readonly partCount: number;
}

export class OutputRing {
  readonly #control: Int32Array;
  readonly #slots: readonly Buffer[];
  readonly #offsets: Float64Array;
  readonly #parts: readonly SlotParts[];
  /** Number of slots whose digests have been read, and those digests. */
  #read = 0;
  #known: string[] = [];
  /** Total bytes of all slots passed on. */
  #passed = 0;

  constructor({ control, slots, offsets, parts }: RingMemory) {
    this.#control = new Int32Array(control);
    const numbers = Array.from({ length: SLOTS }, (_, slot) => slot);
    this.#slots = numbers.map((slot) => Buffer.from(slots, slot * SLOT_SIZE, SLOT_SIZE));
    this.#offsets = new Float64Array(offsets);
    this.#parts = numbers.map((slot) => new SlotParts(parts, slot));
  }

  get hasFailed(): boolean {
    return this.#load(FAILED) !== 0;
  }

  /** Whether there is a free slot to lay out. */
  get hasRoom(): boolean {
    return this.#load(LAID_OUT) - this.#load(DIGESTED) < SLOTS;
  }

  /** Whether all slots are digested. */
  get isDone(): boolean {
    return this.#load(DIGESTED) === this.#load(TOTAL);
  }

  /** For the thread that lays out: the next slot, with room for parts. Undefined where none is free. */
  next(): { readonly bytes: Buffer; readonly parts: SlotParts } | undefined {
    if (!this.hasRoom) return undefined;
    // Before the slot gets others.
    this.#readDigests();
    const slot = this.#load(LAID_OUT) % SLOTS;
    const parts = this.#parts[slot] as SlotParts;
    parts.clear();
    return { bytes: this.#slots[slot] as Buffer, parts };
  }

  /** For the thread that lays out: passes on the first `length` bytes of the slot that `next` returned. */
  pass(length: number): void {
    const number = this.#load(LAID_OUT);
    const slot = number % SLOTS;
    Atomics.store(this.#control, LENGTHS + slot, length);
    Atomics.store(this.#control, PARTS + slot, (this.#parts[slot] as SlotParts).count);
    Atomics.store(this.#control, STATES + slot, TO_FILL);
    this.#offsets[slot] = this.#passed;
    this.#passed += length;
    this.#change(LAID_OUT, number + 1);
  }

  /** For the thread that lays out: nothing follows. */
  end(): void {
    this.#change(TOTAL, this.#load(LAID_OUT));
  }

  /** For the thread that lays out: the digests available so far, in hex and in the order of the parts. Each is returned once. */
  takeDigests(): string[] {
    this.#readDigests();
    const known = this.#known;
    this.#known = [];
    return known;
  }

  #readDigests(): void {
    for (const digested = this.#load(DIGESTED); this.#read < digested; this.#read += 1) {
      const { parts, partCount } = this.#slotAt(this.#read);
      this.#known.push(...parts.digestsOf(partCount));
    }
  }

  /** Takes the oldest slot that nobody fills. The caller fills it, and writes it where slots are not written in order. */
  takeToFill(): Slot | undefined {
    const laidOut = this.#load(LAID_OUT);
    for (let number = this.#load(DIGESTED); number < laidOut; number += 1) {
      const state = STATES + (number % SLOTS);
      if (Atomics.compareExchange(this.#control, state, TO_FILL, TAKEN) === TO_FILL)
        return this.#slotAt(number);
    }
    return undefined;
  }

  filled({ number }: Slot): void {
    this.#change(STATES + (number % SLOTS), FILLED);
  }

  /** The oldest slot that is not digested, where it is filled. */
  toDigest(): Slot | undefined {
    const digested = this.#load(DIGESTED);
    if (digested === this.#load(LAID_OUT) || this.#load(STATES + (digested % SLOTS)) !== FILLED)
      return undefined;
    return this.#slotAt(digested);
  }

  /** @returns whether the caller is the one that digests from now on. Only one can: a digest is of all slots, in order */
  becomeDigester(): boolean {
    return Atomics.compareExchange(this.#control, DIGESTER, 0, 1) === 0;
  }

  /** For the thread that digests: frees the slot. */
  digested({ number }: Slot): void {
    this.#change(DIGESTED, number + 1);
  }

  /** For either thread: reports that it gives up. */
  fail(): void {
    this.#change(FAILED, 1);
  }

  /** What `wait` compares with: to be read before looking for something to do. */
  get changes(): number {
    return this.#load(CHANGES);
  }

  /**
   * Waits until the other thread has done something since `changes` was read.
   *
   * @returns false where it has done nothing for so long that it may be gone
   */
  wait(changes: number): boolean {
    return Atomics.wait(this.#control, CHANGES, changes, WAIT) !== 'timed-out';
  }

  #slotAt(number: number): Slot {
    const slot = number % SLOTS;
    return {
      number,
      bytes: (this.#slots[slot] as Buffer).subarray(0, this.#load(LENGTHS + slot)),
      offset: this.#offsets[slot] as number,
      parts: this.#parts[slot] as SlotParts,
      partCount: this.#load(PARTS + slot),
    };
  }

  #load(word: number): number {
    return Atomics.load(this.#control, word);
  }

  #change(word: number, value: number): void {
    Atomics.store(this.#control, word, value);
    Atomics.add(this.#control, CHANGES, 1);
    Atomics.notify(this.#control, CHANGES);
  }
}
