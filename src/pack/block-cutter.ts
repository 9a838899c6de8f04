/**
 * Where the archive is cut into blocks. A cut depends on what stands near it, not on how many bytes
 * came before, so that a changed file changes its own block and the next cut falls where it did:
 * other blocks stay byte-identical between two images.
 */

import type { ArchiveWriter } from './archive-writer.ts';
import type { Level } from './levels.ts';
import { NEWC_WRITER } from './newc-writer.ts';

/** What is to be known of a format to cut its archives; newc where that is not said. */
type Spans = Pick<ArchiveWriter, 'alignment' | 'headerMaximum'>;

const PART_ALIGNMENT = 4096;
const HASH_RANGE = 2 ** 32;

export interface Cutter {
  /** Bytes that a block can have at most. */
  readonly capacity: number;
  /** Whether a new block begins before an entry; `blockSize` is what the current one holds. */
  cutsBefore(path: string, span: number, blockSize: number): boolean;
  /** How many bytes of a file's data may follow in this block, from this offset of the file. */
  partSize(span: number, dataOffset: number, blockSize: number): number;
}

/** For an uncompressed archive: the buffer is emptied when it is full, wherever that is. */
export function plainCutter(capacity: number, { alignment, headerMaximum }: Spans = NEWC_WRITER): Cutter {
  return {
    capacity,
    cutsBefore: (_path, _span, blockSize) => capacity - blockSize < headerMaximum,
    // The padding behind the data must find room in the same buffer.
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
  // A file that is larger than this is cut inside itself, at multiples of it: what follows the
  // first part of one file does not depend on what stands before the file.
  const part = Math.floor((blockMaximum - blockMinimum - headerMaximum) / PART_ALIGNMENT) * PART_ALIGNMENT;
  return {
    capacity: blockMaximum,
    cutsBefore(path, span, blockSize) {
      if (blockSize < blockMinimum) return false;
      if (span > part || blockSize + span > blockMaximum) return true;
      // The chance of a cut is in proportion to the bytes of the entry: blocks of many small files
      // get as large as those of a few large ones.
      return hash(path) < (HASH_RANGE * span) / blockSpread;
    },
    partSize(span, dataOffset, blockSize) {
      return span > part ? part - (dataOffset % part) : blockMaximum - blockSize;
    },
  };
}
