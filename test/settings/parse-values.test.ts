import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { parseEpoch, parseIdMap, parseWhole } from '../../src/settings/parse-values.ts';

const test = suite('numbers');

test('whole numbers within the limits, as decimal digits', () => {
  for (const [text, value] of [
    ['0', 0],
    ['7', 7],
    ['007', 7],
    ['4294967295', 4_294_967_295],
  ] as const) {
    assert.is(parseEpoch('--source-date-epoch', text), value);
  }
  assert.is(parseWhole('--level', '9', 0, 9), 9);
});

test('anything else is refused, with where, what was found and what was wanted', () => {
  for (const text of [
    '',
    ' ',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1.0',
    '1 ',
    '10',
    '٣',
    'NaN',
    'Infinity',
    '9'.repeat(40),
  ]) {
    assert.throws(
      () => parseWhole('--level', text, 0, 9),
      (error: StillrootError) =>
        error.code === 'usage' &&
        error.message ===
          `--level: invalid value ${JSON.stringify(text)}, wanted a whole number from 0 to 9.`,
    );
  }
});

test('a date and milliseconds are told in seconds', () => {
  const hintOf = (text: string): string => {
    try {
      parseEpoch('--source-date-epoch', text);
    } catch (error) {
      return (error as StillrootError).hint ?? '';
    }
    throw new Error('was taken');
  };
  assert.match(
    hintOf('2024-01-01'),
    /^2024-01-01 is 1704067200 in UTC, as date -u -d '2024-01-01' \+%s prints\.$/,
  );
  assert.match(hintOf('2024-01-01T12:00:00Z'), / is 1704110400 in UTC/);
  assert.match(hintOf('2024-01-01 12:00'), / is 1704110400 in UTC/);
  assert.match(hintOf('1704067200000'), /^In milliseconds\? Then use 1704067200\.$/);
  for (const text of ['2024-13-01', '1969-01-01', 'yesterday', '$(date +%s)', '9'.repeat(15)]) {
    assert.match(hintOf(text), /^For a date: /, text);
  }
});

test('what is taken is what was meant', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => {
      assert.is(parseEpoch('x', String(value)), value);
    }),
  );
});

test('maps of ids', () => {
  assert.equal(
    [...parseIdMap('--map-uid', ['1000:0', '5:5', '4294967295:0'])],
    [
      [1000, 0],
      [5, 5],
      [4_294_967_295, 0],
    ],
  );
  for (const pair of ['', '5', ':', '5:', ':5', '5:6:7', 'a:1', '1:-1', '1:4294967295', '4294967296:1']) {
    assert.throws(
      () => parseIdMap('--map-uid', [pair]),
      (error: StillrootError) =>
        error.code === 'usage' && error.message.startsWith('--map-uid: invalid value "'),
    );
  }
  assert.throws(() => parseIdMap('--map-uid', ['5:6', '5:6']), /maps 5 twice\. Give each id once/);
});

test.run();
