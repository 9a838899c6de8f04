import { malformed } from '../formats/xz/malformed.ts';
import { readExactly, type XzInput } from '../formats/xz/xz-input.ts';
import type { Guard } from './decoder.ts';
import { decodeLz4Block, type Lz4Piece, lz4OutputMax } from './lz4-block.ts';
import { uint32 } from './skippable.ts';

const MAGIC = 0x184c2102;

/** A block decodes to this much, the last one to less. */
const BLOCK_BYTES_MAX = 8 * 1024 * 1024;

/** What does not compress takes a little more; a number above this is no size of a block. */
const COMPRESSED_BYTES_MAX: number = BLOCK_BYTES_MAX + Math.floor(BLOCK_BYTES_MAX / 255) + 16;

export function startsLz4Legacy(bytes: Uint8Array): boolean {
  return uint32(bytes) === MAGIC;
}

/**
 * Decodes a legacy frame (`lz4 -l`), the only one that the kernel reads: sizes and blocks, no end mark, no
 * checksum. It ends with the file, with a size of 0 (the kernel's padding) or with what can be no size.
 * @returns the offset behind the frame
 */
export function* decodeLz4Legacy(
  input: XzInput,
  start: number,
  name: string,
  guard: Guard,
): Generator<Lz4Piece, number> {
  guard.window(BLOCK_BYTES_MAX, start);
  let at = start + 4;
  for (;;) {
    if (at === input.size) return at;
    const length = uint32(readExactly(input, at, 4, 'the size of an lz4 block', name))!;
    if (length === 0 || length > COMPRESSED_BYTES_MAX) return at;
    const block = readExactly(input, at + 4, length, 'an lz4 block', name);
    const target = new Uint8Array(lz4OutputMax(length, BLOCK_BYTES_MAX));
    const end = decodeLz4Block(block, target, 0);
    if (typeof end === 'string') throw malformed(`an lz4 block cannot be decoded: ${end}`, name, at + 4);
    at += 4 + length;
    if (end > 0) yield { bytes: target.subarray(0, end), offset: at };
  }
}
