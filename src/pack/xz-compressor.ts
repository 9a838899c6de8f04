/** One .xz stream: a header, a block for each raw block, their index, a footer. */
import { BlockPool } from '../formats/block-pool.ts';
import { encodeIndex } from '../formats/xz/block-index.ts';
import { BLOCK_CHECK, type BlockOptions } from '../formats/xz/encode-block.ts';
import { assertEncoder } from '../formats/xz/encoder.ts';
import { inspectXzBlock } from '../formats/xz/inspect-block.ts';
import { encodeStreamFooter, encodeStreamHeader } from '../formats/xz/stream-header.ts';
import type { Compressor } from './compressor.ts';

export const XZ_COMPRESSOR: Compressor = {
  assertUsable: assertEncoder,
  inspectBlock: inspectXzBlock,
  open: ({ jobs, level: { preset, dictionary } }) => {
    assertEncoder();
    const pool = new BlockPool<BlockOptions>({
      jobs,
      thread: 'xz-thread',
      settings: { preset, dictionary, x86: 'auto' },
      // The encoder's memory (about 95 MB with a dictionary of 8 MiB) is not freed while its thread lives.
      keepsThreads: false,
    });
    return {
      head: encodeStreamHeader(BLOCK_CHECK),
      submit: (raw, length) => pool.submit(raw, length),
      whenFree: () => pool.whenFree(),
      tail: (blocks) => {
        const index = encodeIndex(blocks);
        return Buffer.concat([index, encodeStreamFooter({ check: BLOCK_CHECK, indexSize: index.length })]);
      },
      close: () => pool.close(),
    };
  },
};
