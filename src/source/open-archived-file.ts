import type { Segment } from '../formats/tar/segments.ts';
import type { ContentPlace } from './archive-node.ts';
import type { RandomAccessFile } from './source.ts';

/** A stored part of a file; the gaps between parts are zeros. */
export interface Extent {
  /** Offset in the file. */
  readonly offset: number;
  readonly size: number;
  /** Offset of its first byte in what it is read from. */
  readonly position: number;
}

/** @param size bytes of the file */
export function extentsOf(size: number, place: ContentPlace | undefined): Extent[] {
  if (place === undefined || size === 0) return [];
  if (place.segments === null) return [{ offset: 0, size, position: place.offset }];
  return place.segments.map((segment: Segment) => ({
    offset: segment.offset,
    size: segment.size,
    position: place.base + segment.dataOffset,
  }));
}

/** Fills a part of `target` with bytes from `position` on; returns how many. */
export type ReadAt = (target: Uint8Array, position: number) => number;

/** Stored bytes read at once where a sparse file has smaller parts, which are stored consecutively. */
const AHEAD = 64 * 1024;
/** Bytes from which on a hole is worth treating separately from stored zeros: a filesystem block. */
const HOLE_MIN = 4096;

/** A file in an archive, holes included. */
export class OpenArchivedFile implements RandomAccessFile {
  readonly #size: number;
  readonly #extents: readonly Extent[];
  readonly #readAt: ReadAt;
  readonly #verify: () => void;
  readonly #countHoles: () => void;
  #offset = 0;
  #next = 0;
  #isCounted = false;
  /** Stored bytes already read, from `#aheadPosition` on. */
  #ahead: Uint8Array = new Uint8Array(0);
  #aheadPosition = 0;

  /**
   * @param extents in order, and stored consecutively
   * @param verify fails where the underlying file has changed
   * @param countHoles called before the first zeros of a hole are yielded; fails where there are too many
   */
  constructor(
    size: number,
    extents: readonly Extent[],
    readAt: ReadAt,
    verify: () => void,
    countHoles: () => void = () => {},
  ) {
    this.#countHoles = countHoles;
    this.#size = size;
    this.#extents = extents;
    this.#readAt = readAt;
    this.#verify = verify;
  }

  /** Reads across the parts of a sparse file, up to the next hole of a block or more: there may be a million parts. */
  read(target: Uint8Array): number {
    let filled = 0;
    while (filled < target.length && (filled === 0 || this.#holeNext() < HOLE_MIN)) {
      const count = this.#readPart(filled === 0 ? target : target.subarray(filled));
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  /** Independent of `read`. */
  readAt(target: Uint8Array, position: number): number {
    const room = target.subarray(0, Math.max(0, Math.min(target.length, this.#size - position)));
    const at = this.#extentAfter(position);
    const extent = this.#extents[at];
    const holeEnd = extent?.offset ?? this.#size;
    if (position < holeEnd) {
      this.#yieldHole();
      const zeros = Math.min(room.length, holeEnd - position);
      room.fill(0, 0, zeros);
      return zeros;
    }
    if (extent === undefined) return 0;
    const done = position - extent.offset;
    return this.#readAt(room.subarray(0, extent.size - done), extent.position + done);
  }

  /** Index of the first part that ends behind `position`. */
  #extentAfter(position: number): number {
    let [low, high] = [0, this.#extents.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { offset, size } = this.#extents[middle] as Extent;
      if (offset + size > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #yieldHole(): void {
    if (!this.#isCounted) this.#countHoles();
    this.#isCounted = true;
  }

  /** Zeros of one hole, or stored bytes of one part. */
  #readPart(target: Uint8Array): number {
    const zeros = Math.min(target.length, this.#holeNext());
    if (zeros > 0) {
      this.#yieldHole();
      target.fill(0, 0, zeros);
      this.#offset += zeros;
      return zeros;
    }
    const extent = this.#extents[this.#next];
    if (extent === undefined) return 0;
    const done = this.#offset - extent.offset;
    const room = target.subarray(0, Math.min(target.length, extent.size - done));
    const count = this.#readStored(room, extent.position + done);
    this.#offset += count;
    if (this.#offset === extent.offset + extent.size) this.#next += 1;
    return count;
  }

  #readStored(room: Uint8Array, position: number): number {
    if (this.#extents.length === 1 || room.length >= AHEAD) return this.#readAt(room, position);
    let at = position - this.#aheadPosition;
    if (at < 0 || at >= this.#ahead.length) {
      const last = this.#extents.at(-1) as Extent;
      const buffer = Buffer.allocUnsafe(Math.min(AHEAD, last.position + last.size - position));
      this.#ahead = buffer.subarray(0, this.#readAt(buffer, position));
      this.#aheadPosition = position;
      at = 0;
    }
    const bytes = this.#ahead.subarray(at, at + room.length);
    room.set(bytes);
    return bytes.length;
  }

  /** Zeros before the next stored byte, or the end. */
  #holeNext(): number {
    return Math.max(0, (this.#extents[this.#next]?.offset ?? this.#size) - this.#offset);
  }

  /** Skips a hole if one is next. @returns its number of zeros, 0 where there is none */
  skipHole(): number {
    const count = this.#holeNext();
    this.#offset += count;
    return count;
  }

  requireUnchanged(): void {
    this.#verify();
  }

  verify(): void {
    this.#verify();
  }

  close(): void {}
}
