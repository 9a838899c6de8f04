import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ID_RANGE,
  type NumberRange,
  parseDecimal,
  readNumber,
  SIZE_RANGE,
  TIME_RANGE,
} from '../../../src/formats/tar/header.ts';
import { TarProblems } from '../../../src/formats/tar/problems.ts';
import { base256 } from './build.ts';

const test = suite('formats/tar/header-number');
const problems = new TarProblems('test.tar');

function read(bytes: string, range: NumberRange = SIZE_RANGE): number {
  const field = { name: 'size', offset: 3, length: bytes.length };
  return readNumber(Buffer.from(`xyz${bytes}777`, 'latin1'), field, range, 1024, problems);
}

const NUMBERS: readonly (readonly [bytes: string, value: number])[] = [
  ['00000000017\0', 15],
  ['00000000017 ', 15],
  ['         17 ', 15],
  ['   664 \0', 0o664], // v7
  ['     2 \0', 2],
  ['17\0garbage ', 15],
  ['17 \0\0\0\0\0\0\0\0\0', 15],
  ['777777777777', 8 ** 12 - 1], // no terminator: all twelve are digits
  ['\0\0\0\0\0\0\0\0\0\0\0\0', 0],
  ['            ', 0],
  [base256(5n, 12), 5],
  [base256(8n ** 11n, 12), 8 ** 11],
  [base256(2n ** 53n - 1n, 12), Number.MAX_SAFE_INTEGER],
  [base256(4_294_967_294n, 8), 4_294_967_294],
];

for (const [bytes, value] of NUMBERS) {
  test(`${JSON.stringify(bytes)} is ${value}`, () => assert.is(read(bytes), value));
}

test('times before 1970 are negative in base-256', () => {
  assert.is(read(base256(-1n, 12), TIME_RANGE), -1);
  assert.is(read(base256(-(2n ** 31n), 12), TIME_RANGE), -(2 ** 31));
});

const WRONG: readonly (readonly [what: string, bytes: string, range: NumberRange, message: RegExp])[] = [
  [
    'a digit of 8',
    '00000000018\0',
    SIZE_RANGE,
    /byte 1027 .*: size is "00000000018\\x00", wanted octal digits/,
  ],
  ['hex', '0x0000000010', SIZE_RANGE, /wanted octal digits/],
  ['a sign', '-0000000001\0', SIZE_RANGE, /wanted octal digits/],
  ['text', 'abcdefghijk\0', SIZE_RANGE, /size is "abcdefghijk\\x00", wanted octal digits/],
  ['digits behind a space', '1 x', { minimum: 2, maximum: 3 }, /size is 1, wanted 2 to 3/],
  ['an owner over 32 bits', '77777777777\0', ID_RANGE, /size is 8589934591, wanted 0 to 4294967295/],
  [
    '2^53 in base-256',
    base256(2n ** 53n, 12),
    SIZE_RANGE,
    /size is 9007199254740992 in base-256, wanted 0 to 9007199254740991/,
  ],
  ['the largest of base-256', base256(2n ** 94n - 1n, 12), SIZE_RANGE, /in base-256/],
  ['a negative size', base256(-1n, 12), SIZE_RANGE, /size is -1 in base-256, wanted 0 to/],
  ['a negative owner', base256(-1n, 8), ID_RANGE, /size is -1 in base-256/],
  ['a time before all', base256(-(2n ** 60n), 12), TIME_RANGE, /in base-256/],
];

for (const [what, bytes, range, message] of WRONG) {
  test(`hostile: ${what}`, () => assert.throws(() => read(bytes, range), message));
}

test('decimal numbers of pax', () => {
  assert.is(parseDecimal('0', SIZE_RANGE), 0);
  assert.is(parseDecimal('007', SIZE_RANGE), 7);
  assert.is(parseDecimal('9007199254740991', SIZE_RANGE), Number.MAX_SAFE_INTEGER);
  for (const wrong of [
    '',
    '-1',
    '+1',
    '1.5',
    '1e3',
    ' 1',
    '1\n',
    '0x1',
    '9007199254740992',
    '9'.repeat(30),
  ]) {
    assert.is(parseDecimal(wrong, SIZE_RANGE), undefined, wrong);
  }
});

test.run();
