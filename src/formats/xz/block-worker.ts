/** Entry of a worker thread that encodes blocks of .xz. */
import { serveBlocks } from '../block-thread.ts';
import { type BlockOptions, encodeBlock } from './encode-block.ts';

serveBlocks<BlockOptions>(encodeBlock);
