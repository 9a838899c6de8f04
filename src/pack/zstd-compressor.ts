/** One zstd frame: a header, the blocks of each part, an empty last block. */
import { BlockPool } from '../formats/block-pool.ts';
import { assertEncoder } from '../formats/zstd/encoder.ts';
import { inspectPart } from '../formats/zstd/inspect-part.ts';
import { frameEnd, frameStart } from '../formats/zstd/part.ts';
import type { Compressor } from './compressor.ts';

export const ZSTD_COMPRESSOR: Compressor = {
  assertUsable: assertEncoder,
  inspectBlock: inspectPart,
  open: ({ jobs, level: { preset, dictionary }, size }) => {
    assertEncoder();
    const pool = new BlockPool({
      jobs,
      thread: 'zstd-thread',
      settings: { preset },
      keepsThreads: true,
    });
    return {
      head: frameStart(size(), dictionary),
      submit: (raw, length) => pool.submit(raw, length),
      whenFree: () => pool.whenFree(),
      tail: frameEnd,
      close: () => pool.close(),
    };
  },
};
