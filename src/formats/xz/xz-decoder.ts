import type { DecoderInput } from '../decoder.ts';
import type { XzFile } from './reader.ts';
import { readXzMember } from './reader.ts';
import { streamBlocks } from './stream-blocks.ts';
import { wholeBlocks } from './walk-stream.ts';

/** Opens the .xz streams that begin here; all their memory needs are known, and checked by the guard, at once. */
export function openXz({ input, offset, name, guard }: DecoderInput): XzFile {
  const file = readXzMember(input, offset, name, guard.indexSize);
  for (const block of file.blocks) guard.window(block.dictionary, block.offset);
  guard.output(file.uncompressedSize, file.end);
  return file;
}

/** Decodes .xz: streams in a row, several blocks at a time. */
export async function* decodeXz(from: DecoderInput): AsyncGenerator<Uint8Array, number, undefined> {
  let file: XzFile;
  try {
    file = openXz(from);
  } catch (fault) {
    yield* decodeCut(from);
    throw fault;
  }
  yield* file.stream();
  return file.end;
}

/** The content of the blocks before a truncation or damage; the caller reports why there is no more. */
async function* decodeCut({
  input,
  offset,
  name,
  guard,
}: DecoderInput): AsyncGenerator<Uint8Array, void, undefined> {
  let produced = 0;
  for (const block of wholeBlocks(input, offset, name)) {
    guard.window(block.dictionary, block.offset);
    produced += block.uncompressedSize;
    guard.output(produced, block.offset + block.unpaddedSize);
    yield* streamBlocks(input, [block], name);
  }
}
