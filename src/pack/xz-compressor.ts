/** One .xz stream: a header, a block for each raw block, their index, a footer. */
import { encodeIndex } from '../formats/xz/block-index.ts';
import { BlockPool } from '../formats/xz/block-pool.ts';
import { BLOCK_CHECK } from '../formats/xz/encode-block.ts';
import { assertEncoder, ENCODER } from '../formats/xz/encoder.ts';
import { encodeStreamFooter, encodeStreamHeader } from '../formats/xz/stream-header.ts';
import type { Compressor } from './compressor.ts';
import { LEVELS } from './levels.ts';

export const XZ_COMPRESSOR: Compressor = {
  encoder: ENCODER,
  levels: LEVELS,
  assertUsable: assertEncoder,
  open: (options) => {
    const pool = new BlockPool(options);
    return {
      head: encodeStreamHeader(BLOCK_CHECK),
      submit: (raw, length) => pool.submit(raw, length, 'auto'),
      whenFree: () => pool.whenFree(),
      tail: (blocks) => {
        const index = encodeIndex(blocks);
        return Buffer.concat([index, encodeStreamFooter({ check: BLOCK_CHECK, indexSize: index.length })]);
      },
      close: () => pool.close(),
    };
  },
};
