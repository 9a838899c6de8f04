// Every number here decides output bytes: changing one changes the profile (see test/pack/golden.ts).
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dictionaryProperty, dictionarySize } from '../../src/formats/xz/primitives.ts';
import { XZ_LEVELS } from '../../src/pack/levels.ts';

const test = suite('xz levels');

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
  test(`level ${level}`, () => {
    assert.equal(XZ_LEVELS.levels[level], { preset, dictionary, blockMinimum, blockSpread, blockMaximum });
  });
}

test('there are ten of them, and 5 is what is used without --level', () => {
  assert.is(XZ_LEVELS.levels.length, 10);
  assert.is(XZ_LEVELS.standard, 5);
});

test('an LZMA2 property byte can say each dictionary', () => {
  for (const { dictionary } of XZ_LEVELS.levels) {
    assert.is(dictionarySize(dictionaryProperty(dictionary)), dictionary);
  }
});

test.run();
