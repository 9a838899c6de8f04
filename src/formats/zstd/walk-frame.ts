import { malformed, unsupported } from '../damage.ts';
import { type ByteInput, readExactly } from '../input.ts';
import {
  BLOCK_HEADER_SIZE,
  BLOCK_MAXIMUM,
  decodeBlockHeader,
  decodeFrameHeader,
  FRAME_HEADER_MINIMUM,
  type FrameHeader,
  frameHeaderSize,
  startsZstd,
} from './frame.ts';

/** Section 3.1.1.2.2: no version of the format has defined it. */
const RESERVED_BLOCK = 3;
const CHECKSUM_SIZE = 4;

export interface ZstdFrame {
  /** Offset after the frame. */
  readonly end: number;
  readonly blocks: number;
  /** Bytes of output that a decoder has to hold. */
  readonly window: number;
}

/**
 * Walks one zstd frame (RFC 8878, section 3.1.1) without decoding it. node:zlib's libzstd does not report
 * that a frame was truncated or where it ended, so this is determined here.
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function walkZstdFrame(input: ByteInput, offset: number, name: string): ZstdFrame {
  const { hasChecksum, windowSize: window, size: headerSize } = readZstdFrameHeader(input, offset, name);
  const blockMax = Math.min(window, BLOCK_MAXIMUM);
  let at = offset + headerSize;
  for (let blocks = 1; ; blocks++) {
    const header = readExactly(input, at, BLOCK_HEADER_SIZE, 'a zstd block header', name);
    const { isLast, type, size, codedSize } = decodeBlockHeader(header, 0);
    if (type === RESERVED_BLOCK) throw malformed('a zstd block has the reserved type 3', name, at);
    if (codedSize > blockMax) {
      throw malformed(`a zstd block of ${codedSize} bytes, at most ${blockMax} fit`, name, at);
    }
    at += BLOCK_HEADER_SIZE + size;
    if (at > input.size) throw malformed('the file ends within a zstd block', name, input.size);
    if (!isLast) continue;
    const end = at + (hasChecksum ? CHECKSUM_SIZE : 0);
    if (end > input.size) throw malformed('the checksum of the zstd frame is cut short', name, input.size);
    return { end, blocks, window };
  }
}

/**
 * Header of the zstd frame at `offset` (RFC 8878, section 3.1.1.1).
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function readZstdFrameHeader(input: ByteInput, offset: number, name: string): FrameHeader {
  const start = readExactly(input, offset, FRAME_HEADER_MINIMUM, 'the zstd frame header', name);
  if (!startsZstd(start)) throw malformed('no zstd frame begins here (wanted 28 B5 2F FD)', name, offset);
  const header = decodeFrameHeader(
    readExactly(input, offset, frameHeaderSize(start), 'the zstd frame header', name),
  )!;
  if (header.hasReservedFlag) {
    const hint = 'The file uses a later version of the format.';
    throw unsupported('a reserved zstd flag is set', name, offset + 4, hint);
  }
  if (header.dictionaryId !== 0) {
    const hint = 'Decompress it with zstd -D DICTIONARY.';
    throw unsupported('the zstd frame needs a dictionary', name, offset + FRAME_HEADER_MINIMUM, hint);
  }
  return header;
}
