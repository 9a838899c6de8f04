import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { overLimit } from '../../../src/errors.ts';
import { decode, fixture } from '../../formats/compressed-samples.ts';
import { textLike } from '../../formats/xz/sample.ts';
import { mutate } from '../mutate.ts';
import { ARCHIVE_CODES, type FuzzTarget } from '../target.ts';

/** Uncompressed bytes and window of an input; more is a bomb, and refused as one. */
const OUTPUT_MAX = 1 << 20;
const WINDOW_MAX = 16 << 20;

const GUARD = {
  indexSize: 1 << 16,
  window(bytes: number, offset: number): void {
    if (bytes > WINDOW_MAX) throw overLimit('dictionarySize', `a window of ${bytes}`, `byte ${offset}`);
  },
  output(bytes: number, offset: number): void {
    if (bytes > OUTPUT_MAX) throw overLimit('uncompressedSize', `${bytes} bytes`, `byte ${offset}`);
  },
};

const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** gzip, zstd and lz4: frames and members in a row, and what lies between them. */
export const compressionTarget: FuzzTarget = {
  name: 'compression',
  share: 3,
  codes: ARCHIVE_CODES,
  corpus: () => {
    const text = Buffer.from(textLike(900, 5));
    return [
      gzipSync(text),
      Buffer.concat([gzipSync(text.subarray(0, 100)), gzipSync(Buffer.alloc(5000))]),
      zstdCompressSync(text),
      Buffer.concat([zstdCompressSync(Buffer.alloc(3000)), zstdCompressSync(text.subarray(0, 50))]),
      fixture('linked.lz4'),
      fixture('legacy.lz4'),
    ];
  },
  change(original, corpus, random) {
    const changed = mutate(original, corpus, random);
    // Deflate data that are whole are rare among damaged ones.
    if (random.below(8) === 0)
      return Buffer.concat([gzipSync(changed.subarray(0, 2000)), changed.subarray(2)]);
    if (random.below(16) === 0) return Buffer.concat([GZIP_HEADER, deflateRawSync(changed)]);
    // The first bytes say what it is.
    original.copy(changed, 0, 0, random.below(3) === 0 ? 0 : 4);
    return changed;
  },
  async read(bytes) {
    // If no compressed data begins there, there is no member, and so nothing for a decoder to do.
    try {
      await decode(bytes, 0, GUARD);
    } catch (error) {
      if (error instanceof TypeError && error.message === 'not compressed') return;
      throw error;
    }
  },
};
