import { constants, crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { inArchive, malformed } from '../damage.ts';
import type { DecoderInput } from '../decoder.ts';
import { readExactly } from '../input.ts';
import { isDataError, runTransform, TRANSFORM_OPTIONS } from '../run-transform.ts';
import { readGzipHeader, startsGzip } from './gzip-header.ts';

const TRAILER_BYTES = 8;

/**
 * Decodes gzip (RFC 1952), one member after another while they follow without a gap. Header and trailer are
 * parsed here: node:zlib's gunzip takes whatever follows a member for the next one, or silently skips it.
 */
export async function* decodeGzip(from: DecoderInput): AsyncGenerator<Uint8Array, number, undefined> {
  const { input, name } = from;
  let at = from.offset;
  let before = 0;
  do {
    const { end } = inArchive(name, () => readGzipHeader(input, at));
    const data = inflate(from, end, before);
    let crc = 0;
    let size = 0;
    for (;;) {
      const next = await data.next();
      if (next.done === true) {
        at = next.value;
        break;
      }
      crc = crc32(next.value, crc);
      size += next.value.length;
      yield next.value;
    }
    compareTrailer(readExactly(input, at, TRAILER_BYTES, 'the gzip trailer', name), crc, size, name, at);
    at += TRAILER_BYTES;
    before += size;
  } while (startsGzip(input.read(at, 2)));
  return at;
}

function compareTrailer(bytes: Uint8Array, crc: number, size: number, name: string, offset: number): void {
  const trailer = new DataView(bytes.buffer, bytes.byteOffset, TRAILER_BYTES);
  // 0 CRC32
  if (trailer.getUint32(0, true) !== crc) {
    throw malformed('the content of the gzip member does not match its CRC32', name, offset);
  }
  // 4 ISIZE: uncompressed size modulo 2^32
  if (trailer.getUint32(4, true) !== size % 2 ** 32) {
    const sizes = `${size} bytes, its trailer says ${trailer.getUint32(4, true)} (modulo 2^32)`;
    throw malformed(`the gzip member decodes to ${sizes}`, name, offset + 4);
  }
}

/** A member that ends within this many bytes is decoded at once: files of many small ones are common. */
const SMALL_INPUT_BYTES = 16 * 1024;
const SMALL_OUTPUT_BYTES = 512 * 1024;

/**
 * @param before uncompressed bytes of the gzip members before this one
 * @returns the offset after the deflate data
 */
async function* inflate(
  from: DecoderInput,
  start: number,
  before: number,
): AsyncGenerator<Uint8Array, number, undefined> {
  const { input, name, guard } = from;
  const small = inflateSmall(input.read(start, SMALL_INPUT_BYTES), name, start);
  if (small !== undefined) {
    guard.output(before + small.content.length, start + small.used);
    if (small.content.length > 0) yield small.content;
    return start + small.used;
  }
  const transform = createInflateRaw(TRANSFORM_OPTIONS);
  let produced = before;
  try {
    for await (const piece of runTransform(transform, input, start, input.size)) {
      produced += piece.length;
      guard.output(produced, start + transform.bytesWritten);
      yield piece;
    }
  } catch (cause) {
    throw inflateFailed(cause, name, start + transform.bytesWritten);
  }
  return start + transform.bytesWritten;
}

/** Undefined where the data does not end within `bytes` or its content is too large. */
function inflateSmall(
  bytes: Uint8Array,
  name: string,
  start: number,
): { content: Uint8Array; used: number } | undefined {
  try {
    const inflated: object = inflateRawSync(bytes, {
      info: true,
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: SMALL_OUTPUT_BYTES,
    });
    if (!hasInfo(inflated)) return undefined;
    const { buffer, engine } = inflated;
    // Only leftover bytes show that the data has ended; a trailer always follows it.
    return engine.bytesWritten < bytes.length ? { content: buffer, used: engine.bytesWritten } : undefined;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw inflateFailed(cause, name, start);
  }
}

/** Node's own types do not say what `info` changes: the content comes with the engine that made it. */
function hasInfo(inflated: object): inflated is { buffer: Buffer; engine: { bytesWritten: number } } {
  return 'buffer' in inflated && 'engine' in inflated;
}

function inflateFailed(cause: unknown, name: string, offset: number): unknown {
  if (!isDataError(cause)) return cause;
  if ('code' in cause && cause.code === 'Z_BUF_ERROR') {
    return malformed('the deflate data are cut short', name, offset, cause);
  }
  return malformed(`the deflate data cannot be decoded (${cause.message})`, name, offset, cause);
}
