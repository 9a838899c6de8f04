// Every number here decides output bytes: changing one changes the profile (see test/pack/golden.ts).
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dictionaryProperty, dictionarySize } from '../../src/formats/xz/primitives.ts';
import { MAXIMUM_WINDOW } from '../../src/formats/zstd/encoder.ts';
import { GZIP_LEVELS, highestLevel, levelAt, XZ_LEVELS, ZSTD_LEVELS } from '../../src/pack/levels.ts';

const test = suite('levels');

/** Sizes in bytes. */
const PROFILE_1: ReadonlyArray<
  [preset: number, dictionary: number, minimum: number, spread: number, maximum: number]
> = [
  [0, 8_388_608, 14_680_064, 6_291_456, 25_165_824],
  [1, 8_388_608, 14_680_064, 6_291_456, 25_165_824],
  [2, 8_388_608, 14_680_064, 6_291_456, 25_165_824],
  [3, 8_388_608, 14_680_064, 6_291_456, 25_165_824],
  [4, 6_291_456, 14_680_064, 6_291_456, 25_165_824],
  [5, 6_291_456, 14_680_064, 6_291_456, 25_165_824],
  [5, 16_777_216, 18_874_368, 6_291_456, 29_360_128],
  [6, 16_777_216, 18_874_368, 6_291_456, 29_360_128],
  [6, 33_554_432, 50_331_648, 16_777_216, 75_497_472],
  [6, 67_108_864, 75_497_472, 25_165_824, 117_440_512],
];

for (const [level, [preset, dictionary, blockMinimum, blockSpread, blockMaximum]] of PROFILE_1.entries()) {
  test(`xz, level ${level}`, () => {
    assert.equal(XZ_LEVELS.levels[level], { preset, dictionary, blockMinimum, blockSpread, blockMaximum });
  });
}

test('zstd: its own levels 1 to 19, all in the same blocks', () => {
  assert.equal(
    ZSTD_LEVELS.levels,
    Array.from({ length: 19 }, (_, index) => ({
      ...{ preset: index + 1, dictionary: 8_388_608 },
      ...{ blockMinimum: 8_388_608, blockSpread: 4_194_304, blockMaximum: 16_777_216 },
    })),
  );
  assert.equal([ZSTD_LEVELS.minimum, ZSTD_LEVELS.standard, highestLevel(ZSTD_LEVELS)], [1, 3, 19]);
  // What a frame's header says must be enough for any part.
  assert.is(ZSTD_LEVELS.levels[0]!.dictionary, MAXIMUM_WINDOW);
});

test("gzip: zlib's own levels 1 to 9, all in the same blocks", () => {
  assert.equal(
    GZIP_LEVELS.levels,
    Array.from({ length: 9 }, (_, index) => ({
      ...{ preset: index + 1, dictionary: 32_768 },
      ...{ blockMinimum: 2_097_152, blockSpread: 1_048_576, blockMaximum: 4_194_304 },
    })),
  );
  assert.equal([GZIP_LEVELS.minimum, GZIP_LEVELS.standard, highestLevel(GZIP_LEVELS)], [1, 6, 9]);
});

test('a number beside the scale is refused', () => {
  for (const [scale, level] of [
    [XZ_LEVELS, 10],
    [ZSTD_LEVELS, 0],
    [ZSTD_LEVELS, 20],
    [GZIP_LEVELS, -1],
  ] as const) {
    assert.throws(() => levelAt(scale, level), /not on the scale/);
  }
  assert.is(levelAt(ZSTD_LEVELS, 19).preset, 19);
});

test('xz has ten, and 5 is what is used without --level', () => {
  assert.is(XZ_LEVELS.levels.length, 10);
  assert.is(XZ_LEVELS.standard, 5);
});

test('an LZMA2 property byte can say each dictionary', () => {
  for (const { dictionary } of XZ_LEVELS.levels) {
    assert.is(dictionarySize(dictionaryProperty(dictionary)), dictionary);
  }
});

test.run();
