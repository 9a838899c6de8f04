/**
 * The map of a pax sparse file of version 1.0: decimal numbers, each on a line, in front of the
 * member's data and padded to a block. First how many segments, then offset and size of each.
 * GNU tar manual, "PAX Format, Version 1.0".
 */
import { BLOCK_SIZE } from './header.ts';
import type { TarLimits } from './limits.ts';
import { parseDecimal, SIZE_RANGE } from './number.ts';
import { quote, type TarProblems } from './problems.ts';
import type { SegmentList } from './segments.ts';

const NEWLINE = 0x0a;
/** Digits of the largest number. */
const MAX_DIGITS = 20;

export class SparseMapReader {
  readonly #segments: SegmentList;
  readonly #limits: TarLimits;
  readonly #problems: TarProblems;
  #digits = '';
  /** Numbers still to come; undefined until the first has said. */
  #left: number | undefined;
  #offset: number | undefined;

  constructor(segments: SegmentList, limits: TarLimits, problems: TarProblems) {
    this.#segments = segments;
    this.#limits = limits;
    this.#problems = problems;
  }

  /**
   * @param blockOffset in the archive, for messages
   * @returns whether the map is complete; the member's data begins behind this block then
   * @throws archive-malformed, archive-not-supported
   */
  push(block: Buffer, blockOffset: number): boolean {
    for (let at = 0; at < BLOCK_SIZE; at += 1) {
      const byte = block[at] as number;
      if (byte !== NEWLINE) {
        if (this.#digits.length === MAX_DIGITS) throw this.#noNumber(blockOffset + at);
        this.#digits += String.fromCharCode(byte);
        continue;
      }
      const number = parseDecimal(this.#digits, SIZE_RANGE);
      if (number === undefined) throw this.#noNumber(blockOffset + at);
      this.#digits = '';
      this.#take(number, blockOffset + at);
      if (this.#left === 0) return true;
    }
    return false;
  }

  #take(number: number, at: number): void {
    if (this.#left === undefined) {
      // One more: GNU tar ends a map with a segment of no bytes.
      const { sparseSegments } = this.#limits;
      if (number > sparseSegments + 1) {
        const what = `a sparse file has ${number} segments, the limit is ${sparseSegments}`;
        throw this.#problems.overLimit('sparseSegments', what, at);
      }
      this.#left = 2 * number;
      return;
    }
    this.#left -= 1;
    if (this.#offset === undefined) {
      this.#offset = number;
    } else {
      this.#segments.add(this.#offset, number, at);
      this.#offset = undefined;
    }
  }

  #noNumber(at: number): Error {
    return this.#problems.malformed(
      `a sparse map has ${quote(this.#digits)}, wanted decimal numbers, each on a line`,
      at - this.#digits.length,
    );
  }
}
