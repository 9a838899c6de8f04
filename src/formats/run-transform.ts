import type { BrotliDecompress, InflateRaw } from 'node:zlib';
import type { ByteInput } from './input.ts';

/** Compressed bytes read and handed to the transform at once. */
const READ_BYTES = 256 * 1024;

/** Options of node:zlib: large pieces, a few of them produced ahead of the consumer. */
export const TRANSFORM_OPTIONS: { readonly chunkSize: number; readonly readableHighWaterMark: number } = {
  chunkSize: 256 * 1024,
  readableHighWaterMark: 1024 * 1024,
};

/** What the classes of node:zlib have in common; `bytesWritten` counts the bytes that the codec consumed. */
export type ZlibTransform = InflateRaw | BrotliDecompress;

/**
 * Feeds `[start, end)` of the input to a transform of node:zlib and yields its output. The transform may
 * end before its input does: `transform.bytesWritten` then says where. It runs on its own thread and
 * pauses while its output is not consumed.
 */
export async function* runTransform(
  transform: ZlibTransform,
  input: ByteInput,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = start;
  function feed(): void {
    if (transform.destroyed || transform.writableEnded) return;
    const bytes = input.read(at, Math.min(READ_BYTES, end - at));
    if (bytes.length === 0) {
      transform.end();
      return;
    }
    at += bytes.length;
    // Not called once the transform has ended by itself; a caller waiting for it waits for the output.
    transform.write(bytes, (error) => {
      if (!error) feedOrFail();
    });
  }
  function feedOrFail(): void {
    try {
      feed();
    } catch (cause) {
      transform.destroy(cause as Error);
    }
  }
  feedOrFail();
  yield* outputOf(transform);
}

/** The transform is paused while this many bytes wait for the reader. */
const HELD_BYTES_MAX = 1024 * 1024;

/** All output, including what precedes an error: reading a stream the usual way would lose what it has buffered. */
async function* outputOf(transform: ZlibTransform): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces: Uint8Array[] = [];
  let held = 0;
  let end: { readonly failure?: unknown } | undefined;
  let wake = (): void => {};
  transform.on('data', (piece: Uint8Array) => {
    pieces.push(piece);
    held += piece.length;
    if (held >= HELD_BYTES_MAX) transform.pause();
    wake();
  });
  transform.on('error', (failure) => {
    end ??= { failure };
    wake();
  });
  for (const event of ['end', 'close']) {
    transform.on(event, () => {
      end ??= {};
      wake();
    });
  }
  try {
    for (;;) {
      const piece = pieces.shift();
      if (piece !== undefined) {
        held -= piece.length;
        yield piece;
        continue;
      }
      if (end !== undefined) break;
      if (transform.isPaused()) transform.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (end.failure !== undefined) throw end.failure;
  } finally {
    transform.destroy();
  }
}

/** Whether node:zlib reports invalid data; its message is short and plain. */
export function isDataError(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && /^(Z_|ZSTD_)/.test(String(cause.code));
}
