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

export const LEVELS: readonly Level[] = Array.from({ length: 10 }, (_, preset) => ({
  preset: Math.max(preset, 1),
  dictionary: 8 * MIB,
  blockMinimum: 8 * MIB,
  blockSpread: 4 * MIB,
  blockMaximum: 16 * MIB,
}));

export const DEFAULT_LEVEL = 4;
