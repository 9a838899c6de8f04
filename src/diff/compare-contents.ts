import { StillrootError } from '../errors.ts';
import type { OpenFile, Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';

/** Read of each side at once; two buffers of this size are all that comparing needs. */
export const COMPARE_BYTES: number = 256 * 1024;

/**
 * Whether the contents of two files are known to be equal without looking at them: where both lie in
 * ranges of two archives that are stored with the same bytes.
 */
export type SameRanges = (a: Entry, b: Entry) => boolean;

const NONE_KNOWN: SameRanges = () => false;

/** Compares files of two sources piece by piece, and stops at the first piece that differs. */
export class ContentComparer {
  /** Of both sides together. */
  bytesRead = 0;
  readonly #a: Source;
  readonly #b: Source;
  readonly #isKnown: SameRanges;
  readonly #left: Buffer = Buffer.allocUnsafe(COMPARE_BYTES);
  readonly #right: Buffer = Buffer.allocUnsafe(COMPARE_BYTES);

  constructor(a: Source, b: Source, isKnown: SameRanges = NONE_KNOWN) {
    this.#a = a;
    this.#b = b;
    this.#isKnown = isKnown;
  }

  areEqual(a: Entry, b: Entry): boolean {
    return a.size === b.size && this.firstDifference(a, b) === undefined;
  }

  /**
   * Offset of the first byte that differs; where one file is the beginning of the other, its size.
   *
   * @throws source-changed where a file has another size than its entry
   */
  firstDifference(a: Entry, b: Entry): number | undefined {
    const shorter = Math.min(a.size, b.size);
    if (a.size === b.size && (a.size === 0 || this.#isKnown(a, b))) return undefined;
    const left = this.#a.open(a);
    try {
      const right = this.#b.open(b);
      try {
        for (let offset = 0; offset < shorter; ) {
          const length = Math.min(COMPARE_BYTES, shorter - offset);
          this.#fill(left, this.#left, length, a);
          this.#fill(right, this.#right, length, b);
          if (this.#left.compare(this.#right, 0, length, 0, length) !== 0) {
            let at = 0;
            while (this.#left[at] === this.#right[at]) at += 1;
            return offset + at;
          }
          offset += length;
        }
      } finally {
        right.close();
      }
    } finally {
      left.close();
    }
    return a.size === b.size ? undefined : shorter;
  }

  #fill(file: OpenFile, buffer: Buffer, length: number, entry: Entry): void {
    for (let filled = 0; filled < length; ) {
      const count = file.read(buffer.subarray(filled, length));
      if (count === 0) {
        file.verify();
        throw new StillrootError('source-changed', `file ended before its ${entry.size} bytes`, {
          where: showPath(entry.path),
          hint: 'Compare trees that nothing is writing to.',
        });
      }
      filled += count;
    }
    this.bytesRead += length;
  }
}
