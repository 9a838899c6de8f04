/**
 * Sparse files of GNU tar before pax, type `S`: four segments in the header, and 21 in each extension
 * block behind it. GNU tar manual, "Old GNU Format"; tar.h, struct sparse_header.
 */
import { BLOCK_SIZE } from './header.ts';
import { type Field, readNumber, SIZE_RANGE } from './number.ts';
import type { TarProblems } from './problems.ts';
import type { SegmentList } from './segments.ts';

/** In the header. */
const SEGMENTS_OFFSET = 386;
const SEGMENTS_IN_HEADER = 4;
const IS_EXTENDED_OFFSET = 482;
const REAL_SIZE: Field = { name: 'realsize', offset: 483, length: 12 };

/** In an extension block. */
const SEGMENTS_IN_EXTENSION: number = 21;
const EXTENSION_IS_EXTENDED_OFFSET = 504;

/** Two numbers of 12 bytes, offset and size. */
const SEGMENT_LENGTH = 24;

/** Bytes of the file, holes included. */
export function readRealSize(header: Buffer, blockOffset: number, problems: TarProblems): number {
  return readNumber(header, REAL_SIZE, SIZE_RANGE, blockOffset, problems);
}

/** @returns whether an extension block follows */
export function readHeaderSegments(
  header: Buffer,
  segments: SegmentList,
  blockOffset: number,
  problems: TarProblems,
): boolean {
  readSegments(header, SEGMENTS_OFFSET, SEGMENTS_IN_HEADER, segments, blockOffset, problems);
  return header[IS_EXTENDED_OFFSET] !== 0;
}

/** @returns whether another extension block follows */
export function readExtension(
  block: Buffer,
  segments: SegmentList,
  blockOffset: number,
  problems: TarProblems,
): boolean {
  readSegments(block.subarray(0, BLOCK_SIZE), 0, SEGMENTS_IN_EXTENSION, segments, blockOffset, problems);
  return block[EXTENSION_IS_EXTENDED_OFFSET] !== 0;
}

function readSegments(
  block: Buffer,
  start: number,
  count: number,
  segments: SegmentList,
  blockOffset: number,
  problems: TarProblems,
): void {
  for (let index = 0; index < count; index += 1) {
    const at = start + index * SEGMENT_LENGTH;
    const offset: Field = { name: 'offset of a sparse segment', offset: at, length: 12 };
    const size: Field = { name: 'numbytes of a sparse segment', offset: at + 12, length: 12 };
    // As GNU tar: a segment without a size ends the list, even within a block.
    if (block[size.offset] === 0) return;
    segments.add(
      readNumber(block, offset, SIZE_RANGE, blockOffset, problems),
      readNumber(block, size, SIZE_RANGE, blockOffset, problems),
      blockOffset + at,
    );
  }
}
