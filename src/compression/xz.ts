import type { XzFile } from '../xz/reader.ts';
import { readXzMember } from '../xz/reader.ts';
import type { DecoderInput } from './decoder.ts';

/** The streams of .xz that begin here; all that they ask for is known, and asked of the guard, at once. */
export function openXz({ input, offset, name, guard }: DecoderInput): XzFile {
  const file = readXzMember(input, offset, name, guard.indexSize);
  for (const block of file.blocks) guard.window(block.dictionary, block.offset);
  guard.output(file.uncompressedSize, file.end);
  return file;
}

/** Decodes .xz: streams in a row, several blocks at a time. */
export async function* decodeXz(from: DecoderInput): AsyncGenerator<Uint8Array, number, undefined> {
  const file = openXz(from);
  yield* file.stream();
  return file.end;
}
