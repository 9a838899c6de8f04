import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeVli, encodeVli, vliLength } from '../../../src/formats/xz/primitives.ts';
import { failure } from './sample.ts';

const test = suite('xz vli');

const GOLDEN: ReadonlyArray<[number, number[]]> = [
  [0, [0x00]],
  [0x7f, [0x7f]],
  [0x80, [0x80, 0x01]],
  [300, [0xac, 0x02]],
  [2 ** 32, [0x80, 0x80, 0x80, 0x80, 0x10]],
  [2 ** 53 - 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
];

test('writes and reads the known forms', () => {
  for (const [value, wanted] of GOLDEN) {
    const target = new Uint8Array(10);
    assert.is(encodeVli(value, target, 1), 1 + wanted.length);
    assert.equal([...target.subarray(1, 1 + wanted.length)], wanted);
    assert.is(vliLength(value), wanted.length);
    assert.equal(decodeVli(Uint8Array.from(wanted), 0, wanted.length, '', 0), { value, next: wanted.length });
  }
});

test('gives back every safe integer', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const target = new Uint8Array(9);
      const end = encodeVli(value, target, 0);
      assert.is(end, vliLength(value));
      assert.equal(decodeVli(target, 0, end, '', 0), { value, next: end });
    }),
  );
});

test('refuses what is not an integer of this format', async () => {
  const refused: ReadonlyArray<[number[], string, string]> = [
    [[0x80, 0x00], 'archive-malformed', 'shortest form'],
    [[0xff, 0x80, 0x00], 'archive-malformed', 'shortest form'],
    [[0x80], 'archive-malformed', 'runs past the end'],
    [[], 'archive-malformed', 'runs past the end'],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], 'archive-malformed', 'more than 9 bytes'],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], 'archive-not-supported', '2^53'],
  ];
  for (const [bytes, code, part] of refused) {
    const error = await failure(() => decodeVli(Uint8Array.from(bytes), 0, bytes.length, 'x.xz', 100));
    assert.is(error.code, code);
    assert.match(error.message, part);
    assert.is(error.where, 'x.xz byte 100');
  }
});

test('cannot be given a negative, broken or too large number', () => {
  for (const value of [-1, 0.5, 2 ** 53, Number.NaN]) {
    assert.throws(() => encodeVli(value, new Uint8Array(10), 0), /multibyte integer/);
  }
});

test.run();
