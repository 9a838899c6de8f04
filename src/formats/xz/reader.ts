import { StillrootError } from '../../errors.ts';
import { malformed, unsupported } from '../damage.ts';
import { type FileBlock, type FileBlocks, findBlock, WHOLE_BLOCK_BYTES_MAX } from '../file-blocks.ts';
import { type ByteInput, firstNonZero } from '../input.ts';
import { paddedSize } from './block-index.ts';
import { decodeBeginning, decodeBlock } from './decode-block.ts';
import { release } from './primitives.ts';
import { streamBlocks } from './stream-blocks.ts';
import { STREAM_HEADER_BYTES, startsStream } from './stream-header.ts';
import { INDEX_BYTES_MAX, type StreamBlock, type WalkedStream, walkStream } from './walk-stream.ts';

export interface XzBlock extends StreamBlock, FileBlock {}

export interface XzFile extends FileBlocks {
  /** Number of streams; consecutive streams form one file. */
  readonly streams: number;
  /** The blocks of all streams, in order. */
  readonly blocks: readonly XzBlock[];
  /** The content of one block piece by piece; the check is compared after the last piece. */
  streamBlock(index: number): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Opens a file that is .xz (file format 1.2) from its first byte to its last and has exactly one stream, as
 * the kernel requires of an initramfs. Headers of stream and blocks, index and footer are read and compared;
 * blocks are read on request. Supports LZMA2, alone or after the x86 filter, and the checks none, CRC32,
 * CRC64 and SHA-256.
 * @param name the file as the user named it, for messages
 * @throws StillrootError `archive-malformed` or `archive-not-supported`, with the offset
 */
export function readXz(input: ByteInput, name = ''): XzFile {
  const stream = walkStream(input, 0, name);
  if (stream.end === input.size) return xzFile(input, [stream], name);
  const next = input.read(stream.end, STREAM_HEADER_BYTES);
  if (startsStream(next)) throw unsupported('a second stream begins here', name, stream.end, ONE_STREAM);
  if (next.every((byte) => byte === 0)) {
    throw unsupported('stream padding at the end', name, stream.end, ONE_STREAM);
  }
  throw malformed('bytes follow behind the stream footer', name, stream.end);
}

const ONE_STREAM =
  'Only one stream without padding is supported here; xz -dc FILE | xz --check=crc32 writes such a file.';

/**
 * Opens the streams of .xz that begin at `offset`: one or more, with stream padding (zero bytes, a multiple
 * of four) between them, as `xz -dc` reads them. Ends after the last footer that is followed by something
 * else; what that is does not matter.
 * @param indexSize bytes that the indexes of all streams may have together
 * @throws StillrootError `archive-malformed`, `archive-not-supported` or `archive-limit`, with the offset
 */
export function readXzMember(
  input: ByteInput,
  offset: number,
  name = '',
  indexSize: number = INDEX_BYTES_MAX,
): XzFile {
  const streams: WalkedStream[] = [];
  let left = indexSize;
  for (let at: number | undefined = offset; at !== undefined; at = nextStream(input, streams.at(-1)!.end)) {
    const stream = walkStream(input, at, name, left);
    streams.push(stream);
    left -= stream.indexSize;
  }
  return xzFile(input, streams, name);
}

const PADDING_READ_BYTES = 64 * 1024;

function nextStream(input: ByteInput, end: number): number | undefined {
  for (let at = end; at < input.size; ) {
    const bytes = input.read(at, PADDING_READ_BYTES);
    const used = firstNonZero(bytes);
    if (used === -1) {
      if (bytes.length === 0) return undefined;
      at += bytes.length;
      continue;
    }
    at += used;
    return (at - end) % 4 === 0 && startsStream(input.read(at, STREAM_HEADER_BYTES)) ? at : undefined;
  }
  return undefined;
}

function xzFile(
  input: ByteInput,
  streams: ReadonlyArray<{ blocks: readonly StreamBlock[]; end: number }>,
  name: string,
): XzFile {
  const blocks: XzBlock[] = [];
  let uncompressedSize = 0;
  for (const stream of streams) {
    for (const block of stream.blocks) {
      const packedSize = paddedSize(block.unpaddedSize);
      blocks.push({ ...block, packedSize, uncompressedOffset: uncompressedSize });
      uncompressedSize += block.uncompressedSize;
    }
  }

  function at(index: number): XzBlock {
    const block = blocks[index];
    if (block === undefined) throw new RangeError(`block ${index} of ${blocks.length}`);
    return block;
  }

  return {
    streams: streams.length,
    uncompressedSize,
    blocks,
    end: streams.at(-1)!.end,
    reach: 0,
    blockAt: (offset) => findBlock(blocks, offset),
    streamBlock: (index) => decodeBlock(input, at(index), at(index).check, name),
    readBeginning: (index, length) => decodeBeginning(input, at(index), at(index).check, name, length),
    readBlock: (index) => wholeBlock(input, at(index), name),
    stream: (first = 0, end = blocks.length) => streamBlocks(input, blocks.slice(first, end), name),
  };
}

async function wholeBlock(input: ByteInput, block: XzBlock, name: string): Promise<Uint8Array<ArrayBuffer>> {
  if (block.uncompressedSize > WHOLE_BLOCK_BYTES_MAX) {
    throw new StillrootError('archive-not-supported', `a block of ${block.uncompressedSize} bytes`, {
      where: name,
      hint: `Only blocks of up to ${WHOLE_BLOCK_BYTES_MAX} bytes can be read as a whole.`,
    });
  }
  let whole: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  for await (const piece of decodeBlock(input, block, block.check, name)) {
    // Allocated only after the sizes have been compared with the block's own chunks.
    whole ??= new Uint8Array(block.uncompressedSize);
    whole.set(piece, filled);
    filled += piece.length;
    release(piece);
  }
  return whole ?? new Uint8Array(0);
}
