/** The parts of a zstd frame that stillroot has written, read each on its own. */
import { promisify } from 'node:util';
import { constants, crc32, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { malformed } from '../damage.ts';
import type { DecoderInput } from '../decoder.ts';
import { type FileBlock, type FileBlocks, findBlock } from '../file-blocks.ts';
import { readExactly } from '../input.ts';
import { isDataError } from '../run-transform.ts';
import { startsSkippable } from '../skippable.ts';
import { BLOCK_HEADER_SIZE, BLOCK_MAXIMUM, decodeBlockHeader, startsZstd } from './frame.ts';
import { frameEnd, frameStart, MARK_SIZE } from './part.ts';
import { type FrameParts, PART_MAXIMUM, type PartPlace, walkParts } from './walk-parts.ts';

const decompress = promisify(zstdDecompress);

/** Parts that are decoded ahead of the reader have this many bytes of content together; one always is. */
const AHEAD_BYTES_MAX = 32 * 1024 * 1024;

/** Node accepts no smaller chunks. */
const CHUNK_MINIMUM = 64;

/** Every part has the same kind of check. */
const CHECK_CRC32 = 1;

/**
 * The frame that begins at `from.offset`.
 *
 * @returns undefined for a frame of others, and where another frame follows, which belongs to the same member
 * @throws StillrootError what the guard throws
 */
export function openParts(from: DecoderInput): FileBlocks | undefined {
  const frame = walkParts(from.input, from.offset);
  if (frame === undefined) return undefined;
  const following = from.input.read(frame.end, 4);
  if (startsZstd(following) || startsSkippable(following)) return undefined;
  const { guard } = from;
  guard.window(frame.windowSize, from.offset);
  guard.output(frame.size, frame.end);
  return fileOfParts(from, frame);
}

/** @throws StillrootError `archive-malformed` while a part is read that does not decode to what its mark says */
export function fileOfParts(
  { input, name }: Pick<DecoderInput, 'input' | 'name'>,
  frame: FrameParts,
): FileBlocks {
  const { parts } = frame;
  const blocks = parts.map(
    ({ offset, packedSize, size, uncompressedOffset }): FileBlock => ({
      ...{ offset, packedSize, uncompressedSize: size, uncompressedOffset },
      check: CHECK_CRC32,
    }),
  );

  function partAt(index: number): PartPlace {
    const part = parts[index];
    if (part === undefined) throw new RangeError(`part ${index} of ${parts.length}`);
    return part;
  }

  async function readBlock(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const part = partAt(index);
    const at = part.offset + MARK_SIZE;
    const bytes = readExactly(input, at, part.packedSize - MARK_SIZE, 'a part of a zstd frame', name);
    const frameBytes = Buffer.concat([frameStart(part.size, windowOver(part.size)), bytes, frameEnd()]);
    let content: Buffer;
    try {
      content = await decompress(frameBytes, {
        chunkSize: Math.max(part.size, CHUNK_MINIMUM),
        maxOutputLength: part.size,
        ...PARAMS,
      });
    } catch (cause) {
      if (!isDamage(cause)) throw cause;
      throw malformed(
        `a part of the zstd frame cannot be decoded (${cause.message})`,
        name,
        part.offset,
        cause,
      );
    }
    if (content.length !== part.size) {
      const sizes = `${content.length} bytes, its mark says ${part.size}`;
      throw malformed(`a part of the zstd frame decodes to ${sizes}`, name, part.offset);
    }
    if (crc32(content) !== part.check) {
      throw malformed('the content of a part of the zstd frame does not match its CRC32', name, part.offset);
    }
    return content as Uint8Array as Uint8Array<ArrayBuffer>;
  }

  async function readBeginning(index: number, length: number): Promise<Uint8Array> {
    const part = partAt(index);
    const wanted = Math.min(length, part.size);
    for (let count = FIRST_BLOCKS; ; count *= 2) {
      const { bytes, isWhole } = firstBlocks(part, count);
      const decoded = decodeBeginning(bytes, count * BLOCK_MAXIMUM, name, part.offset);
      if (decoded.length >= wanted || isWhole) return decoded.subarray(0, wanted);
    }
  }

  /** The first blocks of a part that stand for bytes, behind its mark. */
  function firstBlocks(part: PartPlace, count: number): { bytes: Uint8Array; isWhole: boolean } {
    const end = part.offset + part.packedSize;
    let at = part.offset + MARK_SIZE;
    for (let left = count; left > 0 && at < end; left -= 1) {
      const header = readExactly(input, at, BLOCK_HEADER_SIZE, 'a zstd block header', name);
      at += BLOCK_HEADER_SIZE + decodeBlockHeader(header, 0).size;
    }
    const from = part.offset + MARK_SIZE;
    return { bytes: readExactly(input, from, at - from, 'blocks of zstd', name), isWhole: at >= end };
  }

  async function* stream(first = 0, end = parts.length): AsyncGenerator<Uint8Array, void, undefined> {
    const running: { readonly content: Promise<Uint8Array>; readonly size: number }[] = [];
    let ahead = 0;
    let next = first;
    while (next < end || running.length > 0) {
      while (next < end && (running.length === 0 || ahead + partAt(next).size <= AHEAD_BYTES_MAX)) {
        const { size } = partAt(next);
        const content = readBlock(next);
        // Awaited in its turn; until then a failure must not count as unhandled.
        content.catch(() => {});
        running.push({ content, size });
        ahead += size;
        next += 1;
      }
      const { content, size } = running.shift()!;
      yield await content;
      ahead -= size;
    }
  }

  return {
    blocks,
    uncompressedSize: frame.size,
    end: frame.end,
    reach: frame.windowSize,
    blockAt: (offset) => findBlock(blocks, offset),
    readBeginning,
    readBlock,
    stream,
  };
}

/** What the decoder throws about its input, or about more output than there may be. */
function isDamage(cause: unknown): cause is Error {
  return (
    isDataError(cause) || (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE')
  );
}

/** The three blocks in front, and one of the encoder's. */
const FIRST_BLOCKS = 4;

/** A part is decoded as a frame of its own, in which it can look back over all of itself. */
function windowOver(size: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(size, 1024)));
}

const PARAMS = { params: { [constants.ZSTD_d_windowLogMax]: Math.log2(PART_MAXIMUM) } };

/** The blocks as a frame whose header does not say how much they hold. */
function decodeBeginning(blocks: Uint8Array, limit: number, name: string, offset: number): Uint8Array {
  try {
    const frame = Buffer.concat([frameStart(undefined, windowOver(limit)), blocks, frameEnd()]);
    return zstdDecompressSync(frame, { maxOutputLength: limit, ...PARAMS });
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw malformed(`a part of the zstd frame cannot be decoded (${cause.message})`, name, offset, cause);
  }
}
