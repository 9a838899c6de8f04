import type { WholeBlock } from '../formats/xz/encode-block.ts';

/** A block that is ready to be written. */
export interface ReadyBlock extends WholeBlock {
  /** SHA-256 in hex, of its bytes. */
  readonly digest: string;
}

/** Finished blocks of other runs, for one encoder with one level. None of its calls fails. */
export interface BlockStore {
  /** What stands for a block with these raw bytes. */
  keyOf(raw: Uint8Array): Uint8Array;
  /** @returns what encoding `raw` would give; undefined where it is not known */
  find(key: Uint8Array, raw: Uint8Array): ReadyBlock | undefined;
  store(key: Uint8Array, block: ReadyBlock): void;
}
