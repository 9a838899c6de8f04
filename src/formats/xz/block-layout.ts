import { expectZeros, malformed } from '../damage.ts';
import { type ByteInput, readExactly } from '../input.ts';
import { type BlockHeader, blockHeaderSize, decodeBlockHeader } from './block-header.ts';
import { type IndexRecord, paddedSize } from './block-index.ts';
import { lzma2Chunks } from './lzma2-chunks.ts';
import { CHECK_SIZES } from './primitives.ts';

export interface BlockPlace extends IndexRecord {
  /** Where the block's header begins in the file. */
  readonly offset: number;
}

/** What is known about a block without decoding it. */
export interface BlockLayout {
  readonly header: BlockHeader;
  /** LZMA2 data occupies [dataStart, dataEnd) of the file. */
  readonly dataStart: number;
  readonly dataEnd: number;
  /** Zero bytes between the data and the check. */
  readonly padding: number;
}

/** A block found while walking from the front, before the index has been read. */
export interface WalkedBlock extends BlockPlace {
  readonly header: BlockHeader;
}

/** Bytes of dictionary that decoding needs: a block cannot refer back beyond its own start. */
export function neededDictionary(header: BlockHeader, uncompressedSize: number): number {
  return Math.min(header.dictionary, uncompressedSize);
}

/**
 * Compares what index, block header and LZMA2 chunks say about the sizes of one block.
 * @param place what the index says
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function blockLayout(input: ByteInput, place: BlockPlace, checkId: number, name: string): BlockLayout {
  const { offset, unpaddedSize, uncompressedSize } = place;
  const checkSize = CHECK_SIZES[checkId]!;
  const header = headerAt(input, offset, name);
  if (header.headerSize + checkSize >= unpaddedSize) {
    throw malformed('the block header leaves no room for data', name, offset);
  }
  const dataStart = offset + header.headerSize;
  const dataEnd = offset + unpaddedSize - checkSize;
  const compared: Array<[string, number | undefined, number]> = [
    ['compressed', header.compressedSize, dataEnd - dataStart],
    ['uncompressed', header.uncompressedSize, uncompressedSize],
  ];
  for (const [what, inHeader, inIndex] of compared) {
    if (inHeader !== undefined && inHeader !== inIndex) {
      const sizes = `${what} size ${inHeader} in the block header and ${inIndex} in the index`;
      throw malformed(`the block has ${sizes}`, name, offset);
    }
  }
  const padding = expectPadding(input, dataEnd, unpaddedSize, name);
  const total = chunkTotal(lzma2Chunks(input, dataStart, dataEnd, name)).uncompressedSize;
  if (total !== uncompressedSize) {
    const sizes = `${total} bytes in LZMA2 chunks and ${uncompressedSize} in the index`;
    throw malformed(`the block has ${sizes}`, name, offset);
  }
  return { header, dataStart, dataEnd, padding };
}

/**
 * Finds the end of the block at `offset`: from its header where that has both sizes, otherwise from the
 * headers of its LZMA2 chunks. The data itself is not read; `blockLayout` compares the sizes.
 * @throws StillrootError `archive-malformed`, `archive-not-supported`
 */
export function walkBlock(input: ByteInput, offset: number, checkId: number, name: string): WalkedBlock {
  const header = headerAt(input, offset, name);
  const checkSize = CHECK_SIZES[checkId]!;
  let { compressedSize, uncompressedSize } = header;
  if (compressedSize === undefined || uncompressedSize === undefined) {
    const dataStart = offset + header.headerSize;
    const knownEnd = compressedSize === undefined ? undefined : dataStart + compressedSize;
    const walked = chunkTotal(lzma2Chunks(input, dataStart, knownEnd, name));
    compressedSize = walked.end - dataStart;
    if (uncompressedSize !== undefined && uncompressedSize !== walked.uncompressedSize) {
      const sizes = `${walked.uncompressedSize} bytes in LZMA2 chunks and ${uncompressedSize} in its header`;
      throw malformed(`the block has ${sizes}`, name, offset);
    }
    uncompressedSize = walked.uncompressedSize;
  }
  const unpaddedSize = header.headerSize + compressedSize + checkSize;
  if (offset + paddedSize(unpaddedSize) > input.size) {
    throw malformed(`the file ends within the block that begins at byte ${offset}`, name, input.size);
  }
  expectPadding(input, offset + header.headerSize + compressedSize, unpaddedSize, name);
  return { header, offset, unpaddedSize, uncompressedSize };
}

function headerAt(input: ByteInput, offset: number, name: string): BlockHeader {
  const headerSize = blockHeaderSize(readExactly(input, offset, 1, 'a block', name)[0]!);
  if (headerSize === undefined) throw malformed('a block should begin here', name, offset);
  return decodeBlockHeader(readExactly(input, offset, headerSize, 'a block header', name), name, offset);
}

function expectPadding(input: ByteInput, dataEnd: number, unpaddedSize: number, name: string): number {
  const padding = paddedSize(unpaddedSize) - unpaddedSize;
  const zeros = readExactly(input, dataEnd, padding, 'block padding', name);
  expectZeros(zeros, 0, padding, 'block padding', name, dataEnd);
  return padding;
}

function chunkTotal(chunks: ReturnType<typeof lzma2Chunks>): { uncompressedSize: number; end: number } {
  let uncompressedSize = 0;
  for (;;) {
    const { done, value } = chunks.next();
    if (done === true) return { uncompressedSize, end: value };
    uncompressedSize += value.uncompressedSize;
  }
}
