import type { XXHashAPI } from 'xxhash-wasm';
import { malformed, unsupported } from '../formats/xz/malformed.ts';
import { readExactly, type XzInput } from '../formats/xz/xz-input.ts';
import { uint32 } from './skippable.ts';

const MAGIC = 0x184d2204;
const VERSION = 1;

const FLAG_INDEPENDENT = 0x20;
const FLAG_BLOCK_CHECKSUM = 0x10;
const FLAG_CONTENT_SIZE = 0x08;
const FLAG_CONTENT_CHECKSUM = 0x04;
const FLAG_RESERVED = 0x02;
const FLAG_DICTIONARY = 0x01;
const DESCRIPTOR_RESERVED = 0x8f;

/** Bytes a block decodes to at most, by the three bits of the block descriptor. */
const BLOCK_BYTES: ReadonlyArray<number | undefined> = [
  undefined,
  undefined,
  undefined,
  undefined,
  64 * 1024,
  256 * 1024,
  1024 * 1024,
  4 * 1024 * 1024,
];

export interface Lz4Header {
  readonly blockBytesMax: number;
  /** Whether matches may reach into the blocks before. */
  readonly linked: boolean;
  readonly blockChecksums: boolean;
  readonly contentChecksum: boolean;
  readonly contentSize: number | undefined;
  /** Where the first block stands. */
  readonly next: number;
}

export function startsLz4Frame(bytes: Uint8Array): boolean {
  return uint32(bytes) === MAGIC;
}

/**
 * Header of an LZ4 frame (lz4_Frame_format.md, version 1.6).
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function decodeLz4Header(input: XzInput, offset: number, name: string, hash: XXHashAPI): Lz4Header {
  const fixed = readExactly(input, offset, 7, 'the lz4 frame header', name);
  if (!startsLz4Frame(fixed)) throw malformed('no lz4 frame begins here (wanted 04 22 4D 18)', name, offset);
  const flags = fixed[4]!; // 4 FLG
  const descriptor = fixed[5]!; // 5 BD
  const blockBytesMax = BLOCK_BYTES[(descriptor >> 4) & 7];
  if (flags >> 6 !== VERSION || (flags & FLAG_RESERVED) !== 0 || (descriptor & DESCRIPTOR_RESERVED) !== 0) {
    const found = `version ${flags >> 6}`;
    throw unsupported(`an lz4 frame of ${found} or with reserved bits set`, name, offset + 4, LATER_FORMAT);
  }
  if (blockBytesMax === undefined) throw malformed('the lz4 block size is not valid', name, offset + 5);
  if ((flags & FLAG_DICTIONARY) !== 0) {
    throw unsupported(
      'the lz4 frame needs a dictionary',
      name,
      offset + 4,
      'Decompress it with lz4 -D FILE.',
    );
  }
  let at = offset + 6;
  let contentSize: number | undefined;
  if ((flags & FLAG_CONTENT_SIZE) !== 0) {
    const field = readExactly(input, at, 8, 'the content size of the lz4 frame', name);
    contentSize = uint32(field)! + uint32(field, 4)! * 2 ** 32;
    at += 8;
  }
  const hashed = readExactly(input, offset + 4, at - offset - 4, 'the lz4 frame header', name);
  const found = readExactly(input, at, 1, 'the checksum of the lz4 frame header', name)[0]!;
  if (((hash.h32Raw(hashed) >>> 8) & 0xff) !== found) {
    throw malformed('the checksum of the lz4 frame header does not match', name, at);
  }
  return {
    blockBytesMax,
    linked: (flags & FLAG_INDEPENDENT) === 0,
    blockChecksums: (flags & FLAG_BLOCK_CHECKSUM) !== 0,
    contentChecksum: (flags & FLAG_CONTENT_CHECKSUM) !== 0,
    contentSize,
    next: at + 1,
  };
}

const LATER_FORMAT = 'The file uses a later version of the format.';
