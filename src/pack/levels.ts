/**
 * The compression levels of profile 1, a scale for each compression. A level is a measured point on the frontier of time
 * and size (bench/LEVELS.md has the figures); its numbers determine output bytes, so a change bumps the profile.
 */
export interface Level {
  /** The level on the encoder's own scale. */
  readonly preset: number;
  /** Bytes that a decoder must be able to look back; for .xz one of the sizes that an LZMA2 property byte can express. */
  readonly dictionary: number;
  /** A block is not cut before it holds this many bytes. */
  readonly blockMinimum: number;
  /** Between minimum and maximum, a cut is expected after this many additional bytes. */
  readonly blockSpread: number;
  /** A block never holds more bytes than this. */
  readonly blockMaximum: number;
}

/** From fast to small. */
export interface LevelScale {
  readonly minimum: number;
  /** The level used where none is given. */
  readonly standard: number;
  /** In order, from `minimum` on. */
  readonly levels: readonly Level[];
}

/** @throws RangeError for a number that is not on the scale */
export function levelAt({ minimum, levels }: LevelScale, level: number): Level {
  const found = levels[level - minimum];
  if (found === undefined) throw new RangeError(`level ${level} is not on the scale`);
  return found;
}

export function highestLevel({ minimum, levels }: LevelScale): number {
  return minimum + levels.length - 1;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Blocks of 18 MiB on average: 1 % smaller in total than blocks of 13 MiB. Larger ones gain less (0.4 % at 24 MiB)
 * and cost memory: two threads keep three raw blocks alive.
 */
const XZ_BLOCKS = { blockMinimum: 14 * MIB, blockSpread: 6 * MIB, blockMaximum: 24 * MIB };

/**
 * From preset 4 on the encoder searches a tree and takes about 12 bytes a dictionary byte. Compared with 8 MiB, 6 MiB
 * costs 0.4 % of size on a Debian tree, and saves 3 % of time and at least 20 MiB a thread.
 */
const TREE_DICTIONARY = 6 * MIB;

/** Of LZMA2 by liblzma, whose presets are 0 to 9. */
export const XZ_LEVELS: LevelScale = {
  minimum: 0,
  standard: 5,
  levels: [
    { preset: 0, dictionary: 8 * MIB, ...XZ_BLOCKS },
    { preset: 1, dictionary: 8 * MIB, ...XZ_BLOCKS },
    { preset: 2, dictionary: 8 * MIB, ...XZ_BLOCKS },
    { preset: 3, dictionary: 8 * MIB, ...XZ_BLOCKS },
    { preset: 4, dictionary: TREE_DICTIONARY, ...XZ_BLOCKS },
    // One preset for all blocks: on a Debian tree the best preset of 4, 5 and 6 for each block, if it were known, would
    // save 2 to 3 % of the time over any mix of 4 and 5 of the same size; no cheap statistic found came close.
    { preset: 5, dictionary: TREE_DICTIONARY, ...XZ_BLOCKS },
    // From here on dictionary and blocks grow: the encoder's presets from 6 on differ only in their dictionary.
    { preset: 5, dictionary: 16 * MIB, blockMinimum: 18 * MIB, blockSpread: 6 * MIB, blockMaximum: 28 * MIB },
    { preset: 6, dictionary: 16 * MIB, blockMinimum: 18 * MIB, blockSpread: 6 * MIB, blockMaximum: 28 * MIB },
    {
      preset: 6,
      dictionary: 32 * MIB,
      blockMinimum: 48 * MIB,
      blockSpread: 16 * MIB,
      blockMaximum: 72 * MIB,
    },
    {
      preset: 6,
      dictionary: 64 * MIB,
      blockMinimum: 72 * MIB,
      blockSpread: 24 * MIB,
      blockMaximum: 112 * MIB,
    },
  ],
};

/**
 * Blocks of 12 MiB on average cost up to 1 % of size compared with a single one, blocks of half that 2 to 3 %. Nothing
 * can stop the encoder within a block: at level 19 one takes up to twelve seconds.
 */
const ZSTD_BLOCKS = {
  // The encoder chooses a window for each level and size of block; this is the largest.
  dictionary: 8 * MIB,
  ...{ blockMinimum: 8 * MIB, blockSpread: 4 * MIB, blockMaximum: 16 * MIB },
};

/**
 * Blocks of 3 MiB on average: larger ones save less than 0.1 %, since deflate looks back over 32 KiB only, and take
 * longer when a file in them changes.
 */
const GZIP_BLOCKS = {
  dictionary: 32 * KIB,
  ...{ blockMinimum: 2 * MIB, blockSpread: MIB, blockMaximum: 4 * MIB },
};

/** zlib's own levels. */
export const GZIP_LEVELS: LevelScale = {
  minimum: 1,
  standard: 6,
  levels: Array.from({ length: 9 }, (_, index) => ({ preset: index + 1, ...GZIP_BLOCKS })),
};

/** zstd's own levels; those from 20 on need more memory than the kernel's decoder and `zstd -d` allow. */
export const ZSTD_LEVELS: LevelScale = {
  minimum: 1,
  standard: 3,
  levels: Array.from({ length: 19 }, (_, index) => ({ preset: index + 1, ...ZSTD_BLOCKS })),
};
