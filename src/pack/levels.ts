/**
 * The compression levels of profile 1. A level is a measured point on the frontier of time and size
 * (bench/README.md has the figures); its numbers determine output bytes, so a change bumps the profile.
 */
export interface Level {
  /** Preset of the LZMA2 encoder, 0..9. */
  readonly preset: number;
  /** Bytes; one of the sizes that an LZMA2 property byte can express. */
  readonly dictionary: number;
  /** A block is not cut before it holds this many bytes. */
  readonly blockMinimum: number;
  /** Between minimum and maximum, a cut is expected after this many additional bytes. */
  readonly blockSpread: number;
  /** A block never holds more bytes than this. */
  readonly blockMaximum: number;
}

const MIB = 1024 * 1024;

/**
 * Blocks of 18 MiB on average: 1 % smaller in total than blocks of 13 MiB. Larger ones gain less (0.4 % at 24 MiB)
 * and cost memory: two threads keep three raw blocks alive.
 */
const USUAL_BLOCKS = { blockMinimum: 14 * MIB, blockSpread: 6 * MIB, blockMaximum: 24 * MIB };

/**
 * From preset 4 on the encoder searches a tree and takes about 12 bytes a dictionary byte. Compared with 8 MiB, 6 MiB
 * costs 0.4 % of size on a Debian tree, and saves 3 % of time and at least 20 MiB a thread.
 */
const TREE_DICTIONARY = 6 * MIB;

export const LEVELS: readonly Level[] = [
  { preset: 0, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 1, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 2, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 3, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 4, dictionary: TREE_DICTIONARY, ...USUAL_BLOCKS },
  // One preset for all blocks: on a Debian tree the best preset of 4, 5 and 6 for each block, if it were known, would
  // save 2 to 3 % of the time over any mix of 4 and 5 of the same size; no cheap statistic found came close.
  { preset: 5, dictionary: TREE_DICTIONARY, ...USUAL_BLOCKS },
  // From here on dictionary and blocks grow: the encoder's presets from 6 on differ only in their dictionary.
  { preset: 5, dictionary: 16 * MIB, blockMinimum: 18 * MIB, blockSpread: 6 * MIB, blockMaximum: 28 * MIB },
  { preset: 6, dictionary: 16 * MIB, blockMinimum: 18 * MIB, blockSpread: 6 * MIB, blockMaximum: 28 * MIB },
  { preset: 6, dictionary: 32 * MIB, blockMinimum: 48 * MIB, blockSpread: 16 * MIB, blockMaximum: 72 * MIB },
  { preset: 6, dictionary: 64 * MIB, blockMinimum: 72 * MIB, blockSpread: 24 * MIB, blockMaximum: 112 * MIB },
];

export const DEFAULT_LEVEL = 5;
