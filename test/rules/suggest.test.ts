import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { didYouMean, distance, suggest } from '../../src/rules/suggest.ts';

const test = suite('suggest');

test('distance counts insertions, deletions, replacements and swaps of neighbours', () => {
  assert.is(distance('', ''), 0);
  assert.is(distance('abc', ''), 3);
  assert.is(distance('', 'ab'), 2);
  assert.is(distance('kitten', 'sitting'), 3);
  assert.is(distance('match', 'mtach'), 1);
  assert.is(distance('match', 'mach'), 1);
  assert.is(distance('ca', 'abc'), 3);
});

test('suggests the closest, and the first of equals', () => {
  assert.is(suggest('mtach', ['action', 'match', 'why']), 'match');
  assert.is(suggest('DROP', ['keep', 'drop']), 'drop');
  assert.is(suggest('bat', ['cat', 'rat']), 'cat');
});

test('suggests nothing that has little in common', () => {
  assert.is(suggest('xyz', ['match', 'why']), undefined);
  assert.is(suggest('a', ['b']), undefined);
  assert.is(suggest('match', []), undefined);
  assert.is(suggest('m'.repeat(100_000), ['match', 'm'.repeat(100_001)]), undefined);
});

test('a name without its layer is understood', () => {
  assert.is(suggest('machine-id', ['common/machine-ids', 'common/machine-id']), 'common/machine-id');
});

test('the beginning of a name counts more than letters in common', () => {
  const known = ['common/man-index', 'common/machine-id-empty', 'common/machine-id', 'common/machine-info'];
  assert.is(suggest('common/machine', known), 'common/machine-id');
  assert.is(suggest('machine-i', known), 'common/machine-id');
  assert.is(suggest('com', ['common', 'column']), undefined);
});

test('lists what is known where nothing is close', () => {
  assert.is(didYouMean('mach', ['match', 'why'], 'keys'), "Did you mean 'match'?");
  assert.is(didYouMean('x', ['match', 'why'], 'keys'), 'Known keys: match, why.');
  assert.is(didYouMean('x', [], 'keys'), 'Known keys: none.');
});

test.run();
