import xxhash, { type XXHashAPI } from 'xxhash-wasm';
import { malformed, unsupported } from './damage.ts';
import type { DecoderInput, Guard } from './decoder.ts';
import { type ByteInput, readExactly } from './input.ts';
import { skipSkippable, uint32 } from './skippable.ts';

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
  /** Offset of the first block. */
  readonly next: number;
}

/** Whether the bytes begin with the magic number of an LZ4 frame. */
export function startsLz4Frame(bytes: Uint8Array): boolean {
  return uint32(bytes) === MAGIC;
}

/**
 * Header of an LZ4 frame (lz4_Frame_format.md, version 1.6), its checksum compared.
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function decodeLz4Header(input: ByteInput, offset: number, name: string, hash: XXHashAPI): Lz4Header {
  const header = readLz4Header(input, offset, name);
  const at = header.next - 1;
  const hashed = readExactly(input, offset + 4, at - offset - 4, 'the lz4 frame header', name);
  const found = readExactly(input, at, 1, 'the checksum of the lz4 frame header', name)[0]!;
  if (((hash.h32Raw(hashed) >>> 8) & 0xff) !== found) {
    throw malformed('the checksum of the lz4 frame header does not match', name, at);
  }
  return header;
}

/**
 * The same without verifying the checksum, which needs xxHash.
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function readLz4Header(input: ByteInput, offset: number, name: string): Lz4Header {
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

/** Content of a block, and how far the file has been read for it. */
interface Lz4Piece {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/**
 * Decodes one LZ4 block (lz4_Block_format.md): sequences of literals and of a match up to 65,535
 * bytes back. Every length and distance is checked against the available bytes before anything is copied.
 * @param target previously decoded content ends at `start`: a match may reach back into it
 * @returns where the content ends in `target`, or a clause that describes what is wrong with the block
 */
export function decodeLz4Block(block: Uint8Array, target: Uint8Array, start: number): number | string {
  let at = 0;
  let out = start;
  while (at < block.length) {
    const token = block[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      for (let byte = 255; byte === 255; literals += byte) {
        if (at === block.length) return 'a length runs past its end';
        byte = block[at++]!;
      }
    }
    if (literals > block.length - at) return 'literals run past its end';
    if (literals > target.length - out) return 'it decodes to too much';
    if (literals < COPY_LOOP_MAX) for (let end = at + literals; at < end; ) target[out++] = block[at++]!;
    else {
      target.set(block.subarray(at, at + literals), out);
      at += literals;
      out += literals;
    }
    // The last sequence has literals only.
    if (at === block.length) return out;
    if (block.length - at < 2) return 'a distance runs past its end';
    const distance = block[at]! | (block[at + 1]! << 8);
    at += 2;
    if (distance === 0) return 'a distance is 0';
    if (distance > out) return 'a distance reaches before the content';
    let length = (token & 15) + MATCH_BYTES_MIN;
    if ((token & 15) === 15) {
      for (let byte = 255; byte === 255; length += byte) {
        if (at === block.length) return 'a length runs past its end';
        byte = block[at++]!;
      }
    }
    if (length > target.length - out) return 'it decodes to too much';
    const end = out + length;
    if (length >= COPY_LOOP_MAX && distance >= length) {
      target.copyWithin(out, out - distance, end - distance);
      out = end;
    } else if (length >= COPY_LOOP_MAX && distance === 1) {
      target.fill(target[out - 1]!, out, end);
      out = end;
    } else {
      for (; out < end; out++) target[out] = target[out - distance]!;
    }
  }
  return block.length === 0 ? 'it is empty' : 'it ends with a match';
}

const MATCH_BYTES_MIN = 4;

/** Each byte that continues a length adds at most 255 bytes. */
const EXPANSION_MAX = 255;

/** Bytes that a block can decode to, so that a few bytes do not reserve the format's largest block. */
export function lz4OutputMax(blockLength: number, formatMax: number): number {
  return Math.min(formatMax, (blockLength + 1) * EXPANSION_MAX);
}

/** Below this many bytes a loop is faster than a call. */
const COPY_LOOP_MAX = 32;

const LEGACY_MAGIC = 0x184c2102;

/** A block decodes to this much, the last one to less. */
const LEGACY_BLOCK_BYTES_MAX = 8 * 1024 * 1024;

/** Incompressible data takes slightly more; a number above this is not a block size. */
const LEGACY_COMPRESSED_BYTES_MAX: number =
  LEGACY_BLOCK_BYTES_MAX + Math.floor(LEGACY_BLOCK_BYTES_MAX / 255) + 16;

/** Whether the bytes begin with the magic number of a legacy LZ4 frame. */
export function startsLz4Legacy(bytes: Uint8Array): boolean {
  return uint32(bytes) === LEGACY_MAGIC;
}

/**
 * Decodes a legacy frame (`lz4 -l`), the only one that the kernel reads: sizes and blocks, no end mark, no
 * checksum. It ends with the file, with a size of 0 (the kernel's padding) or with a number that cannot be a size.
 * @returns the offset after the frame
 */
function* decodeLz4Legacy(
  input: ByteInput,
  start: number,
  name: string,
  guard: Guard,
): Generator<Lz4Piece, number> {
  guard.window(LEGACY_BLOCK_BYTES_MAX, start);
  let at = start + 4;
  for (;;) {
    if (at === input.size) return at;
    const length = uint32(readExactly(input, at, 4, 'the size of an lz4 block', name))!;
    if (length === 0 || length > LEGACY_COMPRESSED_BYTES_MAX) return at;
    const block = readExactly(input, at + 4, length, 'an lz4 block', name);
    const target = new Uint8Array(lz4OutputMax(length, LEGACY_BLOCK_BYTES_MAX));
    const end = decodeLz4Block(block, target, 0);
    if (typeof end === 'string') throw malformed(`an lz4 block cannot be decoded: ${end}`, name, at + 4);
    at += 4 + length;
    if (end > 0) yield { bytes: target.subarray(0, end), offset: at };
  }
}

/** How far back matches can reach. */
const HISTORY_BYTES = 64 * 1024;

const STORED = 0x80000000;

/** Decodes lz4: frames of the format and of the kernel's legacy one in a row, checksums compared. */
export async function* decodeLz4(from: DecoderInput): AsyncGenerator<Uint8Array, number, undefined> {
  const { input, name, guard } = from;
  const hash = await xxhash();
  let produced = 0;
  let at = skipSkippable(input, from.offset, name);
  for (;;) {
    const head = input.read(at, 4);
    const legacy = startsLz4Legacy(head);
    if (!legacy && !startsLz4Frame(head) && at !== from.offset) return at;
    const frame = legacy ? decodeLz4Legacy(input, at, name, guard) : decodeFrame(from, at, hash);
    for (;;) {
      const { done, value } = frame.next();
      if (done === true) {
        at = value;
        break;
      }
      produced += value.bytes.length;
      guard.output(produced, value.offset);
      yield value.bytes;
    }
    at = skipSkippable(input, at, name);
  }
}

/** @returns the offset after the frame */
function* decodeFrame(
  { input, name, guard }: DecoderInput,
  start: number,
  hash: XXHashAPI,
): Generator<Lz4Piece, number> {
  const header = decodeLz4Header(input, start, name, hash);
  guard.window(header.blockBytesMax + HISTORY_BYTES, start);
  const content = hash.create32();
  let history: Uint8Array = new Uint8Array(0);
  let size = 0;
  let at = header.next;
  for (;;) {
    const field = uint32(readExactly(input, at, 4, 'the size of an lz4 block', name))!;
    at += 4;
    if (field === 0) break;
    const length = field % STORED;
    if (length > header.blockBytesMax) {
      const most = `at most ${header.blockBytesMax} fit`;
      throw malformed(`an lz4 block of ${length} bytes, ${most}`, name, at - 4);
    }
    const block = readExactly(input, at, length, 'an lz4 block', name);
    if (header.blockChecksums) compare(input, at + length, hash.h32Raw(block), 'lz4 block', name);
    let bytes: Uint8Array = block;
    if (field < STORED) {
      const target = new Uint8Array(history.length + lz4OutputMax(length, header.blockBytesMax));
      target.set(history);
      const end = decodeLz4Block(block, target, history.length);
      if (typeof end === 'string') throw malformed(`an lz4 block cannot be decoded: ${end}`, name, at);
      bytes = target.subarray(history.length, end);
    }
    at += length + (header.blockChecksums ? 4 : 0);
    size += bytes.length;
    if (header.contentChecksum) content.update(bytes);
    if (header.linked) history = lastBytes(history, bytes);
    if (bytes.length > 0) yield { bytes, offset: at };
  }
  if (header.contentSize !== undefined && header.contentSize !== size) {
    throw malformed(`the lz4 frame decodes to ${size} bytes, wanted ${header.contentSize}`, name, at - 4);
  }
  if (!header.contentChecksum) return at;
  compare(input, at, content.digest(), 'lz4 frame', name);
  return at + 4;
}

function compare(input: DecoderInput['input'], at: number, wanted: number, what: string, name: string): void {
  const found = uint32(readExactly(input, at, 4, `the checksum of an ${what}`, name));
  if (found !== wanted) throw malformed(`the ${what} does not match its checksum`, name, at);
}

/** A copy: yielded bytes belong to the consumer. */
function lastBytes(history: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (bytes.length >= HISTORY_BYTES) return bytes.slice(-HISTORY_BYTES);
  const kept = history.subarray(Math.max(0, history.length + bytes.length - HISTORY_BYTES));
  const last = new Uint8Array(kept.length + bytes.length);
  last.set(kept);
  last.set(bytes, kept.length);
  return last;
}
