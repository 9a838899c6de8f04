/** A sparse file while its segments are read: some forms have them in blocks behind the header. */
import type { TarHeader } from './header.ts';
import type { TarLimits } from './limits.ts';
import type { PaxHeader } from './pax.ts';
import { readPaxSparse } from './pax-sparse.ts';
import type { TarProblems } from './problems.ts';
import { type Segment, SegmentList } from './segments.ts';
import { readExtension, readHeaderSegments, readRealSize } from './sparse-blocks.ts';
import { SparseMapReader } from './sparse-map.ts';

/** Takes a block at an offset of the archive; returns whether it was the last. */
type TakeBlock = (block: Buffer, at: number) => boolean;

export class SparseMember {
  /** Bytes of the file, holes included. */
  readonly size: number;
  readonly #segments: SegmentList;
  #takeBlock: TakeBlock | undefined;

  /** @param takeBlock undefined where all segments are known */
  constructor(size: number, segments: SegmentList, takeBlock: TakeBlock | undefined) {
    this.size = size;
    this.#segments = segments;
    this.#takeBlock = takeBlock;
  }

  /** Whether a block with segments follows, before the data. */
  get wantsBlock(): boolean {
    return this.#takeBlock !== undefined;
  }

  push(block: Buffer, at: number): void {
    if (this.#takeBlock?.(block, at) === true) this.#takeBlock = undefined;
  }

  /** See SegmentList. */
  complete(dataOffset: number, stored: number, at: number): Segment[] {
    return this.#segments.complete(dataOffset, stored, at);
  }
}

/**
 * A member of type `S`.
 *
 * @param block of the header, at the offset `at` of the archive
 * @throws archive-malformed, archive-not-supported
 */
export function oldSparseMember(
  { dialect }: TarHeader,
  block: Buffer,
  at: number,
  limits: TarLimits,
  problems: TarProblems,
): SparseMember {
  if (dialect !== 'gnu') {
    throw problems.notSupported(
      'a sparse file written by a tar other than GNU tar',
      at,
      'Pack it without holes, or with GNU tar.',
    );
  }
  const size = readRealSize(block, at, problems);
  const segments = new SegmentList(size, limits, problems);
  const more = readHeaderSegments(block, segments, at, problems);
  const takeBlock: TakeBlock = (next, offset) => !readExtension(next, segments, offset, problems);
  return new SparseMember(size, segments, more ? takeBlock : undefined);
}

/**
 * A member whose pax records tell of a sparse file; undefined where they do not.
 *
 * @param at of the header in the archive, for messages
 * @throws archive-malformed, archive-not-supported
 */
export function paxSparseMember(
  pax: PaxHeader,
  at: number,
  limits: TarLimits,
  problems: TarProblems,
): SparseMember | undefined {
  const sparse = readPaxSparse(pax, limits, at, problems);
  if (sparse === undefined) return undefined;
  const { size, segments, mapInData } = sparse;
  if (!mapInData) return new SparseMember(size, segments, undefined);
  const map = new SparseMapReader(segments, limits, problems);
  return new SparseMember(size, segments, (block, offset) => map.push(block, offset));
}
