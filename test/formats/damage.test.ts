import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectZeros, malformed, place, unsupported } from '../../src/formats/damage.ts';
import { failure } from './xz/sample.ts';

const test = suite('xz malformed');

test('names the file, if it has a name, and the byte', () => {
  assert.is(place('', 12), 'byte 12');
  assert.is(place('root.xz', 12), 'root.xz byte 12');
});

test('tells damage from a file that is only not supported', () => {
  const cause = new Error('inner');
  const damage = malformed('no end marker', 'a', 5, cause);
  assert.is(damage.code, 'archive-malformed');
  assert.is(damage.cause, cause);
  const other = unsupported('a filter', 'a', 5, 'Use another.');
  assert.is(other.code, 'archive-not-supported');
  assert.is(other.message, 'a byte 5: a filter. Use another.');
});

test('points at the first byte that is not zero', async () => {
  const bytes = Uint8Array.of(9, 0, 0, 7, 9);
  expectZeros(bytes, 1, 3, 'padding', '', 100);
  assert.is((await failure(() => expectZeros(bytes, 1, 5, 'padding', '', 100))).where, 'byte 103');
});

test.run();
