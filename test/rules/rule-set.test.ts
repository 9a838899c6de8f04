import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Facts } from '../../src/rules/condition.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { RuleSet, ruleGlob, type Winners } from '../../src/rules/rule-set.ts';
import { makeTree, rule } from './make-tree.ts';

const test = suite('rule-set');

const tree = makeTree('a', 'd/');

function winners(path: string, ...rules: Rule[]): Omit<Winners, 'entry'> | undefined {
  const set = new RuleSet(rules, new Facts(tree, { policy: () => undefined }));
  const entry = tree.get(path);
  if (entry === undefined) throw new Error(`no ${path}`);
  const found = set.winners(entry);
  if (found === undefined) return undefined;
  const { entry: _, ...slots } = found;
  return slots;
}

const none = { content: -1, owner: -1, mode: -1, report: -1, search: -1, refusedLink: -1 };

test('rule-set: positions are those of the whole list, with rules that take no part', () => {
  const never = rule('a', 'drop', { when: { exists: 'nowhere' } });
  const add = rule('a', { do: 'add', entry: { type: 'directory', mode: 0o755 } });
  assert.equal(winners('a', never, add, rule('b', 'drop'), rule(['x', 'a', '?'], 'truncate')), {
    ...none,
    content: 3,
  });
});

test('rule-set: nothing where no pattern matches, and no slots where no rule is meant', () => {
  assert.is(winners('a', rule('b', 'drop')), undefined);
  assert.equal(winners('a', rule('a', 'drop', { except: ['?'] })), none);
  assert.equal(winners('a', rule('a', 'drop', { when: { type: 'directory' } })), none);
});

test('rule-set: an exception of one rule is none of another', () => {
  assert.equal(winners('a', rule('?', 'truncate'), rule('?', 'drop', { except: ['a'] })), {
    ...none,
    content: 0,
  });
});

test('rule-set: a link on a directory is refused until a rule keeps it', () => {
  const link = rule('d', { do: 'link', target: 'x' });
  assert.equal(winners('d', link), { ...none, refusedLink: 0 });
  assert.equal(winners('d', link, rule('d', 'keep')), { ...none, content: 1 });
});

test('rule-set: a set made after another one goes by its own patterns', () => {
  const lists = [['a'], ['b'], ['a', 'b'], ['b', 'a'], ['b', 'a', '?'], ['a', 'b'], ['b']];
  for (const patterns of lists) {
    const last = patterns.findLastIndex((pattern) => pattern !== 'b');
    const rules = patterns.map((pattern) => rule(pattern, 'truncate'));
    const expected = last === -1 ? undefined : { ...none, content: last };
    assert.equal(winners('a', ...rules), expected, patterns.join());
  }
});

test("rule-glob: a table's pattern also holds where the directory was moved to, your own only where it says", () => {
  // Both orders, since patterns of the tables are compiled once.
  for (const [pattern, ids] of [
    ['etc/first', ['common/a', 'user/a', 'common/b']],
    ['etc/second', ['user/a', 'common/a', 'user/b']],
  ] as const) {
    for (const id of ids) {
      const glob = ruleGlob({ id }, pattern);
      assert.is(glob.matches(pattern), true, id);
      assert.is(glob.matches(`usr/${pattern}`), id.startsWith('common/'), `${id}: ${pattern}`);
    }
  }
});

test('rule-glob: a layer whose name only begins like that of your own rules is a table', () => {
  assert.is(ruleGlob({ id: 'users/a' }, 'etc/third').matches('usr/etc/third'), true);
});

test.run();
