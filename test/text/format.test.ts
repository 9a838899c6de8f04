import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  formatBytes,
  formatCount,
  formatSeconds,
  plural,
  showText,
  wrapText,
} from '../../src/text/format.ts';

const test = suite('text');

test('bytes', () => {
  const cases = { 0: '0 B', 1023: '1023 B', 1024: '1.0 KiB', 1536: '1.5 KiB', 1048576: '1.0 MiB' };
  for (const [bytes, text] of Object.entries(cases)) assert.is(formatBytes(Number(bytes)), text);
  assert.is(formatBytes(5 * 2 ** 40), '5.0 TiB');
  assert.is(formatBytes(5000 * 2 ** 40), '5000.0 TiB');
});

test('counts and their nouns', () => {
  assert.is(formatCount(0), '0');
  assert.is(formatCount(999), '999');
  assert.is(formatCount(1_234_567), '1,234,567');
  assert.is(plural(1, 'rule'), '1 rule');
  assert.is(plural(0, 'rule'), '0 rules');
  assert.is(plural(1200, 'entry', 'entries'), '1,200 entries');
});

test('seconds', () => {
  assert.is(formatSeconds(0.04), '0.0 s');
  assert.is(formatSeconds(59.9), '59.9 s');
  assert.is(formatSeconds(61), '1 min 01 s');
  assert.is(formatSeconds(3600), '60 min 00 s');
});

test('text that a user typed is shown without control characters, and else as it is', () => {
  assert.is(showText('größe 日本 \u{1f427}'), 'größe 日本 \u{1f427}');
  assert.is(showText('\x1b[31m'), '\\x1b[31m');
  assert.is(showText('a\nb\u009b'), 'a\\x0ab\\xc2\\x9b');
  // A character that turns the rest of the line around.
  assert.is(showText('\u202etxt'), '\\xe2\\x80\\xaetxt');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.not.match(showText(text), /[\x00-\x1f\x7f-\x9f]/);
    }),
  );
});

test('lines of whole words, with what goes before each of them', () => {
  assert.equal(wrapText('one two three', 7), ['one two', 'three']);
  assert.equal(wrapText('one two three', 8, '  '), ['  one', '  two', '  three']);
  assert.equal(wrapText('longerthanthat x', 5), ['longerthanthat', 'x']);
  assert.equal(wrapText('', 5), ['']);
});

test.run();
