/** Finds the parts of a frame that stillroot has written: block headers are walked over, nothing is decoded. */
import {
  BLOCK_HEADER_SIZE,
  COMPRESSED_BLOCK,
  decodeBlockHeader,
  decodeFrameHeader,
  FRAME_MAGIC,
  RAW_BLOCK,
} from './frame.ts';
import { decodeMark, MARK_SIZE, type PartMark } from './part.ts';

/** Random access to the bytes of a file. */
export interface FrameInput {
  /** Bytes of the file. */
  readonly size: number;
  /** The `length` bytes from `offset` on; fewer only at the end of the file. */
  read(offset: number, length: number): Uint8Array;
}

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

const FRAME_HEADER_MAXIMUM = 18;
/** Bytes that are read at once: over many small blocks a read for each header would take long. */
const READ_SIZE = 64 * 1024;

/**
 * @param offset where the frame begins
 * @returns undefined for a frame that is not made of marked parts throughout, or is cut short: the caller then reads it
 *   from its beginning, which is where damage is reported
 */
export function walkParts(input: FrameInput, offset: number): FrameParts | undefined {
  const header = decodeOwnHeader(input.read(offset, FRAME_HEADER_MAXIMUM));
  if (header === undefined) return undefined;
  const reader = new ForwardReader(input);
  const parts: PartPlace[] = [];
  let size = 0;
  let at = offset + header.size;
  for (;;) {
    const mark = decodeMark(reader.read(at, MARK_SIZE), 0);
    if (mark === undefined) break;
    const end = endOfPart(reader, at + MARK_SIZE, input.size);
    if (end === undefined) return undefined;
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

function decodeOwnHeader(bytes: Uint8Array): (ReturnType<typeof decodeFrameHeader> & object) | undefined {
  const isFrame = bytes.length >= 4 && Buffer.from(bytes).readUInt32LE(0) === FRAME_MAGIC;
  const header = isFrame ? decodeFrameHeader(bytes) : undefined;
  if (header === undefined || header.hasChecksum || header.dictionaryId !== 0) return undefined;
  return header;
}

/** @returns the offset after the blocks of a part; undefined where the file ends before them */
function endOfPart(reader: ForwardReader, start: number, fileSize: number): number | undefined {
  for (let at = start; ; ) {
    const bytes = reader.read(at, BLOCK_HEADER_SIZE);
    if (bytes.length < BLOCK_HEADER_SIZE) return undefined;
    const { isLast, type, size, codedSize } = decodeBlockHeader(bytes, 0);
    // The empty last block, or the first block of a mark: neither stands for a byte.
    if (isLast || (type < COMPRESSED_BLOCK && codedSize === 0)) return at;
    at += BLOCK_HEADER_SIZE + size;
    if (at > fileSize) return undefined;
  }
}

/** Small reads that mostly go forward. */
class ForwardReader {
  readonly #input: FrameInput;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(input: FrameInput) {
    this.#input = input;
  }

  read(offset: number, length: number): Uint8Array {
    if (offset < this.#start || offset + length > this.#start + this.#bytes.length) {
      this.#start = offset;
      this.#bytes = this.#input.read(offset, READ_SIZE);
    }
    return this.#bytes.subarray(offset - this.#start, offset - this.#start + length);
  }
}
