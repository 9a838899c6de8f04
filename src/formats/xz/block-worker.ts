/** Entry of a worker thread that encodes one block and then exits. */
import { parentPort, workerData } from 'node:worker_threads';
import { type BlockOptions, encodeBlock } from './encode-block.ts';

export interface BlockTask extends BlockOptions {
  /** Whole raw buffer; the block is its first `length` bytes. */
  readonly buffer: ArrayBuffer;
  readonly length: number;
}

export interface BlockResult {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly unpaddedSize: number;
  readonly uncompressedSize: number;
  /** The raw buffer, its content overwritten. */
  readonly buffer: ArrayBuffer;
}

const task = workerData as BlockTask;
const block = await encodeBlock(new Uint8Array(task.buffer, 0, task.length), task);
const result: BlockResult = { ...block, buffer: task.buffer };
parentPort!.postMessage(result, [block.bytes.buffer, task.buffer]);
