import { StillrootError } from '../errors.ts';
import { decodeIndex, paddedSize } from './block-index.ts';
import { type BlockPlace, decodeBlock } from './decode-block.ts';
import { malformed, unsupported } from './malformed.ts';
import {
  decodeStreamFooter,
  decodeStreamHeader,
  STREAM_FOOTER_BYTES,
  STREAM_HEADER_BYTES,
  startsStream,
} from './stream-header.ts';
import { readExactly, type XzInput } from './xz-input.ts';

/** An index over this many bytes (about four million blocks) is refused: it is read into memory. */
export const INDEX_BYTES_MAX: number = 32 * 1024 * 1024;

/** A block over this many bytes is not read into memory as one array; `streamBlock` reads it. */
export const WHOLE_BLOCK_BYTES_MAX: number = 256 * 1024 * 1024;

export interface XzBlock extends BlockPlace {
  /** Where the block's content begins in the uncompressed file. */
  readonly uncompressedOffset: number;
}

export interface XzFile {
  /** Id of the check of every block, 0..15. */
  readonly check: number;
  /** Bytes of the uncompressed file. */
  readonly uncompressedSize: number;
  readonly blocks: readonly XzBlock[];
  /**
   * The content of one block, checked. Fails above `WHOLE_BLOCK_BYTES_MAX`.
   * @param index 0 is the first block
   */
  readBlock(index: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The content of one block piece by piece; the check is compared after the last piece. */
  streamBlock(index: number): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Opens an .xz file (file format 1.2) of exactly one stream. Header, index and footer are read and
 * compared; blocks are read when asked for. Reads LZMA2, alone or after the x86 filter, and the checks
 * none, CRC32, CRC64 and SHA-256.
 * @param name the file as the user named it, for messages
 * @throws StillrootError `archive-malformed` or `archive-not-supported`, with the offset
 */
export function readXz(input: XzInput, name = ''): XzFile {
  const headerBytes = input.read(0, STREAM_HEADER_BYTES);
  const check = decodeStreamHeader(headerBytes, name, 0);
  if (input.size % 4 !== 0) {
    throw malformed(`an .xz file has a multiple of 4 bytes, this one has ${input.size}`, name, input.size);
  }
  const footerAt = input.size - STREAM_FOOTER_BYTES;
  if (footerAt < STREAM_HEADER_BYTES)
    throw malformed('the file ends after the stream header', name, input.size);
  const footerBytes = readExactly(input, footerAt, STREAM_FOOTER_BYTES, 'the stream footer', name);
  if (footerBytes.subarray(8).every((byte) => byte === 0)) {
    throw unsupported('stream padding at the end', name, input.size - 4, ONE_STREAM);
  }
  const footer = decodeStreamFooter(footerBytes, name, footerAt);
  if (footer.indexSize > INDEX_BYTES_MAX) {
    throw unsupported(
      `an index of ${footer.indexSize} bytes`,
      name,
      footerAt + 4,
      `stillroot reads an index of up to ${INDEX_BYTES_MAX} bytes.`,
    );
  }
  const indexAt = footerAt - footer.indexSize;
  if (indexAt < STREAM_HEADER_BYTES) {
    throw malformed('the stream footer points before the first block', name, footerAt + 4);
  }
  const records = decodeIndex(
    readExactly(input, indexAt, footer.indexSize, 'the index', name),
    name,
    indexAt,
  );
  const blocks: XzBlock[] = [];
  let offset = STREAM_HEADER_BYTES;
  let uncompressedOffset = 0;
  for (const record of records) {
    blocks.push({ ...record, offset, uncompressedOffset });
    offset += paddedSize(record.unpaddedSize);
    uncompressedOffset += record.uncompressedSize;
  }
  expectOneStream(input, name, offset, indexAt);
  if (footer.check !== check) {
    throw malformed(
      `check id ${footer.check} in the stream footer, ${check} in the header`,
      name,
      footerAt + 8,
    );
  }

  function blockAt(index: number): XzBlock {
    const block = blocks[index];
    if (block === undefined) throw new RangeError(`block ${index} of ${blocks.length}`);
    return block;
  }

  return {
    check,
    uncompressedSize: uncompressedOffset,
    blocks,
    streamBlock: (index) => decodeBlock(input, blockAt(index), check, name),
    readBlock: (index) => wholeBlock(input, blockAt(index), check, name),
  };
}

const ONE_STREAM =
  'stillroot reads files of one stream without padding; xz -dc FILE | xz --check=crc32 makes one.';

/** The blocks of the index must lie exactly between the stream header and the index. */
function expectOneStream(input: XzInput, name: string, blocksEnd: number, indexAt: number): void {
  if (blocksEnd === indexAt) return;
  const headerAt = indexAt - (blocksEnd - STREAM_HEADER_BYTES) - STREAM_HEADER_BYTES;
  if (headerAt > 0 && startsStream(readExactly(input, headerAt, STREAM_HEADER_BYTES, 'a stream', name))) {
    throw unsupported('a second stream begins here', name, headerAt, ONE_STREAM);
  }
  const sizes = `${blocksEnd - STREAM_HEADER_BYTES} bytes of blocks, the file has ${indexAt - STREAM_HEADER_BYTES}`;
  throw malformed(`the index lists ${sizes}`, name, indexAt);
}

async function wholeBlock(
  input: XzInput,
  block: XzBlock,
  check: number,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (block.uncompressedSize > WHOLE_BLOCK_BYTES_MAX) {
    throw new StillrootError('archive-not-supported', `a block of ${block.uncompressedSize} bytes`, {
      where: name,
      hint: `A block is read as a whole up to ${WHOLE_BLOCK_BYTES_MAX} bytes.`,
    });
  }
  let whole: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  for await (const piece of decodeBlock(input, block, check, name)) {
    // Reserved only now that the sizes have been compared with the block's own chunks.
    whole ??= new Uint8Array(block.uncompressedSize);
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole ?? new Uint8Array(0);
}
