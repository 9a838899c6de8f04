/** Where the bytes of a sparse file are: segments in order, holes between them. */
import type { TarLimits, TarProblems } from './problems.ts';

export interface Segment {
  /** Offset of its first byte in the file. */
  readonly offset: number;
  /** Bytes, 1 or more. */
  readonly size: number;
  /** Offset of its first byte in the uncompressed archive. */
  readonly dataOffset: number;
}

/** Collects segments and refuses those that overlap, go backwards or exceed the file. */
export class SegmentList {
  readonly #size: number;
  readonly #limits: TarLimits;
  readonly #problems: TarProblems;
  readonly #offsets: number[] = [];
  readonly #sizes: number[] = [];
  #end = 0;
  #stored = 0;

  /** @param size bytes of the file, holes included */
  constructor(size: number, limits: TarLimits, problems: TarProblems) {
    this.#size = size;
    this.#limits = limits;
    this.#problems = problems;
  }

  /**
   * @param at where the archive lists the segment, for messages
   * @throws archive-malformed, archive-not-supported
   */
  add(offset: number, size: number, at: number): void {
    if (offset < this.#end) {
      throw this.#problems.malformed(
        `a sparse segment begins at ${offset}, and the one before it ends at ${this.#end}`,
        at,
      );
    }
    if (offset + size > this.#size) {
      throw this.#problems.malformed(
        `a sparse segment ends at ${offset + size}, and the file at ${this.#size}`,
        at,
      );
    }
    this.#end = offset + size;
    // GNU tar ends its lists with an empty segment; it repeats what the file's size already says.
    if (size === 0) return;
    const { sparseSegments } = this.#limits;
    if (this.#sizes.length >= sparseSegments) {
      const what = `a sparse file has more than ${sparseSegments} segments`;
      throw this.#problems.overLimit('sparseSegments', what, at);
    }
    this.#offsets.push(offset);
    this.#sizes.push(size);
    this.#stored += size;
  }

  /**
   * @param dataOffset of the first stored byte in the archive
   * @param stored bytes that the member stores there
   * @param at for messages
   * @throws archive-malformed where the segments have more or fewer bytes than the member
   */
  complete(dataOffset: number, stored: number, at: number): Segment[] {
    if (this.#stored !== stored) {
      throw this.#problems.malformed(
        `the segments of a sparse file have ${this.#stored} bytes, and ${stored} are stored`,
        at,
      );
    }
    let next = dataOffset;
    return this.#sizes.map((size, index) => {
      const segment = { offset: this.#offsets[index] as number, size, dataOffset: next };
      next += size;
      return segment;
    });
  }
}
