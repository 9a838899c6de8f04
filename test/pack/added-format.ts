/**
 * Runs stillroot with one more output format: `.cpio.fake`, cpio in gzip members, with a writer that supports few times
 * and refuses one name. The program only knows its row.
 */
import { gzipSync } from 'node:zlib';
import type { Compressor, EncodedBlock } from '../../src/pack/compressor.ts';
import { FORMATS, type FormatRow } from '../../src/pack/formats.ts';
import { NEWC_WRITER } from '../../src/pack/newc-writer.ts';
import { answerCommandLines } from '../support/program-thread.ts';

const KIB = 1024;

const compressor: Compressor = {
  assertUsable: () => {},
  inspectBlock: () => undefined,
  open: ({ level }) => ({
    head: gzipSync('', { level: level.preset }),
    submit: (raw, length) => {
      const bytes = new Uint8Array(gzipSync(raw.subarray(0, length), { level: level.preset }));
      const block: EncodedBlock = {
        ...{ bytes, unpaddedSize: bytes.length, uncompressedSize: length },
        buffer: new Uint8Array(raw.buffer.transfer()),
      };
      return Promise.resolve(block);
    },
    whenFree: () => Promise.resolve(),
    tail: () => gzipSync('', { level: level.preset }),
    close: () => Promise.resolve(),
  }),
};

const row: FormatRow = {
  extension: '.cpio.fake',
  aliases: ['.fake'],
  mediaType: 'application/x-fake',
  isBootable: false,
  writer: {
    ...NEWC_WRITER,
    name: 'fakecpio',
    mtimes: { minimum: 0, maximum: 1_000_000, holder: 'a fake header' },
    check: () => ({
      see: ({ entry: { path } }) => {
        if (path === 'forbidden') throw new RangeError('the fake format holds no such name');
      },
    }),
  },
  compression: {
    encoder: 'fake 1',
    scale: {
      ...{ minimum: 2, standard: 3 },
      levels: Array.from({ length: 8 }, (_, index) => ({
        ...{ preset: index + 2, dictionary: 32 * KIB },
        ...{ blockMinimum: 16 * KIB, blockSpread: 16 * KIB, blockMaximum: 64 * KIB },
      })),
    },
    headBytes: () => gzipSync('').length,
    load: () => Promise.resolve(compressor),
  },
};

Object.assign(FORMATS, { 'cpio.fake': row });
await answerCommandLines();
