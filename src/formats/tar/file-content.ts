/** The content of a file from its stored bytes, with zeros in the holes of a sparse file. */
import type { Segment } from './segments.ts';

/** Holes are emitted in pieces of at most this size. */
export const HOLE_PIECE: number = 64 * 1024;

export class FileContent {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #size: number;
  readonly #segments: readonly Segment[];
  #zeros: Uint8Array | undefined;
  #index = 0;
  /** Bytes of the current segment consumed so far. */
  #taken = 0;
  /** Position in the file reached so far. */
  #position = 0;

  /**
   * @param size bytes of the file, holes included
   * @param segments one that covers the whole file where it has no holes
   */
  constructor(size: number, segments: readonly Segment[], emit: (bytes: Uint8Array) => void) {
    this.#size = size;
    this.#segments = segments;
    this.#emit = emit;
    if (segments.length === 0) this.#fillTo(size);
  }

  /** The next stored bytes, never more than the segments have. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const segment = this.#segments[this.#index] as Segment;
      this.#fillTo(segment.offset);
      const count = Math.min(bytes.length - at, segment.size - this.#taken);
      this.#emit(bytes.subarray(at, at + count));
      at += count;
      this.#position += count;
      this.#advance(count);
    }
    if (this.#index === this.#segments.length) this.#fillTo(this.#size);
  }

  /** Skips stored bytes, and the holes between them, without emitting them. */
  skip(count: number): void {
    for (let left = count; left > 0; ) {
      const segment = this.#segments[this.#index] as Segment;
      const step = Math.min(left, segment.size - this.#taken);
      left -= step;
      this.#position = segment.offset + this.#taken + step;
      this.#advance(step);
    }
  }

  #advance(count: number): void {
    this.#taken += count;
    if (this.#taken < (this.#segments[this.#index] as Segment).size) return;
    this.#index += 1;
    this.#taken = 0;
  }

  #fillTo(end: number): void {
    if (this.#position >= end) return;
    this.#zeros ??= new Uint8Array(Math.min(HOLE_PIECE, this.#size));
    while (this.#position < end) {
      const count = Math.min(this.#zeros.length, end - this.#position);
      this.#emit(this.#zeros.subarray(0, count));
      this.#position += count;
    }
  }
}
