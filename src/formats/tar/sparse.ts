/**
 * Sparse files in every form that tar has: old GNU in the header and the blocks after it, and pax 0.0, 0.1 and 1.0.
 * Segments with data are read; the rest of the file is zeros.
 */
import { BLOCK_SIZE, type Field, parseDecimal, readNumber, SIZE_RANGE, type TarHeader } from './header.ts';
import type { PaxHeader, PaxValue } from './pax.ts';
import { quote, type TarLimits, type TarProblems } from './problems.ts';
import { type Segment, SegmentList } from './segments.ts';

// A sparse file while its segments are read: some forms have them in blocks after the header.

/** Consumes a block at an offset of the archive; returns whether it was the last. */
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
 * A member whose pax records describe a sparse file; undefined where they do not.
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

// Sparse files of GNU tar before pax, type `S`: four segments in the header, and 21 in each extension
// block after it. GNU tar manual, "Old GNU Format"; tar.h, struct sparse_header.

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
function readRealSize(header: Buffer, blockOffset: number, problems: TarProblems): number {
  return readNumber(header, REAL_SIZE, SIZE_RANGE, blockOffset, problems);
}

/** @returns whether an extension block follows */
function readHeaderSegments(
  header: Buffer,
  segments: SegmentList,
  blockOffset: number,
  problems: TarProblems,
): boolean {
  readSegments(header, SEGMENTS_OFFSET, SEGMENTS_IN_HEADER, segments, blockOffset, problems);
  return header[IS_EXTENDED_OFFSET] !== 0;
}

/** @returns whether another extension block follows */
function readExtension(
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
    // As in GNU tar, a segment without a size ends the list, even within a block.
    if (block[size.offset] === 0) return;
    segments.add(
      readNumber(block, offset, SIZE_RANGE, blockOffset, problems),
      readNumber(block, size, SIZE_RANGE, blockOffset, problems),
      blockOffset + at,
    );
  }
}

// The map of a pax sparse file of version 1.0: decimal numbers, one a line, before the
// member's data and padded to a block. First the number of segments, then offset and size of each.
// GNU tar manual, "PAX Format, Version 1.0".

const NEWLINE = 0x0a;
/** Digits of the largest number. */
const MAX_DIGITS = 20;

class SparseMapReader {
  readonly #segments: SegmentList;
  readonly #limits: TarLimits;
  readonly #problems: TarProblems;
  #digits = '';
  /** Numbers still to come; undefined until the first has been read. */
  #left: number | undefined;
  #offset: number | undefined;

  constructor(segments: SegmentList, limits: TarLimits, problems: TarProblems) {
    this.#segments = segments;
    this.#limits = limits;
    this.#problems = problems;
  }

  /**
   * @param blockOffset in the archive, for messages
   * @returns whether the map is complete; if so, the member's data begins after this block
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
      // One more: GNU tar ends a map with an empty segment.
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

// Pax records of GNU sparse files: version 0.0 has a pair of records a segment, 0.1 one record with all
// of them, 1.0 a map before the data. GNU tar manual, "PAX Format".

export interface PaxSparse {
  /** Bytes of the file, holes included. */
  readonly size: number;
  readonly segments: SegmentList;
  /** Whether the map follows, before the data: version 1.0. */
  readonly mapInData: boolean;
}

/**
 * @param at of the member's header, for messages
 * @returns undefined where the records do not describe a sparse file
 * @throws archive-malformed, archive-not-supported
 */
function readPaxSparse(
  pax: PaxHeader,
  limits: TarLimits,
  at: number,
  problems: TarProblems,
): PaxSparse | undefined {
  const version = versionOf(pax, at, problems);
  if (version === undefined) return undefined;
  const realSize = pax.values.get('GNU.sparse.realsize') ?? pax.values.get('GNU.sparse.size');
  if (realSize === undefined) throw problems.malformed('a sparse file has no GNU.sparse size', at);
  const size = decimalOf(realSize, 'the size of a sparse file', problems);
  const segments = new SegmentList(size, limits, problems);
  if (version === '0.0') addPairs(pax.sparsePairs, segments, problems);
  else if (version === '0.1') addMap(pax.values.get('GNU.sparse.map') as PaxValue, segments, problems);
  return { size, segments, mapInData: version === '1.0' };
}

function versionOf(pax: PaxHeader, at: number, problems: TarProblems): '0.0' | '0.1' | '1.0' | undefined {
  // Before 1.0 the version was not recorded.
  const major = pax.values.get('GNU.sparse.major')?.value ?? '0';
  const minor = pax.values.get('GNU.sparse.minor')?.value ?? '0';
  if (major === '1' && minor === '0') return '1.0';
  if (major !== '0' || !['0', '1'].includes(minor)) {
    throw problems.notSupported(
      `a sparse file of version ${quote(`${major}.${minor}`)}, and 0.0, 0.1 and 1.0 are read`,
      at,
      'Pack it without --sparse.',
    );
  }
  if (pax.values.has('GNU.sparse.map')) return '0.1';
  const named = ['GNU.sparse.size', 'GNU.sparse.realsize', 'GNU.sparse.numblocks', 'GNU.sparse.major'];
  return pax.sparsePairs.length > 0 || named.some((keyword) => pax.values.has(keyword)) ? '0.0' : undefined;
}

function addPairs(pairs: readonly PaxValue[], segments: SegmentList, problems: TarProblems): void {
  for (let index = 0; index < pairs.length; index += 2) {
    const [offset, size] = [pairs[index] as PaxValue, pairs[index + 1]];
    if (size === undefined) {
      throw problems.malformed('GNU.sparse.offset has no GNU.sparse.numbytes behind it', offset.offset);
    }
    segments.add(
      decimalOf(offset, 'GNU.sparse.offset', problems),
      decimalOf(size, 'GNU.sparse.numbytes', problems),
      offset.offset,
    );
  }
}

function addMap(map: PaxValue, segments: SegmentList, problems: TarProblems): void {
  const numbers = map.value
    .split(',')
    .map((digits) =>
      decimalOf({ value: digits, offset: map.offset }, 'a number of GNU.sparse.map', problems),
    );
  if (numbers.length % 2 === 1) {
    throw problems.malformed(`GNU.sparse.map has ${numbers.length} numbers, wanted pairs`, map.offset);
  }
  for (let index = 0; index < numbers.length; index += 2) {
    segments.add(numbers[index] as number, numbers[index + 1] as number, map.offset);
  }
}

function decimalOf({ value, offset }: PaxValue, name: string, problems: TarProblems): number {
  const number = parseDecimal(value, SIZE_RANGE);
  if (number !== undefined) return number;
  throw problems.malformed(
    `${name} is ${quote(value)}, wanted a decimal number up to ${SIZE_RANGE.maximum}`,
    offset,
  );
}
