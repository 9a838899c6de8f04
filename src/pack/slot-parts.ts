/**
 * What is still to be done with the parts of a slot, in memory shared by two threads: which bytes of which file belong into
 * each, and whether their SHA-256 is wanted. Numbers are in one array, paths in another, one after the other.
 */
import type { ScannedFile } from '../source/source.ts';

/** A part of a slot, which one part of one file fills. */
export interface SlotPart {
  readonly file: ScannedFile;
  /** Offset in the file. */
  readonly position: number;
  /** Offset in the slot. */
  readonly start: number;
  readonly length: number;
  /** Whether the SHA-256 of the file is wanted: with its last part. */
  readonly isDigested: boolean;
}

/** How many parts a slot has room for; small files are about 2 KB with their headers. */
export const PARTS_MAX = 2048;
/** More than the longest path that a scan allows, and enough for so many of usual length. */
export const PATHS_MAX: number = 256 * 1024;
/** Bytes of a SHA-256 in hex. */
const DIGEST_SIZE = 64;

/** Of each part: those of SlotPart, in this order. */
const NUMBERS = 8;

export interface PartsMemory {
  readonly numbers: SharedArrayBuffer;
  readonly paths: SharedArrayBuffer;
  /** The digest of each part that is the last of a file whose digest is wanted. */
  readonly digests: SharedArrayBuffer;
}

/** Shared memory for the parts of this many slots. */
export function allocateParts(slots: number): PartsMemory {
  return {
    numbers: new SharedArrayBuffer(slots * PARTS_MAX * NUMBERS * Float64Array.BYTES_PER_ELEMENT),
    paths: new SharedArrayBuffer(slots * PATHS_MAX),
    digests: new SharedArrayBuffer(slots * PARTS_MAX * DIGEST_SIZE),
  };
}

/** The parts of one slot. Whoever uses it must know that the other thread does not write to it. */
export class SlotParts {
  readonly #numbers: Float64Array;
  readonly #paths: Buffer;
  readonly #digests: Buffer;
  /** Bytes of the paths of all parts added. */
  #pathBytes = 0;
  #count = 0;

  constructor({ numbers, paths, digests }: PartsMemory, slot: number) {
    const numbersSize = PARTS_MAX * NUMBERS;
    this.#numbers = new Float64Array(
      numbers,
      slot * numbersSize * Float64Array.BYTES_PER_ELEMENT,
      numbersSize,
    );
    this.#paths = Buffer.from(paths, slot * PATHS_MAX, PATHS_MAX);
    this.#digests = Buffer.from(digests, slot * PARTS_MAX * DIGEST_SIZE, PARTS_MAX * DIGEST_SIZE);
  }

  /** How many were added since `clear`; only the thread that adds them knows. */
  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
    this.#pathBytes = 0;
  }

  /** Whether the parts of one more file can be added. */
  hasRoom(path: string): boolean {
    return this.#count < PARTS_MAX && this.#pathBytes + path.length <= PATHS_MAX;
  }

  add({ file, position, start, length, isDigested }: SlotPart): void {
    this.#pathBytes += this.#paths.write(file.path, this.#pathBytes, 'latin1');
    const at = this.#count * NUMBERS;
    this.#numbers[at] = position;
    this.#numbers[at + 1] = start;
    this.#numbers[at + 2] = length;
    this.#numbers[at + 3] = file.size;
    this.#numbers[at + 4] = file.mtime;
    this.#numbers[at + 5] = file.nanoseconds;
    this.#numbers[at + 6] = isDigested ? 1 : 0;
    this.#numbers[at + 7] = this.#pathBytes;
    this.#count += 1;
  }

  get(index: number): SlotPart {
    const at = index * NUMBERS;
    const number = (field: number): number => this.#numbers[at + field] as number;
    const pathStart = index === 0 ? 0 : (this.#numbers[at - 1] as number);
    return {
      file: {
        path: this.#paths.toString('latin1', pathStart, number(7)),
        size: number(3),
        mtime: number(4),
        nanoseconds: number(5),
      },
      position: number(0),
      start: number(1),
      length: number(2),
      isDigested: number(6) === 1,
    };
  }

  /** @param digest in hex */
  setDigest(index: number, digest: string): void {
    this.#digests.write(digest, index * DIGEST_SIZE, 'latin1');
  }

  /** The digests of this many parts, in hex: of each that ends a file whose digest is wanted. */
  digestsOf(count: number): string[] {
    const found: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const at = index * NUMBERS;
      const isWanted = this.#numbers[at + 6] === 1;
      const end = (this.#numbers[at] as number) + (this.#numbers[at + 2] as number);
      if (isWanted && end === this.#numbers[at + 3]) {
        found.push(this.#digests.toString('latin1', index * DIGEST_SIZE, (index + 1) * DIGEST_SIZE));
      }
    }
    return found;
  }
}
