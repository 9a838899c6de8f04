import { malformed, unsupported } from '../damage.ts';
import { type ByteInput, readExactly } from '../input.ts';
import { uint32 } from '../skippable.ts';

const MAGIC = 0xfd2fb528;

/** No block decodes to more. */
export const ZSTD_BLOCK_BYTES_MAX: number = 128 * 1024;

const BLOCK_HEADER_BYTES = 3;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;

/** Bytes of the fields of the frame header by their two-bit flags. */
const DICTIONARY_ID_BYTES: readonly number[] = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES: readonly number[] = [0, 2, 4, 8];

const FLAG_RESERVED = 0x08;
const FLAG_CHECKSUM = 0x04;
const FLAG_SINGLE_SEGMENT = 0x20;

export interface ZstdFrame {
  /** Offset after the frame. */
  readonly end: number;
  readonly blocks: number;
  /** Bytes of output that a decoder has to hold. */
  readonly window: number;
}

/** Whether the bytes begin with the magic number of a zstd frame. */
export function startsZstd(bytes: Uint8Array): boolean {
  return uint32(bytes) === MAGIC;
}

/**
 * Walks one zstd frame (RFC 8878, section 3.1.1) without decoding it. node:zlib's libzstd does not report
 * that a frame was truncated or where it ended, so this is determined here.
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function walkZstdFrame(input: ByteInput, offset: number, name: string): ZstdFrame {
  const { hasChecksum, window, next } = readZstdFrameHeader(input, offset, name);
  const blockMax = Math.min(window, ZSTD_BLOCK_BYTES_MAX);
  let at = next;
  for (let blocks = 1; ; blocks++) {
    const header = readExactly(input, at, BLOCK_HEADER_BYTES, 'a zstd block header', name);
    const field = header[0]! | (header[1]! << 8) | (header[2]! << 16); // last block, type, size
    const type = (field >> 1) & 3;
    const size = field >> 3;
    if (type === BLOCK_RESERVED) throw malformed('a zstd block has the reserved type 3', name, at);
    if (size > blockMax) throw malformed(`a zstd block of ${size} bytes, at most ${blockMax} fit`, name, at);
    at += BLOCK_HEADER_BYTES + (type === BLOCK_RLE ? 1 : size);
    if (at > input.size) throw malformed('the file ends within a zstd block', name, input.size);
    if ((field & 1) === 0) continue;
    const end = at + (hasChecksum ? 4 : 0);
    if (end > input.size) throw malformed('the checksum of the zstd frame is cut short', name, input.size);
    return { end, blocks, window };
  }
}

export interface ZstdFrameHeader {
  /** Whether a checksum follows the blocks. */
  readonly hasChecksum: boolean;
  /** Whether the window is the content itself, so that the header has no window field. */
  readonly isSingleSegment: boolean;
  /** Bytes of output that a decoder has to hold. */
  readonly window: number;
  /** Bytes, where the header says so. */
  readonly contentSize: number | undefined;
  /** Offset of the first block. */
  readonly next: number;
}

/**
 * Header of the zstd frame at `offset` (RFC 8878, section 3.1.1.1).
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function readZstdFrameHeader(input: ByteInput, offset: number, name: string): ZstdFrameHeader {
  const start = readExactly(input, offset, 5, 'the zstd frame header', name);
  if (!startsZstd(start)) throw malformed('no zstd frame begins here (wanted 28 B5 2F FD)', name, offset);
  const flags = start[4]!; // 4 frame header descriptor
  if ((flags & FLAG_RESERVED) !== 0) {
    throw unsupported(
      'a reserved zstd flag is set',
      name,
      offset + 4,
      'The file uses a later version of the format.',
    );
  }
  let at = offset + 5;
  let window: number | undefined;
  if ((flags & FLAG_SINGLE_SEGMENT) === 0) {
    const byte = readExactly(input, at, 1, 'the zstd window descriptor', name)[0]!;
    const base = 2 ** (10 + (byte >> 3));
    window = base + (base / 8) * (byte & 7);
    at += 1;
  }
  const idBytes = DICTIONARY_ID_BYTES[flags & 3]!;
  const id = readExactly(input, at, idBytes, 'the zstd dictionary id', name);
  if (id.some((byte) => byte !== 0)) {
    throw unsupported(
      'the zstd frame needs a dictionary',
      name,
      at,
      'Decompress it with zstd -D DICTIONARY.',
    );
  }
  at += idBytes;
  const sizeFlag = flags >> 6;
  const sizeBytes = sizeFlag === 0 && window === undefined ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!;
  const field = readExactly(input, at, sizeBytes, 'the zstd content size', name);
  const size = field.reduceRight((value, byte) => value * 256 + byte, 0) + (sizeBytes === 2 ? 256 : 0);
  return {
    hasChecksum: (flags & FLAG_CHECKSUM) !== 0,
    isSingleSegment: window === undefined,
    window: window ?? size,
    contentSize: sizeBytes === 0 ? undefined : size,
    next: at + sizeBytes,
  };
}
