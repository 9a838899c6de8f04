import type { Segment } from '../tar/segments.ts';
import type { ContentPlace } from './archive-node.ts';
import type { OpenFile } from './source.ts';

/** A part of a file that is stored; what is between the parts is zeros. */
export interface Extent {
  /** In the file. */
  readonly offset: number;
  readonly size: number;
  /** Of its first byte, in what it is read from. */
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

/** A file in an archive, holes included. */
export class OpenArchivedFile implements OpenFile {
  readonly #size: number;
  readonly #extents: readonly Extent[];
  readonly #readAt: ReadAt;
  readonly #verify: () => void;
  readonly #countHoles: () => void;
  #offset = 0;
  #next = 0;
  #isCounted = false;

  /**
   * @param verify fails where what it is read from has changed
   * @param countHoles called before the first zeros of a hole are given out; fails where there are too many
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

  read(target: Uint8Array): number {
    const extent = this.#extents[this.#next];
    const end = extent?.offset ?? this.#size;
    if (this.#offset < end) {
      if (!this.#isCounted) this.#countHoles();
      this.#isCounted = true;
      const count = Math.min(target.length, end - this.#offset);
      target.fill(0, 0, count);
      this.#offset += count;
      return count;
    }
    if (extent === undefined) return 0;
    const done = this.#offset - extent.offset;
    const room = target.subarray(0, Math.min(target.length, extent.size - done));
    const count = this.#readAt(room, extent.position + done);
    this.#offset += count;
    if (this.#offset === extent.offset + extent.size) this.#next += 1;
    return count;
  }

  /** Where a hole is next: passes over it. @returns how many zeros that were, 0 where there is none */
  skipHole(): number {
    const end = this.#extents[this.#next]?.offset ?? this.#size;
    const count = Math.max(0, end - this.#offset);
    this.#offset += count;
    return count;
  }

  verify(): void {
    this.#verify();
  }

  close(): void {}
}
