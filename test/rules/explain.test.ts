import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Explanation } from '../../src/rules/explain.ts';
import { explain } from '../../src/rules/explain.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Tree } from '../../src/tree/tree.ts';
import { linked, makeTree, rule } from './make-tree.ts';

const test = suite('explain');

function run(tree: Tree, path: string, ...rules: Rule[]): Explanation {
  return explain(tree, rules, { policy: () => 'empty' }, path);
}

test('lists in order every rule that matches, and who won', () => {
  const rules = [
    rule(['x', 'etc/*'], 'drop'),
    rule('etc/a', { do: 'mode', mode: 0o600 }),
    rule('etc/b', 'truncate'),
    rule('etc/a', 'truncate'),
  ];
  const { outcome, rules: traces, decision } = run(makeTree('etc/a'), 'etc/a', ...rules);
  assert.is(outcome, 'changed');
  assert.equal(
    traces.map(({ rule: each }) => each),
    [rules[0], rules[1], rules[3]],
  );
  assert.equal(
    traces.map(({ pattern }) => pattern),
    ['etc/*', 'etc/a', 'etc/a'],
  );
  assert.equal(
    traces.map(({ wins }) => wins),
    [[], ['mode'], ['content']],
  );
  assert.is(decision?.content?.rule, rules[3]);
});

test('says why a rule that matches does nothing', () => {
  const rules = [
    rule('a', 'drop', { except: ['b', '?'] }),
    rule('a', 'drop', {
      when: { type: 'directory', policy: { name: 'machine-id', value: 'keep' }, owned: false },
    }),
    rule('*', 'truncate'),
  ];
  const { outcome, rules: traces } = run(makeTree('a/b'), 'a', ...rules);
  assert.is(outcome, 'unchanged');
  assert.equal(
    traces.map(({ except }) => except),
    ['?', undefined, undefined],
  );
  assert.equal(
    traces.map(({ failed }) => failed),
    [[], ['policy', 'owned'], []],
  );
  assert.equal(
    traces.map(({ applies }) => applies),
    [true, true, false],
  );
  assert.ok(traces.every(({ wins }) => wins.length === 0));
});

test('names the directory with which a path is dropped', () => {
  const drop = rule('a', 'drop');
  const own = run(makeTree('a/b/c'), 'a', drop);
  assert.equal(own.dropped, { rule: drop, by: 'a' });
  const below = run(makeTree('a/b/c'), 'a/b/c', rule('a/b/c', 'truncate'), drop);
  assert.is(below.outcome, 'dropped');
  assert.equal(below.dropped, { rule: drop, by: 'a' });
  assert.equal(
    below.rules.map(({ rule: each }) => each.action.do),
    ['truncate'],
  );
});

test('names the path for which a directory came back', () => {
  const { outcome, restoredFor, dropped } = run(
    makeTree('a/b/c'),
    'a',
    rule('a', 'drop'),
    rule('a/b/c', 'keep'),
  );
  assert.is(outcome, 'restored');
  assert.is(restoredFor, 'a/b/c');
  assert.is(dropped, undefined);
});

test('another name of the same inode is none of its business', () => {
  const truncate = rule('b', 'truncate');
  const tree = makeTree(...linked('a', 'b'));
  assert.is(run(tree, 'a', truncate).outcome, 'unchanged');
  assert.is(run(tree, 'b', truncate).decision?.content?.rule, truncate);
});

test('knows paths that are not in the tree', () => {
  const gone = run(makeTree('a'), 'b', rule('*', 'drop', { when: { exists: 'x', type: 'file' } }));
  assert.is(gone.outcome, 'missing');
  assert.equal(
    gone.rules.map(({ failed }) => failed),
    [['exists']],
  );
  const add = rule('lib/x', { do: 'add', entry: { type: 'file', content: '', mode: 0o644 } });
  const added = run(makeTree('lib -> usr/lib', 'usr/lib/'), 'usr/lib/x', add);
  assert.is(added.outcome, 'added');
  assert.is(added.addition?.rule, add);
  assert.equal(
    added.rules.map(({ wins, applies }) => [wins, applies]),
    [[['content'], true]],
  );
});

test('says that nothing can be added where something is', () => {
  const add = rule('a', { do: 'add', entry: { type: 'file', content: '', mode: 0o644 } });
  const { outcome, rules } = run(makeTree('a'), 'a', add);
  assert.is(outcome, 'unchanged');
  assert.equal(
    rules.map(({ applies, wins }) => [applies, wins]),
    [[false, []]],
  );
});

test('follows what rules after an addition make of it', () => {
  const drop = rule('a', 'drop');
  const add = rule('a', { do: 'add', entry: { type: 'file', content: 'x', mode: 0o644 } });
  const replace = rule('a', { do: 'replace', content: 'y' });
  const again = run(makeTree('a'), 'a', drop, add);
  assert.is(again.outcome, 'added');
  assert.equal(
    again.rules.map(({ applies, wins }) => [applies, wins]),
    [
      [true, []],
      [true, ['content']],
    ],
  );
  const later = run(makeTree(), 'a', add, replace);
  assert.equal(
    later.rules.map(({ wins }) => wins),
    [[], ['content']],
  );
  assert.equal(later.addition?.added, { type: 'file', content: 'y', mode: 0o644 });
});

test.run();
