import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePaxTime } from '../../../src/formats/tar/pax.ts';

const test = suite('formats/tar/pax-time');

const TIMES: readonly (readonly [text: string, seconds: number, nanoseconds: number])[] = [
  ['0', 0, 0],
  ['12', 12, 0],
  ['12.', 12, 0],
  ['12.5', 12, 500_000_000],
  ['12.000000001', 12, 1],
  ['12.0000000019', 12, 1],
  ['1600000000.999000072', 1_600_000_000, 999_000_072],
  ['-0', 0, 0],
  ['-0.0', 0, 0],
  ['-1', -1, 0],
  ['-0.25', -1, 750_000_000],
  ['-1.75', -2, 250_000_000],
  ['-1.0000000001', -2, 999_999_999],
  ['-0.9999999999', -1, 0],
  ['-86400.0', -86_400, 0],
  ['9007199254740990', Number.MAX_SAFE_INTEGER - 1, 0],
];

for (const [text, seconds, nanoseconds] of TIMES) {
  test(`${text} is ${seconds} and ${nanoseconds} ns`, () => {
    assert.equal(parsePaxTime(text), { seconds, nanoseconds });
    assert.not.ok(Object.is(parsePaxTime(text)?.seconds, -0));
  });
}

test('what is no time', () => {
  for (const text of [
    '',
    '-',
    '.',
    '.5',
    '1.5.5',
    '+1',
    '1e3',
    ' 1',
    '1 ',
    '1,5',
    'now',
    '9007199254740991',
    '9'.repeat(21),
  ]) {
    assert.is(parsePaxTime(text), undefined, text);
  }
});

test.run();
