import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LIMIT_TABLE, overLimit, parseLimit, READ_LIMITS, readLimits } from '../../src/source/read-limits.ts';
import { failure } from '../formats/xz/sample.ts';

const test = suite('read limits');

test('the table names every limit once, with a reason', () => {
  assert.equal(Object.keys(READ_LIMITS), [...new Set(LIMIT_TABLE.map(({ name }) => name))]);
  for (const { name, value, why, unit } of LIMIT_TABLE) {
    assert.is(READ_LIMITS[name], value);
    assert.ok(Number.isSafeInteger(value) && why.length > 10 && unit !== '');
  }
});

test('the reference has every limit with its default', () => {
  const readme = readFileSync(new URL('../../src/cli/README.md', import.meta.url), 'utf8');
  for (const { name, value } of LIMIT_TABLE) {
    const row = readme.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
    const [, , shown = ''] = row?.split('|') ?? [];
    assert.is(parseShown(shown.trim()), value, `${name}: ${shown}`);
  }
});

/** `4 KiB`, `10,000,000`. */
function parseShown(text: string): number {
  const [, digits = '', unit = ''] = /^([\d,]+)(?: ([KMGT])iB)?$/.exec(text) ?? [];
  return Number(digits.replaceAll(',', '')) * 1024 ** ' KMGT'.indexOf(unit || ' ');
}

test('overrides replace what they name', () => {
  assert.is(readLimits({ entries: 5 }).entries, 5);
  assert.is(readLimits({ entries: 5 }).nameLength, 4096);
  assert.equal(readLimits(), READ_LIMITS);
});

test('an override as it is written', () => {
  assert.equal(parseLimit('entries=5'), { entries: 5 });
  assert.equal(parseLimit('dictionarySize=64M'), { dictionarySize: 64 * 2 ** 20 });
  assert.equal(parseLimit('uncompressedSize=2T'), { uncompressedSize: 2 ** 41 });
});

test('an override that cannot be', async () => {
  for (const [text, message] of [
    ['entries', 'invalid value'],
    ['entries=', 'invalid value'],
    ['entries=0', 'invalid value'],
    ['entries=-1', 'invalid value'],
    ['entries=1.5', 'invalid value'],
    ['entries=5P', 'invalid value'],
    ['entries=999999999999999T', 'invalid value'],
    ['toString=5', 'there is no limit "toString"'],
    ['', 'there is no limit ""'],
  ] as const) {
    const error = await failure(() => parseLimit(text));
    assert.is(error.code, 'usage');
    assert.match(error.message, message, text);
    assert.match(
      error.message,
      message.includes('no limit') ? 'Known limits: nameLength' : 'for example entries=',
    );
  }
});

test('an error says which option allows it', () => {
  const error = overLimit('entries', 'more than 5 entries', 'f');
  assert.is(error.code, 'archive-limit');
  assert.is(
    error.message,
    'f: more than 5 entries. Allow it with --limit entries=VALUE if you trust the file.',
  );
});

test.run();
