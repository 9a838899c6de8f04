import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layersOf } from '../../src/rules/layers.ts';
import { rule } from './make-tree.ts';

const test = suite('layers');

const tables = { common: [rule('a', 'drop')], debian: [rule('b', 'drop')], ubuntu: [rule('c', 'drop')] };

test('layers come in the order of their names, the user last', () => {
  const mine = [rule('d', 'keep')];
  const layers = layersOf(tables, ['common', 'ubuntu', 'debian'], mine);
  assert.equal(
    layers.map(({ name }) => name),
    ['common', 'ubuntu', 'debian', 'user'],
  );
  assert.is(layers[1]?.rules, tables.ubuntu);
  assert.is(layers[3]?.rules, mine);
});

test('no rules of the user, no layer', () => {
  assert.equal(
    layersOf(tables, ['common']).map(({ name }) => name),
    ['common'],
  );
  assert.equal(layersOf(tables, []), []);
});

test('an unknown layer is an error', () => {
  assert.throws(
    () => layersOf(tables, ['ubunut']),
    /no rules are known for 'ubunut'\. Did you mean 'ubuntu'\?/,
  );
  assert.throws(() => layersOf(tables, ['toString']), /no rules are known for 'toString'/);
});

test.run();
