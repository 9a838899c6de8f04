/**
 * Parts of one frame that were each compressed alone.
 *
 * The kernel unpacks a single frame, so independent frames that follow one another do not boot. Their blocks can be
 * moved into one frame, but for one thing that a decoder carries over: the three offsets that were used last
 * (RFC 8878, section 3.1.1.5). An encoder assumes 1, 4 and 8 at the start of a frame; a decoder has what the part
 * before left. So each part begins with three blocks that leave it with 8, 4, 1: literals and then one match of three
 * bytes at offset 8, the same at 4, the same at 1, at places where the content itself repeats in that way (a header of
 * an archive entry always does: it has a run of zeros). Tables are not carried over: the first block of a frame never
 * refers to the tables of a block before it.
 *
 * In front of these, a mark: blocks that stand for no bytes but carry one each, which together say how many bytes the
 * part holds and their CRC32. So parts are found by walking over the block headers, and damage is noticed.
 */
import { crc32 } from 'node:zlib';
import type { FrameEncoder } from './encoder.ts';
import {
  BLOCK_HEADER_SIZE,
  BLOCK_MAXIMUM,
  COMPRESSED_BLOCK,
  decodeBlockHeader,
  decodeFrameHeader,
  encodeFrameHeader,
  RAW_BLOCK,
  RLE_BLOCK,
  windowLogFor,
  writeBlockHeader,
} from './frame.ts';

/** What a part's mark says. */
export interface PartMark {
  /** Bytes of content, below 2^32. */
  readonly size: number;
  /** CRC32 of the content. */
  readonly check: number;
}

const MARK_BYTES = 8;
/** A block of one byte for each byte of the mark. */
export const MARK_SIZE: number = MARK_BYTES * (BLOCK_HEADER_SIZE + 1);

/** The offsets that an encoder assumes at the start of a frame, in the order in which they must be used. */
export const INITIAL_OFFSETS = [8, 4, 1] as const;
const MATCH_LENGTH = 3;
/** A block of literals and one match is this much larger than its literals, at most, and no larger than a block. */
const LITERALS_MAXIMUM = BLOCK_MAXIMUM - 32;

/**
 * Blocks for one part of a frame, without a last one. They decode to `content` in any frame whose window is at least
 * as large as `content`, or as MAXIMUM_WINDOW where that is less, after any other part.
 *
 * @param content 1 to 2^32 - 1 bytes
 * @param level of the encoder
 */
export function encodePart(
  content: Uint8Array,
  level: number,
  encode: FrameEncoder,
): Uint8Array<ArrayBuffer> {
  const mark = encodeMark({ size: content.length, check: crc32(content) });
  const places = resetPlaces(content);
  if (places !== undefined) {
    const pieces = [mark];
    let from = 0;
    for (const [index, offset] of INITIAL_OFFSETS.entries()) {
      addMatch(pieces, content.subarray(from, places[index]), offset);
      from = places[index]! + MATCH_LENGTH;
    }
    if (from < content.length) pieces.push(blocksOfFrame(encode(content.subarray(from), level)));
    const size = sizeOf(pieces);
    if (size < content.length) return joined(pieces, size);
  }
  const pieces = [mark];
  addRaw(pieces, content);
  return joined(pieces, sizeOf(pieces));
}

/**
 * What goes before the first part of a frame with these many bytes of content; undefined where that is not known.
 *
 * @param maximumWindow bytes, a power of two: what a decoder must be able to look back over large contents
 */
export function frameStart(contentSize: number | undefined, maximumWindow: number): Uint8Array {
  const maximum = Math.log2(maximumWindow);
  return encodeFrameHeader(
    contentSize === undefined ? maximum : windowLogFor(contentSize, maximum),
    contentSize,
  );
}

/** What goes after the last part: an empty last block. */
export function frameEnd(): Uint8Array {
  const end = new Uint8Array(BLOCK_HEADER_SIZE);
  writeBlockHeader(end, 0, RAW_BLOCK, 0, true);
  return end;
}

/** The mark at `at`; undefined where other blocks follow, or bytes end. */
export function decodeMark(bytes: Uint8Array, at: number): PartMark | undefined {
  if (bytes.length - at < MARK_SIZE) return undefined;
  const payload = Buffer.alloc(MARK_BYTES);
  for (let index = 0; index < MARK_BYTES; index++) {
    const place = at + index * (BLOCK_HEADER_SIZE + 1);
    const { isLast, type, codedSize } = decodeBlockHeader(bytes, place);
    if (isLast || type !== RLE_BLOCK || codedSize !== 0) return undefined;
    payload[index] = bytes[place + BLOCK_HEADER_SIZE]!;
  }
  return { size: payload.readUInt32LE(0), check: payload.readUInt32LE(4) };
}

/** A frame of its own with just these parts, which any decoder takes. */
export function frameOfParts(
  parts: readonly Uint8Array[],
  contentSize: number,
  maximumWindow: number,
): Buffer {
  return Buffer.concat([frameStart(contentSize, maximumWindow), ...parts, frameEnd()]);
}

function encodeMark({ size, check }: PartMark): Uint8Array {
  const payload = Buffer.alloc(MARK_BYTES);
  payload.writeUInt32LE(size, 0);
  payload.writeUInt32LE(check, 4);
  const mark = new Uint8Array(MARK_SIZE);
  for (const [index, byte] of payload.entries()) {
    const at = index * (BLOCK_HEADER_SIZE + 1);
    writeBlockHeader(mark, at, RLE_BLOCK, 0);
    mark[at + BLOCK_HEADER_SIZE] = byte;
  }
  return mark;
}

/** Where the content has matches of three bytes at offsets 8, 4 and 1, one behind the other: the earliest ones. */
export function resetPlaces(content: Uint8Array): number[] | undefined {
  const places: number[] = [];
  let at: number = INITIAL_OFFSETS[0];
  for (const offset of INITIAL_OFFSETS) {
    let equal = 0;
    // Bytes that are equal to those at the offset, counted from the end of the match before.
    for (; equal < MATCH_LENGTH; at++) {
      if (at >= content.length) return undefined;
      equal = content[at] === content[at - offset] ? equal + 1 : 0;
    }
    places.push(at - MATCH_LENGTH);
  }
  return places;
}

/** Literals as they are, then a match: in one compressed block, after raw ones where there are many literals. */
function addMatch(pieces: Uint8Array[], literals: Uint8Array, offset: number): void {
  const rest = literals.length % LITERALS_MAXIMUM;
  addRaw(pieces, literals.subarray(0, literals.length - rest));
  pieces.push(matchBlock(literals.subarray(literals.length - rest), offset));
}

/** A compressed block (section 3.1.1.3): raw literals and one sequence, its three tables in RLE mode. */
function matchBlock(literals: Uint8Array, offset: number): Uint8Array {
  const header = literalsHeader(literals.length);
  const length = literalLengthCode(literals.length);
  // 3.1.1.3.2.1.1: values 1 to 3 mean repeated offsets, so an offset is coded as itself plus 3.
  const offsetCode = 31 - Math.clz32(offset + 3);
  const sequences = Buffer.from([
    1, // Number_of_Sequences
    0b01_01_01_00, // Symbol_Compression_Modes: RLE for literal lengths, offsets and match lengths
    length.code,
    offsetCode,
    0, // Match_Length code 0: 3 bytes
    ...bitstream([
      // Read from the end: offset first, so it is written last. Tables of one symbol take no bits.
      [length.extra, length.bits],
      [offset + 3 - 2 ** offsetCode, offsetCode],
      [1, 1], // The mark of the end of the stream, above the highest bit.
    ]),
  ]);
  const size = header.length + literals.length + sequences.length;
  const block = new Uint8Array(BLOCK_HEADER_SIZE + size);
  writeBlockHeader(block, 0, COMPRESSED_BLOCK, size);
  block.set(header, BLOCK_HEADER_SIZE);
  block.set(literals, BLOCK_HEADER_SIZE + header.length);
  block.set(sequences, BLOCK_HEADER_SIZE + header.length + literals.length);
  return block;
}

/** Whether the body of a compressed block is that of `matchBlock` for this offset. */
export function isMatchBlock(body: Uint8Array, offset: number): boolean {
  // Section 3.1.1.3.1.1: raw literals, type 0, whose size has 5, 12 or 20 bits.
  const [first = 0, second = 0, third = 0] = body;
  const sizeFormat = (first >> 2) & 3;
  const [header, size] =
    sizeFormat === 1
      ? [2, (first >> 4) | (second << 4)]
      : sizeFormat === 3
        ? [3, (first >> 4) | (second << 4) | (third << 12)]
        : [1, first >> 3];
  if (header + size > body.length) return false;
  const literals = body.subarray(header, header + size);
  return Buffer.from(body).equals(matchBlock(literals, offset).subarray(BLOCK_HEADER_SIZE));
}

/** Literals_Section_Header of raw literals (section 3.1.1.3.1.1): 5, 12 or 20 bits of size. */
function literalsHeader(size: number): Buffer {
  if (size < 32) return Buffer.from([size << 3]);
  const header = Buffer.alloc(size < 4096 ? 2 : 3);
  header.writeUIntLE(size < 4096 ? (size << 4) | 0b01_00 : (size << 4) | 0b11_00, 0, header.length);
  return header;
}

/** Section 3.1.1.3.2.1.1, codes from 16 on: smallest value and extra bits. */
const LITERAL_LENGTHS: readonly (readonly [smallest: number, bits: number])[] = [
  [16, 1],
  [18, 1],
  [20, 1],
  [22, 1],
  [24, 2],
  [28, 2],
  [32, 3],
  [40, 3],
  [48, 4],
  [64, 6],
  [128, 7],
  [256, 8],
  [512, 9],
  [1024, 10],
  [2048, 11],
  [4096, 12],
  [8192, 13],
  [16384, 14],
  [32768, 15],
  [65536, 16],
];

function literalLengthCode(length: number): { code: number; bits: number; extra: number } {
  if (length < 16) return { code: length, bits: 0, extra: 0 };
  const index = LITERAL_LENGTHS.findLastIndex(([smallest]) => length >= smallest);
  const [smallest, bits] = LITERAL_LENGTHS[index]!;
  return { code: 16 + index, bits, extra: length - smallest };
}

/** Values in this many bits each, the first in the lowest bits; fewer than 32 bits in all. */
function bitstream(values: readonly (readonly [value: number, bits: number])[]): number[] {
  let stream = 0;
  let width = 0;
  for (const [value, bits] of values) {
    stream += value * 2 ** width;
    width += bits;
  }
  const bytes: number[] = [];
  for (; width > 0; width -= 8, stream = Math.floor(stream / 256)) bytes.push(stream % 256);
  return bytes;
}

/** The blocks of a frame of its own, none of them the last. */
function blocksOfFrame(frame: Uint8Array): Uint8Array {
  const start = decodeFrameHeader(frame)!.size;
  const blocks = frame.slice(start);
  for (let at = 0; ; ) {
    const { isLast, type, size, codedSize } = decodeBlockHeader(blocks, at);
    if (isLast) {
      writeBlockHeader(blocks, at, type, codedSize);
      return blocks;
    }
    at += BLOCK_HEADER_SIZE + size;
  }
}

function addRaw(pieces: Uint8Array[], content: Uint8Array): void {
  for (let from = 0; from < content.length; from += BLOCK_MAXIMUM) {
    const piece = content.subarray(from, from + BLOCK_MAXIMUM);
    const header = new Uint8Array(BLOCK_HEADER_SIZE);
    writeBlockHeader(header, 0, RAW_BLOCK, piece.length);
    pieces.push(header, piece);
  }
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
