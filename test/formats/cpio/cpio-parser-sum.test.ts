import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addToSum } from '../../../src/formats/cpio/cpio-parser.ts';

const test = suite('formats/cpio/data-sum');

test('bytes have no sign, and pieces add up', () => {
  assert.is(addToSum(0, Uint8Array.of()), 0);
  assert.is(addToSum(0, Uint8Array.of(255, 1)), 256);
  assert.is(addToSum(addToSum(0, Uint8Array.of(255)), Uint8Array.of(1)), 256);
});

test('beyond 32 bits it begins again', () => {
  assert.is(addToSum(0xffff_ffff, Uint8Array.of(2)), 1);
});

test.run();
