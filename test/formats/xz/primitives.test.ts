import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CHECK_SIZES, createCheck } from '../../../src/formats/xz/primitives.ts';

const test = suite('xz check');
const INPUT = Buffer.from('123456789');

/** Little-endian in the file, so the catalogue values read backwards; SHA-256 as it is. */
const FIELDS: ReadonlyArray<[number, string]> = [
  [0x00, ''],
  [0x01, '2639f4cb'],
  [0x04, 'fa3919dfbbc95d99'],
  [0x0a, '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
];

test('makes the field of each check, whole and byte by byte', () => {
  for (const [id, field] of FIELDS) {
    const whole = createCheck(id)!;
    whole.update(INPUT);
    const bytewise = createCheck(id)!;
    for (let index = 0; index < INPUT.length; index++) bytewise.update(INPUT.subarray(index, index + 1));
    for (const check of [whole, bytewise]) {
      const digest = check.digest();
      assert.is(Buffer.from(digest).toString('hex'), field);
      assert.is(digest.length, CHECK_SIZES[id]);
    }
  }
});

test('the sizes are those of the format, reserved ids too: .xz file format 1.2, section 2.1.1.2', () => {
  assert.equal(CHECK_SIZES, [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]);
});

test('knows no reserved check', () => {
  assert.is(createCheck(2), undefined);
  assert.is(createCheck(15), undefined);
});

test.run();
