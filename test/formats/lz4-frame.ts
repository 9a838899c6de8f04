/** Writes lz4 frames of stored blocks, right or wrong, for the tests of this folder. */
import xxhash, { type XXHashAPI } from 'xxhash-wasm';
import { concat } from './xz/sample.ts';

export const hash: XXHashAPI = await xxhash();

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export interface FrameParts {
  readonly flags?: number;
  readonly descriptor?: number;
  readonly contentSize?: number;
  readonly blocks?: readonly Uint8Array[];
  readonly contentSum?: number;
}

/** A frame of stored blocks. */
export function frame(parts: FrameParts = {}): Buffer {
  const { flags = 0x60, descriptor = 0x40, contentSize, blocks = [], contentSum } = parts;
  const size = contentSize === undefined ? [] : [uint32(contentSize), uint32(0)];
  const described = concat([Uint8Array.of(flags, descriptor), ...size]);
  const bodies = blocks.flatMap((block) => [
    uint32(block.length + 0x80000000),
    block,
    ...((flags & 0x10) === 0 ? [] : [uint32(hash.h32Raw(block))]),
  ]);
  const sum = contentSum === undefined ? [] : [uint32(contentSum)];
  const header = [uint32(0x184d2204), described, Uint8Array.of((hash.h32Raw(described) >>> 8) & 0xff)];
  return Buffer.from(concat([...header, ...bodies, uint32(0), ...sum]));
}
