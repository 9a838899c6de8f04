/** Frames and blocks of RFC 8878: their headers, read and written. Bytes in, bytes out; no encoder. */
import { uint32 } from '../skippable.ts';

/** Least significant byte first. */
const FRAME_MAGIC = 0xfd2fb528;
/** Bytes that a block holds at most, before and after compression (section 3.1.1.2.4). */
export const BLOCK_MAXIMUM = 128 * 1024;
export const BLOCK_HEADER_SIZE = 3;

/** Section 3.1.1.2.2. */
export const RAW_BLOCK = 0;
export const RLE_BLOCK = 1;
export const COMPRESSED_BLOCK = 2;

/** Section 3.1.1.1.2: windows of a power of two begin here. */
const MINIMUM_WINDOW_LOG = 10;

/** No frame header has more bytes. */
export const FRAME_HEADER_MAXIMUM = 18;
/** Every frame header has these: magic number and descriptor. */
export const FRAME_HEADER_MINIMUM = 5;

/** Section 3.1.1.1.1, of the descriptor. */
const FLAG_RESERVED = 0x08;
const FLAG_CHECKSUM = 0x04;
const FLAG_SINGLE_SEGMENT = 0x20;

export interface FrameHeader {
  /** Bytes of the header, magic number included. */
  readonly size: number;
  /** Whether the window is the content itself, so that the header has no window field. */
  readonly isSingleSegment: boolean;
  /** Whether a flag is set that no version of the format has defined. */
  readonly hasReservedFlag: boolean;
  /** Bytes that a decoder must be able to look back. */
  readonly windowSize: number;
  /** Of the whole frame; undefined where the header does not say. */
  readonly contentSize: number | undefined;
  readonly hasChecksum: boolean;
  /** 0 where none is named. */
  readonly dictionaryId: number;
}

export interface BlockHeader {
  readonly isLast: boolean;
  readonly type: number;
  /** Of the block as it is in the file, without its header. */
  readonly size: number;
  /** What the header says: the bytes a raw or RLE block stands for, the compressed size of others. */
  readonly codedSize: number;
}

/** Whether the bytes begin with the magic number of a zstd frame. */
export function startsZstd(bytes: Uint8Array): boolean {
  return uint32(bytes) === FRAME_MAGIC;
}

/** Bytes of the header whose first bytes these are. @param bytes FRAME_HEADER_MINIMUM or more */
export function frameHeaderSize(bytes: Uint8Array): number {
  const { windowSize, dictionaryIdSize, contentSizeSize } = fieldSizes(bytes[4]!);
  return FRAME_HEADER_MINIMUM + windowSize + dictionaryIdSize + contentSizeSize;
}

/** Section 3.1.1.1, behind the magic number; undefined where `bytes` end before the header does. */
export function decodeFrameHeader(bytes: Uint8Array): FrameHeader | undefined {
  if (bytes.length < FRAME_HEADER_MINIMUM || bytes.length < frameHeaderSize(bytes)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const descriptor = view.getUint8(4);
  const isSingleSegment = (descriptor & FLAG_SINGLE_SEGMENT) !== 0;
  const { windowSize, dictionaryIdSize, contentSizeSize } = fieldSizes(descriptor);
  const dictionaryAt = FRAME_HEADER_MINIMUM + windowSize;
  const coded = unsigned(view, dictionaryAt + dictionaryIdSize, contentSizeSize);
  const contentSize = contentSizeSize === 0 ? undefined : contentSizeSize === 2 ? coded + 256 : coded;
  return {
    size: frameHeaderSize(bytes),
    isSingleSegment,
    hasReservedFlag: (descriptor & FLAG_RESERVED) !== 0,
    windowSize: isSingleSegment ? contentSize! : decodeWindow(view.getUint8(FRAME_HEADER_MINIMUM)),
    contentSize,
    hasChecksum: (descriptor & FLAG_CHECKSUM) !== 0,
    dictionaryId: unsigned(view, dictionaryAt, dictionaryIdSize),
  };
}

/** Sizes of the fields behind the descriptor, in order; 0 for those that are missing. */
function fieldSizes(descriptor: number): {
  windowSize: number;
  dictionaryIdSize: number;
  contentSizeSize: number;
} {
  const isSingleSegment = (descriptor & FLAG_SINGLE_SEGMENT) !== 0;
  return {
    windowSize: isSingleSegment ? 0 : 1,
    dictionaryIdSize: [0, 1, 2, 4][descriptor & 3]!,
    contentSizeSize: [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!,
  };
}

/** A header with a window and, where it is given, the content size; no checksum, no dictionary. */
export function encodeFrameHeader(windowLog: number, contentSize: number | undefined): Buffer {
  const sizeSize = contentSize === undefined ? 0 : contentSize < 2 ** 32 ? 4 : 8;
  const header = Buffer.alloc(6 + sizeSize);
  header.writeUInt32LE(FRAME_MAGIC, 0); // 0 Magic_Number
  header[4] = [0, 2, 3][sizeSize / 4]! << 6; // 4 Frame_Header_Descriptor: Frame_Content_Size_flag, nothing else
  header[5] = (windowLog - MINIMUM_WINDOW_LOG) << 3; // 5 Window_Descriptor: Exponent, Mantissa 0
  // 6 Frame_Content_Size
  if (sizeSize === 4) header.writeUInt32LE(contentSize!, 6);
  if (sizeSize === 8) header.writeBigUInt64LE(BigInt(contentSize!), 6);
  return header;
}

/** The smallest window that reaches over `contentSize` bytes, as a base-2 logarithm, and at most `maximum`. */
export function windowLogFor(contentSize: number, maximum: number): number {
  let log = MINIMUM_WINDOW_LOG;
  while (log < maximum && 2 ** log < contentSize) log += 1;
  return log;
}

/** Section 3.1.1.2; the reserved type 3 counts as its coded size. */
export function decodeBlockHeader(bytes: Uint8Array, at: number): BlockHeader {
  const value = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  const type = (value >> 1) & 3;
  const codedSize = value >> 3;
  return { isLast: (value & 1) === 1, type, size: type === RLE_BLOCK ? 1 : codedSize, codedSize };
}

export function writeBlockHeader(
  target: Uint8Array,
  at: number,
  type: number,
  codedSize: number,
  isLast = false,
): void {
  const value = (codedSize << 3) | (type << 1) | (isLast ? 1 : 0);
  target[at] = value;
  target[at + 1] = value >> 8;
  target[at + 2] = value >> 16;
}

function decodeWindow(descriptor: number): number {
  const base = 2 ** (MINIMUM_WINDOW_LOG + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function unsigned(view: DataView, at: number, size: number): number {
  if (size === 0) return 0;
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at, true);
  if (size === 4) return view.getUint32(at, true);
  return Number(view.getBigUint64(at, true));
}
