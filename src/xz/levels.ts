/**
 * The compression levels of profile 1. A level is a measured point on the frontier of time and size
 * (bench/README.md has the figures); its numbers decide output bytes, so a change bumps the profile.
 */
export interface Level {
  /** Preset of the LZMA2 encoder, 0..9. */
  readonly preset: number;
  /** Bytes; one of the sizes that an LZMA2 property byte can express. */
  readonly dictionary: number;
  /** A block is not cut before it holds this many bytes. */
  readonly blockMinimum: number;
  /** Between minimum and maximum, a cut is expected after this many further bytes. */
  readonly blockSpread: number;
  /** A block never holds more bytes than this. */
  readonly blockMaximum: number;
}

const MIB = 1024 * 1024;

/**
 * Blocks that are small enough for two threads in half a gigabyte, and large enough not to lose much to xz
 * with its 24 MiB.
 */
const USUAL_BLOCKS = { blockMinimum: 10 * MIB, blockSpread: 4 * MIB, blockMaximum: 18 * MIB };

export const LEVELS: readonly Level[] = [
  { preset: 0, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 1, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 2, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 3, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 4, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  { preset: 5, dictionary: 8 * MIB, ...USUAL_BLOCKS },
  // The encoder's presets from 6 on differ in their dictionary only, so from here on dictionary and blocks grow.
  { preset: 6, dictionary: 16 * MIB, blockMinimum: 18 * MIB, blockSpread: 6 * MIB, blockMaximum: 28 * MIB },
  { preset: 6, dictionary: 16 * MIB, blockMinimum: 32 * MIB, blockSpread: 8 * MIB, blockMaximum: 48 * MIB },
  { preset: 6, dictionary: 32 * MIB, blockMinimum: 48 * MIB, blockSpread: 16 * MIB, blockMaximum: 72 * MIB },
  { preset: 6, dictionary: 64 * MIB, blockMinimum: 72 * MIB, blockSpread: 24 * MIB, blockMaximum: 112 * MIB },
];

export const DEFAULT_LEVEL = 5;
