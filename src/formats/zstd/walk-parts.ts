/** Finds the parts of a frame that stillroot has written: block headers are walked over, nothing is decoded. */
import type { ByteInput } from '../input.ts';
import {
  BLOCK_HEADER_SIZE,
  BLOCK_MAXIMUM,
  COMPRESSED_BLOCK,
  decodeBlockHeader,
  decodeFrameHeader,
  FRAME_HEADER_MAXIMUM,
  RAW_BLOCK,
  startsZstd,
} from './frame.ts';
import { decodeMark, INITIAL_OFFSETS, isMatchBlock, MARK_SIZE, type PartMark } from './part.ts';

export interface PartPlace extends PartMark {
  /** Where its mark begins in the file. */
  readonly offset: number;
  /** Bytes in the file, mark included. */
  readonly packedSize: number;
  /** Where its content begins in that of the frame. */
  readonly uncompressedOffset: number;
}

export interface FrameParts {
  readonly parts: readonly PartPlace[];
  /** Bytes of content. */
  readonly size: number;
  /** Of the frame: what a decoder must be able to look back. */
  readonly windowSize: number;
  /** Where the frame ends in the file. */
  readonly end: number;
}

/** A part with more content was not written by stillroot, whose largest has 12 MiB. */
export const PART_MAXIMUM: number = 64 * 1024 * 1024;
/** Frames of more parts are read from their beginning: the places of all parts are held in memory. */
const PARTS_MAXIMUM = 100_000;

/** Bytes that are read at once: over many small blocks a read for each header would take long. */
const READ_SIZE = 64 * 1024;

/** Section 3.1.1.3.1.1: literals that refer to the table of a block before. */
const TREELESS_LITERALS = 3;
const COMPRESSED_LITERALS = 2;

/**
 * A part counts as one only if a decoder that begins with it has the same state as one that comes to it: it begins with
 * the blocks that set the repeated offsets, and brings its own table for literals, or is stored. Whoever decodes such
 * a part alone, and gets as far as its end, has its content.
 *
 * @param offset where the frame begins
 * @returns undefined for a frame that is not made of such parts throughout, or is cut short: the caller then reads it
 *   from its beginning, which is where damage is reported
 */
export function walkParts(input: ByteInput, offset: number): FrameParts | undefined {
  const start = input.read(offset, FRAME_HEADER_MAXIMUM);
  const header = startsZstd(start) ? decodeFrameHeader(start) : undefined;
  if (header === undefined || header.hasReservedFlag) return undefined;
  if (header.hasChecksum || header.dictionaryId !== 0) return undefined;
  const reader = new ForwardReader(input);
  const parts: PartPlace[] = [];
  let size = 0;
  let at = offset + header.size;
  for (;;) {
    const mark = decodeMark(reader.read(at, MARK_SIZE), 0);
    if (mark === undefined) break;
    const end = endOfPart(reader, at + MARK_SIZE, mark.size);
    if (end === undefined || parts.length === PARTS_MAXIMUM) return undefined;
    parts.push({ ...mark, offset: at, packedSize: end - at, uncompressedOffset: size });
    size += mark.size;
    at = end;
  }
  const last = reader.read(at, BLOCK_HEADER_SIZE);
  if (last.length < BLOCK_HEADER_SIZE) return undefined;
  const { isLast, type, codedSize } = decodeBlockHeader(last, 0);
  if (!isLast || type !== RAW_BLOCK || codedSize !== 0) return undefined;
  if (size !== header.contentSize || parts.length === 0) return undefined;
  return { parts, size, windowSize: header.windowSize, end: at + BLOCK_HEADER_SIZE };
}

/**
 * @param start behind the mark
 * @param size that the mark says
 * @returns the offset after the blocks of the part; undefined where they are not those of a part
 */
function endOfPart(reader: ForwardReader, start: number, size: number): number | undefined {
  if (size === 0 || size > PART_MAXIMUM) return undefined;
  let resets = 0;
  let hasTable = false;
  let most = 0;
  for (let at = start; ; ) {
    const bytes = reader.read(at, BLOCK_HEADER_SIZE + 1);
    if (bytes.length < BLOCK_HEADER_SIZE) return undefined;
    const { isLast, type, size: packed, codedSize } = decodeBlockHeader(bytes, 0);
    // The empty last block, or the first block of a mark: neither stands for a byte.
    if (isLast || (type < COMPRESSED_BLOCK && codedSize === 0)) return most < size ? undefined : at;
    if (type > COMPRESSED_BLOCK || codedSize > BLOCK_MAXIMUM) return undefined;
    if (type === COMPRESSED_BLOCK && resets < INITIAL_OFFSETS.length) {
      const body = reader.read(at + BLOCK_HEADER_SIZE, packed);
      if (!isMatchBlock(body, INITIAL_OFFSETS[resets]!)) return undefined;
      resets += 1;
    } else if (type === COMPRESSED_BLOCK) {
      const literals = (bytes[BLOCK_HEADER_SIZE] ?? 0) & 3;
      if (literals === TREELESS_LITERALS && !hasTable) return undefined;
      hasTable ||= literals === COMPRESSED_LITERALS;
    }
    most += type === COMPRESSED_BLOCK ? BLOCK_MAXIMUM : codedSize;
    at += BLOCK_HEADER_SIZE + packed;
    if (at > reader.size) return undefined;
  }
}

/** Small reads that mostly go forward. */
class ForwardReader {
  readonly #input: ByteInput;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(input: ByteInput) {
    this.#input = input;
  }

  get size(): number {
    return this.#input.size;
  }

  read(offset: number, length: number): Uint8Array {
    if (offset < this.#start || offset + length > this.#start + this.#bytes.length) {
      this.#start = offset;
      this.#bytes = this.#input.read(offset, Math.max(READ_SIZE, length));
    }
    return this.#bytes.subarray(offset - this.#start, offset - this.#start + length);
  }
}
