import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';

/** Enough for the header of every format in formats/: that of btrfs is at 64 KiB. */
export const HEAD_BYTES: number = 128 * 1024;

/** The first bytes of a file of a source. */
export function readHead(source: Source, entry: Entry): Buffer {
  const bytes = Buffer.alloc(Math.min(HEAD_BYTES, entry.size));
  const file = source.open(entry);
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const count = file.read(bytes.subarray(filled));
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    file.close();
  }
}
