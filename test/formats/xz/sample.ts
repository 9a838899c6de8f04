/** Inputs and small archives for the tests of this folder. */
import { createHash } from 'node:crypto';
import { StillrootError } from '../../../src/errors.ts';
import { encodeIndex, type IndexRecord } from '../../../src/formats/xz/block-index.ts';
import { BLOCK_CHECK, type BlockOptions, encodeBlock } from '../../../src/formats/xz/encode-block.ts';
import { encodeStreamFooter, encodeStreamHeader } from '../../../src/formats/xz/stream-header.ts';

/** Marsaglia's xorshift32: the same bytes everywhere and for ever. */
export function pseudoRandom(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed | 0;
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state >>> 11;
  }
  return bytes;
}

/** Opcode and sign bytes in every neighbourhood: each oddity of the x86 filter is met many times. */
export function branchSoup(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const alphabet = [0xe8, 0xe9, 0xe8, 0x00, 0x00, 0xff, 0xff, 0x01, 0xfe, 0x10, 0x80, 0x7f];
  return pseudoRandom(length, seed).map((byte) => alphabet[byte % alphabet.length]!);
}

/**
 * Blocks that end near a branch, where a byte more or less decides whether it is converted: every length up to ten
 * bytes, every place of the opcode in it, all kinds of top byte, with and without another opcode close before it.
 */
export function* branchesNearTheEnd(): Generator<Uint8Array<ArrayBuffer>> {
  for (let length = 0; length <= 10; length += 1) {
    for (let at = 0; at < length; at += 1) {
      for (const top of [0x00, 0xff, 0x01]) {
        for (const before of [undefined, 1, 2, 3]) {
          if (before !== undefined && before > at) continue;
          const bytes = new Uint8Array(length).fill(0x90);
          bytes.set([0xe8, 0x10, 0x00, 0x00, top].slice(0, length - at), at);
          if (before !== undefined) bytes[at - before] = 0xe9;
          yield bytes;
        }
      }
    }
  }
}

/** SHA-256 of these blocks one after the other, each as the x86 filter of liblzma 5.4.1 makes it. */
export const NEAR_THE_END_DIGEST = 'd3295f2bca9334ff5322e9b0cf0728ff83398f08f61e2e0877b851e774d8797e';

/** Words in a skewed distribution, as text compresses. */
export function textLike(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = [
    'the ',
    'usr/',
    'lib',
    'share/',
    'doc ',
    'of ',
    'package',
    '.so.',
    'and\n',
    'x86_64-',
    'linux',
    '=',
  ];
  const dice = pseudoRandom(length, seed);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (let index = 0; at < length; index++) {
    const roll = dice[index % length]!;
    const word = Buffer.from(words[Math.min(roll % 16, words.length - 1)]! + (roll > 250 ? roll : ''));
    bytes.set(word.subarray(0, length - at), at);
    at += word.length;
  }
  return bytes;
}

/** `encodeBlock` takes its input over, so a copy of each part is given away. */
export async function writeXz(
  parts: readonly Uint8Array[],
  options: Partial<BlockOptions> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const records: IndexRecord[] = [];
  const pieces: Uint8Array[] = [encodeStreamHeader(BLOCK_CHECK)];
  for (const part of parts) {
    const block = await encodeBlock(new Uint8Array(part), {
      preset: 1,
      dictionary: 65536,
      x86: false,
      ...options,
    });
    pieces.push(block.bytes);
    records.push(block);
  }
  const index = encodeIndex(records);
  pieces.push(index, encodeStreamFooter({ check: BLOCK_CHECK, indexSize: index.length }));
  return concat(pieces);
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The StillrootError that `work` ends with; anything else is a failure of the test. */
export async function failure(work: () => unknown): Promise<StillrootError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StillrootError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
