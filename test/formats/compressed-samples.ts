/** Shared by the tests of this folder: decoding in memory, and the fixture files. */
import { readFileSync } from 'node:fs';
import { detectCompression } from '../../src/formats/compression.ts';
import type { DecoderInput, Guard } from '../../src/formats/decoder.ts';
import { type ByteInput, bytesInput, cachedInput } from '../../src/formats/input.ts';

export const NO_GUARD: Guard = { window() {}, output() {} };

export function fixture(file: string): Buffer {
  return readFileSync(new URL(`../../fixtures/compressed/files/${file}`, import.meta.url));
}

export function decoderInput(bytes: Uint8Array, offset = 0, guard: Guard = NO_GUARD): DecoderInput {
  return { input: bytesInput(bytes), offset, name: 'f', guard };
}

export interface Decoded {
  readonly content: Buffer;
  /** Where the next member may begin. */
  readonly next: number;
  readonly largestPiece: number;
}

/** Takes what a decoder gives. */
export async function collect(pieces: AsyncGenerator<Uint8Array, number, undefined>): Promise<Decoded> {
  const taken: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await pieces.next();
    if (done === true) {
      const largestPiece = Math.max(0, ...taken.map((piece) => piece.length));
      return { content: Buffer.concat(taken), next: value, largestPiece };
    }
    taken.push(Uint8Array.from(value));
  }
}

/** Decodes the member at `offset` with the decoder that its first bytes ask for. */
export async function decode(
  source: Uint8Array | ByteInput,
  offset = 0,
  guard: Guard = NO_GUARD,
): Promise<Decoded> {
  const input = cachedInput(source instanceof Uint8Array ? bytesInput(source) : source);
  const format = detectCompression(input, offset, 'f');
  if (format === undefined) throw new TypeError('not compressed');
  return collect(format.decode({ input, offset, name: 'f', guard }));
}
