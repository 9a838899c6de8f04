import { setTimeout } from 'node:timers/promises';
import type { Lzma2Decompressor } from '@napi-rs/lzma';
import { malformed, unsupported } from '../damage.ts';
import { type ByteInput, Rereader, readExactly } from '../input.ts';
import { X86Filter } from './bcj-x86.ts';
import { type BlockLayout, type BlockPlace, blockLayout, neededDictionary } from './block-layout.ts';
import { loadLzmaPackage } from './lzma-package.ts';
import { CHUNK_INPUT_BYTES_MAX, lzma2Chunks } from './lzma2-chunks.ts';
import { createCheck, release } from './primitives.ts';

/** Bounds of the library's decoder. A larger dictionary is fine where the block itself fits. */
const DICTIONARY_MIN = 4096;
const DICTIONARY_MAX: number = 64 * 1024 * 1024;

/**
 * The first `length` bytes of a block's content, or all of it where it is shorter. Nothing after them is decoded, so
 * the check is not verified.
 */
export async function decodeBeginning(
  input: ByteInput,
  place: BlockPlace,
  checkId: number,
  name: string,
  length: number,
): Promise<Uint8Array> {
  const layout = blockLayout(input, place, checkId, name);
  // The filter leaves the last bytes it gets unchanged.
  const wanted = length + FILTER_BYTES;
  const dictionary = Math.min(decoderDictionary(layout, place, name), wanted + CHUNK_BYTES_MAX);
  const plain = lzma2Pieces(input, layout, dictionary, name, wanted);
  const bytes = new Uint8Array(Math.min(length, place.uncompressedSize));
  let filled = 0;
  for await (const piece of layout.header.x86 ? unfiltered(plain) : plain) {
    const used = piece.subarray(0, bytes.length - filled);
    bytes.set(used, filled);
    filled += used.length;
    release(piece);
  }
  if (filled === bytes.length) return bytes;
  throw malformed(`LZMA2 data decode to ${filled} bytes`, name, place.offset);
}

/** Bytes of a possible branch that the x86 filter holds back. */
const FILTER_BYTES = 4;
/** Of output, of one LZMA2 chunk. */
const CHUNK_BYTES_MAX = 2 * 1024 * 1024;

/**
 * Decodes one block piece by piece, each of a few MiB at most, so that a block of any size can be read.
 * Before the first piece, everything knowable without decoding is compared: header and index, the sizes
 * of the LZMA2 chunks and the block, padding. The check is compared after the last piece, so a consumer
 * must not rely on the bytes before the generator has finished. The pieces belong to the consumer, which may
 * `release` them.
 */
export async function* decodeBlock(
  input: ByteInput,
  place: BlockPlace,
  checkId: number,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const layout = blockLayout(input, place, checkId, name);
  const check = createCheck(checkId);
  if (check === undefined) {
    throw unsupported(
      `check id ${checkId} is not known`,
      name,
      place.offset,
      'Write the file with --check=crc32.',
    );
  }
  const dictionary = decoderDictionary(layout, place, name);
  const plain = lzma2Pieces(input, layout, dictionary, name);
  const pieces = layout.header.x86 ? unfiltered(plain) : plain;
  let decoded = 0;
  for await (const piece of pieces) {
    decoded += piece.length;
    if (decoded > place.uncompressedSize)
      throw malformed('LZMA2 data decode to too much', name, place.offset);
    check.update(piece);
    yield piece;
  }
  if (decoded !== place.uncompressedSize) {
    const sizes = `${decoded} bytes, wanted ${place.uncompressedSize}`;
    throw malformed(`LZMA2 data decode to ${sizes}`, name, place.offset);
  }
  const wanted = check.digest();
  const found = readExactly(input, layout.dataEnd + layout.padding, wanted.length, 'the block check', name);
  if (wanted.some((byte, index) => byte !== found[index])) {
    throw malformed("the block's content does not match its check", name, place.offset);
  }
}

/** Bytes of dictionary to decode with: never more than the block can refer back to. */
function decoderDictionary(layout: BlockLayout, place: BlockPlace, name: string): number {
  const needed = neededDictionary(layout.header, place.uncompressedSize);
  if (needed <= DICTIONARY_MAX) return Math.max(DICTIONARY_MIN, needed);
  throw unsupported(
    `a dictionary of ${layout.header.dictionary} bytes`,
    name,
    place.offset,
    `stillroot reads dictionaries of up to ${DICTIONARY_MAX} bytes; write the file with xz -9 or lower.`,
  );
}

/**
 * The decoder runs on its own thread and accepts any amount of input at once, so a short file of zeros
 * would exhaust memory. It gets one chunk at a time (at most 2 MiB of output), and none while it owes more
 * than this. 8 MiB was no faster, and memory grew by 9 MiB with every block read: the decoder
 * collects pending output in one array that it keeps enlarging.
 */
const OWED_BYTES_MAX = 1024 * 1024;

/** Number of one-millisecond waits without output after which the decoder is abandoned. */
const STALLED_WAITS_MAX = 60_000;

/** @param wanted bytes after which decoding stops; a few more may be yielded */
async function* lzma2Pieces(
  input: ByteInput,
  layout: BlockLayout,
  dictionary: number,
  name: string,
  wanted: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { dataStart, dataEnd } = layout;
  // Loaded on demand: most files read are not .xz.
  const { Lzma2Decompressor } = await loadLzmaPackage();
  const decompressor = new Lzma2Decompressor({ dictSize: dictionary });
  const reader = new Rereader(input, CHUNK_INPUT_BYTES_MAX);
  let at = dataStart;
  let owed = 0;
  let fed = 0;
  let isFinished = false;
  try {
    for (const chunk of lzma2Chunks(input, dataStart, dataEnd, name)) {
      at = chunk.offset;
      // The decoder has already copied the previous one.
      let bytes = reader.read(chunk.offset, chunk.length, 'an LZMA2 chunk', name);
      owed += chunk.uncompressedSize;
      fed += chunk.uncompressedSize;
      for (let waits = 0; ; waits++) {
        const piece = decompressor.update(bytes);
        bytes = NOTHING;
        owed -= piece.length;
        if (piece.length > 0) {
          waits = 0;
          yield piece;
        }
        if (owed <= OWED_BYTES_MAX) break;
        if (waits === STALLED_WAITS_MAX) {
          // A decoder that does not respond would not respond to `finish` either.
          isFinished = true;
          throw malformed('the LZMA2 decoder stopped', name, at);
        }
        await setTimeout(1);
      }
      if (fed >= wanted) break;
    }
    isFinished = true;
    for (const piece of [decompressor.update(END_MARKER), await decompressor.finish()]) {
      if (piece.length > 0) yield piece;
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'InvalidArg') {
      throw malformed(`LZMA2 data cannot be decoded (${cause.message})`, name, at, cause);
    }
    throw cause;
  } finally {
    if (!isFinished) await giveUp(decompressor);
  }
}

/** Its thread and dictionary would otherwise live until garbage collection. Its remaining output and errors are ignored. */
async function giveUp(decompressor: Lzma2Decompressor): Promise<void> {
  try {
    release(decompressor.update(END_MARKER));
    release(await decompressor.finish());
  } catch {
    // It had failed before, and that error was reported.
  }
}

const NOTHING = new Uint8Array(0);
const END_MARKER = Uint8Array.of(0);

/** Undoes the x86 filter. Up to four bytes of a piece wait for the next one. */
async function* unfiltered(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const filter = new X86Filter('decode');
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    const bytes = new Uint8Array(rest.length + piece.length);
    bytes.set(rest, 0);
    bytes.set(piece, rest.length);
    release(piece);
    const done = filter.run(bytes);
    rest = bytes.slice(done);
    if (done > 0) yield bytes.subarray(0, done);
  }
  if (rest.length > 0) yield rest;
}
