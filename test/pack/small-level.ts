import type { Level } from '../../src/pack/levels.ts';

const KIB = 1024;

/** Blocks small enough that a test has many of them. */
export const SMALL_LEVEL: Level = {
  preset: 1,
  dictionary: 64 * KIB,
  blockMinimum: 64 * KIB,
  blockSpread: 32 * KIB,
  blockMaximum: 192 * KIB,
};
