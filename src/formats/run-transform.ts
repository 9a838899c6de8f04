import type { BrotliDecompress, InflateRaw } from 'node:zlib';
import type { ByteInput } from './input.ts';

/** Compressed bytes read and handed to the transform at once. */
const READ_BYTES = 256 * 1024;

/** Options of node:zlib: large pieces, and a few of them made while the last one is used. */
export const TRANSFORM_OPTIONS: { readonly chunkSize: number; readonly readableHighWaterMark: number } = {
  chunkSize: 256 * 1024,
  readableHighWaterMark: 1024 * 1024,
};

/** What the classes of node:zlib have in common; `bytesWritten` counts the bytes that the codec took. */
export type ZlibTransform = InflateRaw | BrotliDecompress;

/**
 * Feeds `[start, end)` of the input to a transform of node:zlib and gives what comes out. The transform may
 * end before its input does: `transform.bytesWritten` tells then where. It works on a thread of its own and
 * stops while nobody takes its output.
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
    // Not called once the transform has ended of itself; whoever waits for it waits for the output.
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

/** The transform is held while so many bytes wait for the reader. */
const HELD_BYTES_MAX = 1024 * 1024;

/** All that comes out, also before an error: a stream that is read in the usual way loses what it has buffered then. */
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

/** Whether node:zlib says that the data are not what they should be; its message is short and plain. */
export function isDataError(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && /^(Z_|ZSTD_)/.test(String(cause.code));
}
