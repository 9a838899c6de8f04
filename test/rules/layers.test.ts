import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layersOf, UNTESTED_LAYERS, untestedLayers } from '../../src/rules/layers.ts';
import { TABLES } from '../../src/rules/tables/index.ts';
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

test('untested layers are named once each, and only for rules that take part', () => {
  assert.equal(Object.keys(UNTESTED_LAYERS), ['xbps', 'portage', 'opkg']);
  for (const layer of Object.keys(UNTESTED_LAYERS)) assert.ok(Object.hasOwn(TABLES, layer), layer);
  const { common = [], opkg = [], xbps = [] } = TABLES;
  assert.equal(untestedLayers([...common, ...opkg, ...xbps]), ['opkg', 'xbps']);
  assert.equal(untestedLayers(common), []);
  const own = rule('opkg', 'drop');
  assert.equal(untestedLayers([{ ...own, id: 'user/opkg' }]), []);
});

test('an unknown layer is an error', () => {
  assert.throws(
    () => layersOf(tables, ['ubunut']),
    /there are no rules for 'ubunut'\. Did you mean 'ubuntu'\?/,
  );
  assert.throws(() => layersOf(tables, ['toString']), /there are no rules for 'toString'/);
});

test.run();
