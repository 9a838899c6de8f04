import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paddingTo, readDigits } from '../../../src/formats/cpio/header.ts';

const test = suite('formats/cpio/header');

test('padding to every alignment, beyond 31 bits too', () => {
  for (const size of [0, 1, 2, 3, 4, 2 ** 31 + 1, 2 ** 33 + 3]) {
    for (const alignment of [1, 2, 4]) {
      const padding = paddingTo(size, alignment);
      assert.ok(padding >= 0 && padding < alignment);
      assert.is((size + padding) % alignment, 0);
    }
  }
});

test('digits of both cases, up to the largest number', () => {
  assert.is(readDigits(Buffer.from('..00aBcDEf..'), 2, 8, 16, 'f', 'w'), 0xabcdef);
  assert.is(readDigits(Buffer.from('ffffffff'), 0, 8, 16, 'f', 'w'), 0xffff_ffff);
  assert.is(readDigits(Buffer.from('77777777777'), 0, 11, 8, 'f', 'w'), 2 ** 33 - 1);
  assert.is(readDigits(Buffer.from('000017'), 0, 6, 8, 'f', 'w'), 15);
});

test('no byte but a digit is one', () => {
  for (let code = 0; code < 256; code += 1) {
    for (const radix of [8, 16] as const) {
      const bytes = Buffer.from(`0000000${String.fromCharCode(code)}`, 'latin1');
      const pattern = radix === 8 ? /[0-7]/ : /[0-9a-fA-F]/;
      if (pattern.test(String.fromCharCode(code))) {
        assert.is(
          readDigits(bytes, 0, 8, radix, 'f', 'w'),
          Number.parseInt(String.fromCharCode(code), radix),
        );
      } else {
        const word = radix === 8 ? 'octal' : 'hex';
        assert.throws(
          () => readDigits(bytes, 0, 8, radix, 'c_x', 'w'),
          new RegExp(
            `^w: c_x is "[ -~]+", wanted eight ${word} digits\\. The archive is damaged or incomplete\\.$`,
          ),
        );
      }
    }
  }
});

test('digits that are missing are none', () => {
  assert.throws(
    () => readDigits(Buffer.from('0000'), 0, 6, 8, 'c_x', 'w'),
    /c_x is "0000", wanted six octal/,
  );
});

test.run();
