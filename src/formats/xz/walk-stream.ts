import { overLimit, StillrootError } from '../../errors.ts';
import { malformed, unsupported } from '../damage.ts';
import { type ByteInput, readExactly } from '../input.ts';
import { encodeIndex, type IndexRecord, paddedSize } from './block-index.ts';
import { neededDictionary, type WalkedBlock, walkBlock } from './block-layout.ts';
import { decodeVli, VLI_BYTES_MAX, vliLength } from './primitives.ts';
import {
  decodeStreamFooter,
  decodeStreamHeader,
  STREAM_FOOTER_BYTES,
  STREAM_HEADER_BYTES,
} from './stream-header.ts';

/** Indexes over this many bytes (half a million blocks of 16 MiB) are refused: their blocks are held in memory. */
export const INDEX_BYTES_MAX: number = 4 * 1024 * 1024;

/** One block of a stream, found without decoding. */
export interface StreamBlock extends IndexRecord {
  /** Where the block's header begins in the file. */
  readonly offset: number;
  /** Id of its check, 0..15. */
  readonly check: number;
  /** Bytes of dictionary that decoding needs. */
  readonly dictionary: number;
  readonly x86: boolean;
}

export interface WalkedStream {
  readonly check: number;
  readonly blocks: readonly StreamBlock[];
  /** Bytes of its index. */
  readonly indexSize: number;
  /** Offset after the stream footer. */
  readonly end: number;
}

/**
 * Walks one stream of the .xz file format 1.2 from its header at `offset` to its footer without decoding
 * the blocks: what follows in the file is ignored, as the kernel does with an initramfs. Fails where the
 * index does not list exactly the blocks found, or the footer does not match header and index.
 * Blocks whose headers hold both sizes (as stillroot writes them) cost one small read each, others one an LZMA2 chunk.
 * @param indexSize bytes that the index may have
 * @throws StillrootError `archive-malformed`, `archive-not-supported`, `archive-limit`
 */
export function walkStream(
  input: ByteInput,
  offset: number,
  name: string,
  indexSize: number = INDEX_BYTES_MAX,
): WalkedStream {
  const check = decodeStreamHeader(input.read(offset, STREAM_HEADER_BYTES), name, offset);
  const blocks: StreamBlock[] = [];
  let at = offset + STREAM_HEADER_BYTES;
  let indexBytes = INDEX_BYTES_AROUND;
  let total = 0;
  while (readExactly(input, at, 1, 'a block or the index', name)[0] !== 0) {
    const block = walkBlock(input, at, check, name);
    blocks.push(streamBlock(block, check));
    indexBytes += vliLength(block.unpaddedSize) + vliLength(block.uncompressedSize);
    refuseLongIndex(indexBytes, indexSize, blocks.length, name, at);
    total += block.uncompressedSize;
    if (!Number.isSafeInteger(total)) {
      throw unsupported('sizes over 2^53 - 1 bytes', name, at, 'stillroot cannot read files that large.');
    }
    at += paddedSize(block.unpaddedSize);
  }
  refuseLongIndex(indexBytes, indexSize, blocks.length, name, at);
  const footerAt = compareIndex(input, at, blocks, name);
  const footerBytes = readExactly(input, footerAt, STREAM_FOOTER_BYTES, 'the stream footer', name);
  const footer = decodeStreamFooter(footerBytes, name, footerAt);
  if (footer.indexSize !== footerAt - at) {
    const sizes = `${footer.indexSize} bytes in the stream footer, it has ${footerAt - at}`;
    throw malformed(`the index has ${sizes}`, name, footerAt + 4);
  }
  if (footer.check !== check) {
    const ids = `check id ${footer.check} in the stream footer, ${check} in the header`;
    throw malformed(ids, name, footerAt + 8);
  }
  return { check, blocks, indexSize: footer.indexSize, end: footerAt + STREAM_FOOTER_BYTES };
}

/** Minimum size of an index without its records: indicator, number of records, CRC32. */
const INDEX_BYTES_AROUND = 6;

function refuseLongIndex(bytes: number, limit: number, blocks: number, name: string, at: number): void {
  if (bytes <= limit) return;
  const what = `its index of ${blocks} blocks exceeds the remaining limit of ${limit} bytes for indexes`;
  throw overLimit('xzIndexSize', what, `${name} byte ${at}`);
}

/** The complete blocks of a stream that is truncated or damaged before its index; none where the index can be reached. */
export function wholeBlocks(input: ByteInput, offset: number, name: string): StreamBlock[] {
  const blocks: StreamBlock[] = [];
  try {
    const check = decodeStreamHeader(input.read(offset, STREAM_HEADER_BYTES), name, offset);
    let at = offset + STREAM_HEADER_BYTES;
    while (blocks.length < WHOLE_BLOCKS_MAX) {
      if (readExactly(input, at, 1, 'a block', name)[0] === 0) return [];
      const block = walkBlock(input, at, check, name);
      blocks.push(streamBlock(block, check));
      at += paddedSize(block.unpaddedSize);
    }
  } catch (error) {
    // The caller has already walked the stream and met this error.
    if (!(error instanceof StillrootError)) throw error;
  }
  return blocks;
}

/** They are held in memory. */
const WHOLE_BLOCKS_MAX = 100_000;

function streamBlock(block: WalkedBlock, check: number): StreamBlock {
  const { offset, unpaddedSize, uncompressedSize, header } = block;
  const dictionary = neededDictionary(header, uncompressedSize);
  return { offset, unpaddedSize, uncompressedSize, check, dictionary, x86: header.x86 };
}

/** @returns the offset after the index */
function compareIndex(input: ByteInput, at: number, blocks: readonly IndexRecord[], name: string): number {
  const wanted = encodeIndex(blocks);
  const found = input.read(at, wanted.length);
  const different = wanted.findIndex((byte, index) => byte !== found[index]);
  if (different === -1) return at + wanted.length;
  throw firstLie(input, at, blocks, wanted, name);
}

/** Integers have only one encoding, so an index with the right numbers can only differ after them. */
function firstLie(
  input: ByteInput,
  base: number,
  blocks: readonly IndexRecord[],
  wanted: Uint8Array,
  name: string,
): Error {
  const bytes = input.read(base, wanted.length + 2 * VLI_BYTES_MAX);
  let at = 1;
  const numbers = function* (): Generator<[string, number]> {
    yield ['blocks', blocks.length];
    for (const [index, block] of blocks.entries()) {
      yield [`bytes of block ${index} without padding`, block.unpaddedSize];
      yield [`uncompressed bytes of block ${index}`, block.uncompressedSize];
    }
  };
  for (const [what, value] of numbers()) {
    const vli = decodeVli(bytes, at, bytes.length, name, base);
    if (vli.value !== value) {
      return malformed(`the index lists ${vli.value} ${what}, the file has ${value}`, name, base + at);
    }
    at = vli.next;
  }
  const crcAt = wanted.length - 4;
  if (bytes.length < wanted.length) return malformed('the index is cut short', name, base + bytes.length);
  const padding = bytes.subarray(at, crcAt).findIndex((byte) => byte !== 0);
  if (padding !== -1) return malformed('index padding is not zero', name, base + at + padding);
  return malformed('the CRC32 of the index does not match', name, base + crcAt);
}
