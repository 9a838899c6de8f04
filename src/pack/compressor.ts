/** How the raw blocks of an archive become a compressed file; one object per compression. */
import type { EncodedBlock } from '../formats/block-pool.ts';
import type { BlockSizes, WholeBlock } from '../formats/block-thread.ts';
import type { InspectBlock } from '../formats/inspected-block.ts';
import type { Level } from './levels.ts';

export type { BlockSizes, EncodedBlock, WholeBlock };

export interface Compressor {
  /** @throws StillrootError where the encoder cannot be used here */
  readonly assertUsable: () => void;
  /** @throws StillrootError where the encoder cannot be used here */
  readonly open: (options: EncoderOptions) => BlockEncoder;
  /** Compares a block from the block cache with its raw bytes. */
  readonly inspectBlock: InspectBlock;
}

export interface EncoderOptions {
  /** Number of blocks encoded in parallel, at least 1. Does not affect the output bytes. */
  readonly jobs: number;
  readonly level: Level;
  /** Bytes of the uncompressed archive, found by planning all its entries. */
  readonly size: () => number;
}

/** Encodes the blocks of one archive. */
export interface BlockEncoder {
  /** The beginning of the file. */
  readonly head: Uint8Array;
  /** Sees the raw bytes of every block in order, before it is encoded or found in the block cache. */
  see?(raw: Uint8Array): void;
  /**
   * Encodes the first `length` bytes of `raw`; blocks may finish in any order.
   *
   * @param raw owns its whole ArrayBuffer, which is taken over
   * @returns rejects with a StillrootError where this or any other block failed
   */
  submit(raw: Uint8Array<ArrayBuffer>, length: number): Promise<EncodedBlock>;
  /** Resolves when another block may be filled; rejects where the encoder failed or was closed. */
  whenFree(): Promise<void>;
  /** The end of the file. @param blocks all of them, in order */
  tail(blocks: readonly BlockSizes[]): Uint8Array;
  /** Stops the work, even in the middle of a block. */
  close(): Promise<void>;
}

/** A block ready to be written. */
export interface ReadyBlock extends WholeBlock {
  /** SHA-256 in hex, of its bytes. */
  readonly digest: string;
}

/** Finished blocks of other runs, for one encoder and one level. Its calls never fail. */
export interface BlockStore {
  /** The key of a block with these raw bytes. */
  keyOf(raw: Uint8Array): Uint8Array;
  /** @returns the result of encoding `raw`; undefined where it is not known */
  find(key: Uint8Array, raw: Uint8Array): ReadyBlock | undefined;
  store(key: Uint8Array, block: ReadyBlock): void;
}
