/** The thread side of a BlockPool: what a worker's module calls to serve its blocks. */
import { parentPort } from 'node:worker_threads';

/** Sizes of a finished block, in bytes. */
export interface BlockSizes {
  /** Without trailing padding. */
  readonly unpaddedSize: number;
  readonly uncompressedSize: number;
}

/** A block as it goes into the file. */
export interface WholeBlock extends BlockSizes {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a thread is sent. */
export interface BlockTask<Settings> {
  /** Whole raw buffer; the block is its first `length` bytes. */
  readonly buffer: ArrayBuffer;
  readonly length: number;
  readonly settings: Settings;
}

/** What it answers. */
export interface BlockResult extends WholeBlock {
  /** The raw buffer, its content overwritten. */
  readonly buffer: ArrayBuffer;
}

/**
 * Encodes the blocks that the pool sends to this thread.
 *
 * @param encode may overwrite the raw bytes; what it returns owns its whole ArrayBuffer
 */
export function serveBlocks<Settings>(
  encode: (raw: Uint8Array<ArrayBuffer>, settings: Settings) => WholeBlock | Promise<WholeBlock>,
): void {
  const port = parentPort!;
  port.on('message', async ({ buffer, length, settings }: BlockTask<Settings>) => {
    const block = await encode(new Uint8Array(buffer, 0, length), settings);
    const result: BlockResult = { ...block, buffer };
    port.postMessage(result, [block.bytes.buffer, buffer]);
  });
}
