import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import * as option from '../../src/settings/option.ts';

const test = suite('settings/option');
const words = { option: 'name', group: 'Common', text: 'Text', example: 'x', metavar: 'N' } as const;

test('what was not written has its default', () => {
  const rows = {
    plain: option.flag(words),
    on: option.flag(words, true),
    maybe: option.optionalFlag(words),
    often: option.count(words),
    how: option.choice(words, ['a', 'b'], 'b'),
    perhaps: option.optionalChoice(words, ['a']),
    value: option.text(words),
    number: option.parsed(words, (given) => (given === undefined ? 7 : Number(given))),
    file: option.textOrNone(words),
    several: option.list(words),
  };
  assert.equal(option.parseOptions(rows, {}), {
    ...{ plain: false, on: true, maybe: undefined, often: 0, how: 'b', perhaps: undefined },
    ...{ value: undefined, number: 7, file: undefined, several: [] },
  });
});

test('what was written is typed, and found by the name of the option', () => {
  const rows = {
    rootEntry: option.flag({ ...words, option: 'root-entry' }),
    level: option.parsed({ ...words, option: 'level' }, (given, where) => `${where}=${given}`),
    cache: option.textOrNone({ ...words, option: 'cache' }),
    mapUid: option.list({ ...words, option: 'map-uid' }, (pairs) => pairs.length),
  };
  const given = { 'root-entry': true, level: '3', cache: false, 'map-uid': ['1:0', '2:0'], rootEntry: 'no' };
  assert.equal(option.parseOptions(rows, given), {
    ...{ rootEntry: true, level: '--level=3', cache: false, mapUid: 2 },
  });
});

test('another word than the known ones, and a required value that is missing, are refused', () => {
  const refusal = (row: option.Option<unknown>, given: option.Given): StillrootError => {
    try {
      row.parse(given, '--name');
    } catch (error) {
      return error as StillrootError;
    }
    throw new Error('was taken');
  };
  const wrong = refusal(option.choice(words, ['a', 'b'], 'a'), 'c');
  assert.equal([wrong.code, wrong.message], ['usage', '--name: invalid value "c", wanted a, b.']);
  assert.match(
    refusal(option.requiredText({ ...words, metavar: 'FILE' }), undefined).message,
    /missing --name FILE/,
  );
});

test.run();
