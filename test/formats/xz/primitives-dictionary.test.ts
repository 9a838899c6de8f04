import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dictionaryProperty, dictionarySize } from '../../../src/formats/xz/primitives.ts';

const test = suite('xz dictionary');
const KIB = 1024;

test('knows the sizes of the format', () => {
  const sizes: ReadonlyArray<[number, number]> = [
    [0, 4 * KIB],
    [1, 6 * KIB],
    [16, 1024 * KIB],
    [22, 8192 * KIB],
    [23, 12288 * KIB],
    [28, 65536 * KIB],
    [39, 3 * 2 ** 30],
  ];
  for (const [property, size] of sizes) {
    assert.is(dictionarySize(property), size);
    assert.is(dictionaryProperty(size), property);
  }
  assert.is(dictionarySize(40), 2 ** 32 - 1);
});

test('has no size for a reserved property and no property for another size', () => {
  for (const property of [-1, 41, 0x55, 255]) assert.is(dictionarySize(property), undefined);
  for (const size of [0, 4095, 5000, 10 * 1024 * KIB, 2 ** 32]) {
    assert.throws(() => dictionaryProperty(size), /dictionary of/);
  }
});

test.run();
