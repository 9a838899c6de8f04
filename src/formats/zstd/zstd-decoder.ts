import { constants, createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import { malformed } from '../damage.ts';
import type { DecoderInput } from '../decoder.ts';
import { readExactly } from '../input.ts';
import { isDataError, runTransform, TRANSFORM_OPTIONS } from '../run-transform.ts';
import { skipSkippable } from '../skippable.ts';
import { BLOCK_MAXIMUM, startsZstd } from './frame.ts';
import { fileOfParts } from './parts-file.ts';
import { walkZstdFrame, type ZstdFrame } from './walk-frame.ts';
import { walkParts } from './walk-parts.ts';

/** libzstd's own bound is 2^27; the guard has already been asked. */
const WINDOW_LOG_MAX = 31;

/** A frame of this few blocks is decoded at once: files of many small frames are common. */
const SMALL_FRAME_BLOCKS = 4;

/** Decodes zstd (RFC 8878): frames in a row, checksums compared, skippable frames skipped. */
export async function* decodeZstd(from: DecoderInput): AsyncGenerator<Uint8Array, number, undefined> {
  const { input, name, guard } = from;
  let produced = 0;
  let at = skipSkippable(input, from.offset, name);
  do {
    // Parts have checks, which a frame of theirs lacks.
    const parts = walkParts(input, at);
    if (parts !== undefined) {
      guard.window(parts.windowSize, at);
      guard.output(produced + parts.size, parts.end);
      yield* fileOfParts(from, parts).stream();
      produced += parts.size;
      at = skipSkippable(input, parts.end, name);
      continue;
    }
    let frame: ZstdFrame;
    try {
      frame = walkZstdFrame(input, at, name);
    } catch (fault) {
      yield* decodeCut(from, at, produced);
      throw fault;
    }
    guard.window(frame.window, at);
    for await (const piece of decodeFrame(from, at, frame, produced)) {
      produced += piece.length;
      yield piece;
    }
    at = skipSkippable(input, frame.end, name);
  } while (startsZstd(input.read(at, 4)));
  return at;
}

/** The output of a truncated or damaged frame; the caller reports why it ends. */
async function* decodeCut(
  { input, guard }: DecoderInput,
  start: number,
  producedBefore: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const params = { [constants.ZSTD_d_windowLogMax]: CUT_WINDOW_LOG_MAX };
  const transform = createZstdDecompress({ ...TRANSFORM_OPTIONS, params });
  let produced = producedBefore;
  try {
    for await (const piece of runTransform(transform, input, start, input.size)) {
      produced += piece.length;
      guard.output(produced, start + transform.bytesWritten);
      yield piece;
    }
  } catch (cause) {
    if (!isDataError(cause)) throw cause;
  }
}

/** The window of a truncated frame cannot be trusted, so it gets at most 128 MiB of memory. */
const CUT_WINDOW_LOG_MAX = 27;

async function* decodeFrame(
  { input, name, guard }: DecoderInput,
  start: number,
  frame: ZstdFrame,
  producedBefore: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const params = { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX };
  try {
    if (frame.blocks <= SMALL_FRAME_BLOCKS) {
      const bytes = readExactly(input, start, frame.end - start, 'a zstd frame', name);
      const maxOutputLength = SMALL_FRAME_BLOCKS * BLOCK_MAXIMUM;
      const piece = zstdDecompressSync(bytes, { params, maxOutputLength });
      guard.output(producedBefore + piece.length, frame.end);
      if (piece.length > 0) yield piece;
      return;
    }
    const transform = createZstdDecompress({ ...TRANSFORM_OPTIONS, params });
    let produced = producedBefore;
    for await (const piece of runTransform(transform, input, start, frame.end)) {
      produced += piece.length;
      guard.output(produced, start + transform.bytesWritten);
      yield piece;
    }
  } catch (cause) {
    if (!isDataError(cause)) throw cause;
    throw malformed(`the zstd frame cannot be decoded (${cause.message})`, name, start, cause);
  }
}
