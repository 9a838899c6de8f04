/**
 * Where the archive is cut into blocks. A cut depends on the content near it, not on how many bytes
 * precede it, so a changed file changes its own block and the next cut is where it was:
 * other blocks stay byte-identical between two images.
 */

import type { ArchiveWriter } from './archive-writer.ts';
import type { Level } from './levels.ts';
import { NEWC_WRITER } from './newc-writer.ts';

/** What cutting needs to know about a format. Default: newc. */
type Spans = Pick<ArchiveWriter, 'alignment' | 'headerMaximum'>;

const PART_ALIGNMENT = 4096;
const HASH_RANGE = 2 ** 32;

export interface Cutter {
  /** Maximum bytes of a block. */
  readonly capacity: number;
  /** Whether a new block begins before an entry; `blockSize` is the size of the current one. */
  cutsBefore(path: string, span: number, blockSize: number): boolean;
  /** How many bytes of a file's data may follow in this block, from this offset of the file. */
  partSize(span: number, dataOffset: number, blockSize: number): number;
}

/** For an uncompressed archive: the buffer is emptied when it is full, wherever that is. */
export function plainCutter(capacity: number, { alignment, headerMaximum }: Spans = NEWC_WRITER): Cutter {
  return {
    capacity,
    cutsBefore: (_path, _span, blockSize) => capacity - blockSize < headerMaximum,
    // The padding after the data must fit into the same buffer.
    partSize: (_span, _dataOffset, blockSize) => Math.max(0, capacity - alignment - blockSize),
  };
}

/** Content-defined blocks of a level. */
export function blockCutter(
  level: Pick<Level, 'blockMinimum' | 'blockSpread' | 'blockMaximum'>,
  hash: (path: string) => number,
  { headerMaximum }: Pick<Spans, 'headerMaximum'> = NEWC_WRITER,
): Cutter {
  const { blockMinimum, blockSpread, blockMaximum } = level;
  // A file larger than this is itself cut, at multiples of it: what follows the first part
  // of a file does not depend on what precedes the file.
  const part = Math.floor((blockMaximum - blockMinimum - headerMaximum) / PART_ALIGNMENT) * PART_ALIGNMENT;
  return {
    capacity: blockMaximum,
    cutsBefore(path, span, blockSize) {
      if (blockSize < blockMinimum) return false;
      if (span > part || blockSize + span > blockMaximum) return true;
      // The probability of a cut is proportional to the bytes of the entry: blocks of many small files
      // become as large as those of a few large ones.
      return hash(path) < (HASH_RANGE * span) / blockSpread;
    },
    partSize(span, dataOffset, blockSize) {
      return span > part ? part - (dataOffset % part) : blockMaximum - blockSize;
    },
  };
}
