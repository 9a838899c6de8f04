/** Compressed members whose blocks can be decoded each on its own, found without decoding anything. */

/** A block over this many bytes is not read into memory as one array. */
export const WHOLE_BLOCK_BYTES_MAX: number = 256 * 1024 * 1024;

export interface FileBlock {
  /** Where it begins in the file. */
  readonly offset: number;
  /** Bytes in the file, with header, check and padding. */
  readonly packedSize: number;
  readonly uncompressedSize: number;
  /** Where its content begins in that of the member. */
  readonly uncompressedOffset: number;
  /** What kind of check it has; a number that means something only for its compression. */
  readonly check: number;
}

export interface FileBlocks {
  /** In order, without gaps. */
  readonly blocks: readonly FileBlock[];
  /** Uncompressed bytes of all blocks. */
  readonly uncompressedSize: number;
  /** Offset in the file after the member. */
  readonly end: number;
  /**
   * In a file made to mislead, the content of a block may depend on this many bytes of content before it: only then do
   * equal bytes of two blocks not mean equal contents. 0 where blocks are independent by their format.
   */
  readonly reach: number;
  /** Index of the block that holds the uncompressed byte at `offset`. */
  blockAt(offset: number): number;
  /** The first bytes of a block's content, or all of it where it is shorter; the check is not verified. */
  readBeginning(index: number, length: number): Promise<Uint8Array>;
  /** The content of one block, checked. Fails above `WHOLE_BLOCK_BYTES_MAX`. @param index 0 is the first block */
  readBlock(index: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The content of blocks `[first, end)` in order, several decoded at a time. A piece is valid until the next one is
   * requested.
   */
  stream(first?: number, end?: number): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Index of the block that holds an uncompressed byte. Empty blocks hold no byte, so of several that begin at one offset
 * the last is returned.
 */
export function findBlock(blocks: readonly FileBlock[], offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (blocks[middle]!.uncompressedOffset <= offset) low = middle + 1;
    else high = middle;
  }
  const last = blocks[low - 1];
  if (last === undefined || offset >= last.uncompressedOffset + last.uncompressedSize) {
    throw new RangeError(`no block holds byte ${offset}`);
  }
  return low - 1;
}
