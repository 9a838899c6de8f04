/** One gzip member: a header, the deflate data of every block, an empty last block, CRC32 and size. */
import { crc32 } from 'node:zlib';
import { BlockPool } from '../formats/block-pool.ts';
import type { DeflateSettings } from '../formats/gzip/deflate-worker.ts';
import { assertEncoder, gzipTail, inspectDeflate } from '../formats/gzip/gzip-encoder.ts';
import { gzipHead } from '../formats/gzip/gzip-header.ts';
import type { Compressor } from './compressor.ts';

export const GZIP_COMPRESSOR: Compressor = {
  assertUsable: () => assertEncoder(),
  inspectBlock: inspectDeflate,
  open: ({ jobs, level: { preset } }) => {
    assertEncoder();
    const pool = new BlockPool<DeflateSettings>({
      jobs,
      thread: 'gzip-thread',
      settings: { preset },
      keepsThreads: true,
    });
    let check = 0;
    let size = 0;
    return {
      head: gzipHead(),
      see: (raw) => {
        check = crc32(raw, check);
        size += raw.length;
      },
      submit: (raw, length) => pool.submit(raw, length),
      whenFree: () => pool.whenFree(),
      tail: () => gzipTail(check, size),
      close: () => pool.close(),
    };
  },
};
