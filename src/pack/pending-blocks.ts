import type { ReadyBlock } from './compressor.ts';

/**
 * Bytes of blocks from the store that may wait behind one that is being encoded. So much is read on meanwhile, and a
 * second block that has to be encoded is found and begun.
 */
const STORED_BYTES_MAX = 64 * 1024 * 1024;

interface Pending {
  readonly block: ReadyBlock | Promise<ReadyBlock>;
  /** Bytes where it came from the store; those of an encoded one are not known yet. */
  readonly stored: number;
}

/** Blocks that wait to be written, in the order of the archive: one that is done has to wait for those before it. */
export class PendingBlocks {
  readonly #jobs: number;
  readonly #queue: Pending[] = [];
  #storedBytes = 0;
  #encoded = 0;

  /** @param jobs encoder threads */
  constructor(jobs: number) {
    this.#jobs = jobs;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether the oldest has to be written before another may be added: what waits is in memory. */
  get areMany(): boolean {
    return this.#encoded > this.#jobs * 2 || this.#storedBytes > STORED_BYTES_MAX;
  }

  push(block: ReadyBlock | Promise<ReadyBlock>): void {
    const isPromise = block instanceof Promise;
    // Awaited in its turn; until then a failure is not an unhandled one.
    if (isPromise) block.catch(() => {});
    const stored = isPromise ? 0 : block.bytes.length;
    this.#encoded += isPromise ? 1 : 0;
    this.#storedBytes += stored;
    this.#queue.push({ block, stored });
  }

  /** @returns the oldest, once it is done */
  async shift(): Promise<ReadyBlock> {
    const oldest = this.#queue.shift();
    if (oldest === undefined) throw new RangeError('no block is pending');
    const { block, stored } = oldest;
    this.#storedBytes -= stored;
    this.#encoded -= block instanceof Promise ? 1 : 0;
    return await block;
  }
}
