import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { layersOf, type Selection, selectRules } from '../../src/rules/layers.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { rule } from './make-tree.ts';

const test = suite('layers');

const tables = { common: [rule('a', 'drop')], debian: [rule('b', 'drop')], ubuntu: [rule('c', 'drop')] };

test('layers: layers come in the order of their names, the user last', () => {
  const mine = [rule('d', 'keep')];
  const layers = layersOf(tables, ['common', 'ubuntu', 'debian'], mine);
  assert.equal(
    layers.map(({ name }) => name),
    ['common', 'ubuntu', 'debian', 'user'],
  );
  assert.is(layers[1]?.rules, tables.ubuntu);
  assert.is(layers[3]?.rules, mine);
});

test('layers: no rules of the user, no layer', () => {
  assert.equal(
    layersOf(tables, ['common']).map(({ name }) => name),
    ['common'],
  );
  assert.equal(layersOf(tables, []), []);
});

test('layers: an unknown layer is an error', () => {
  assert.throws(
    () => layersOf(tables, ['ubunut']),
    /there are no rules for 'ubunut'\. Did you mean 'ubuntu'\?/,
  );
  assert.throws(() => layersOf(tables, ['toString']), /there are no rules for 'toString'/);
});

const named = (id: string): Rule => rule('x', 'drop', { id, source: `source of ${id}` });
const layers = layersOf(
  { common: [named('common/machine-id'), named('common/logs')], dpkg: [named('dpkg/status')] },
  ['common', 'dpkg'],
  [named('user/mine')],
);

const ids = (selection?: Selection): string[] => selectRules(layers, selection).map(({ id }) => id);

function fails(selection: Selection, code: string, message: string): void {
  try {
    ids(selection);
  } catch (error) {
    assert.instance(error, StillrootError);
    assert.is((error as StillrootError).code, code);
    assert.is((error as StillrootError).message, message);
    return;
  }
  assert.unreachable('did not fail');
}

test('select: all rules in order', () => {
  assert.equal(ids(), ['common/machine-id', 'common/logs', 'dpkg/status', 'user/mine']);
  assert.equal(ids({ only: [], skip: [] }), ids());
});

test('select: skip leaves out, only leaves the rest out, the user has no exemption', () => {
  assert.equal(ids({ skip: ['common/*'] }), ['dpkg/status', 'user/mine']);
  assert.equal(ids({ only: ['**/{logs,status}'] }), ['common/logs', 'dpkg/status']);
  assert.equal(ids({ only: ['common/*'], skip: ['common/logs'] }), ['common/machine-id']);
  assert.equal(ids({ skip: ['user/mine', 'dpkg/*'] }), ['common/machine-id', 'common/logs']);
});

test('select: a wildcard without a layer is meant for all layers', () => {
  assert.equal(ids({ skip: ['*'] }), []);
  assert.equal(ids({ skip: ['*s'] }), ['common/machine-id', 'user/mine']);
});

test('select: a glob that no id matches is a mistake', () => {
  fails(
    { skip: ['machine-id'] },
    'rule-unknown',
    "--skip: no rule id matches 'machine-id'. Did you mean 'common/machine-id'?",
  );
  fails(
    { only: ['comon/logs'] },
    'rule-unknown',
    "--only: no rule id matches 'comon/logs'. Did you mean 'common/logs'?",
  );
  const all = 'Known rules: common/machine-id, common/logs, dpkg/status, user/mine.';
  fails({ skip: ['zypp/*'] }, 'rule-unknown', `--skip: no rule id matches 'zypp/*'. ${all}`);
  const many = Array.from({ length: 20 }, (_, i) => `pacman/rule-${i}`);
  fails(
    { skip: ['zypp/*'], elsewhere: many },
    'rule-unknown',
    "--skip: no rule id matches 'zypp/*'. 'stillroot rules list' shows all ids.",
  );
});

test('select: a rule of another distribution is no mistake', () => {
  assert.is(ids({ skip: ['pacman/*'], elsewhere: ['pacman/keyring'] }).length, 4);
  assert.equal(ids({ only: ['pacman/*'], elsewhere: ['pacman/keyring'] }), []);
});

test('select: a bad glob is an error of its own', () => {
  fails(
    { skip: ['common/['] },
    'bad-glob',
    "glob 'common/[': unclosed bracket at byte 8. Write \\[ for a bracket.",
  );
});

test('select: two rules of one id are an error', () => {
  const twice = layersOf({ a: [named('a/x')], b: [rule('y', 'drop', { id: 'a/x', source: 'here' })] }, [
    'a',
    'b',
  ]);
  assert.throws(
    () => selectRules(twice),
    (error: StillrootError) =>
      error.code === 'rule-file' &&
      error.message ===
        "here: two rules have the id 'a/x'. The other one is in source of a/x. Every rule needs a unique id.",
  );
});

test.run();
