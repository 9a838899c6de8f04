import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Facts } from '../../src/rules/condition.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Winners } from '../../src/rules/rule-set.ts';
import { RuleSet } from '../../src/rules/rule-set.ts';
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

test('positions are those of the whole list, with rules that take no part', () => {
  const never = rule('a', 'drop', { when: { exists: 'nowhere' } });
  const add = rule('a', { do: 'add', entry: { type: 'directory', mode: 0o755 } });
  assert.equal(winners('a', never, add, rule('b', 'drop'), rule(['x', 'a', '?'], 'truncate')), {
    ...none,
    content: 3,
  });
});

test('nothing where no pattern matches, and no slots where no rule is meant', () => {
  assert.is(winners('a', rule('b', 'drop')), undefined);
  assert.equal(winners('a', rule('a', 'drop', { except: ['?'] })), none);
  assert.equal(winners('a', rule('a', 'drop', { when: { type: 'directory' } })), none);
});

test('an exception of one rule is none of another', () => {
  assert.equal(winners('a', rule('?', 'truncate'), rule('?', 'drop', { except: ['a'] })), {
    ...none,
    content: 0,
  });
});

test('a link on a directory is refused until a rule keeps it', () => {
  const link = rule('d', { do: 'link', target: 'x' });
  assert.equal(winners('d', link), { ...none, refusedLink: 0 });
  assert.equal(winners('d', link, rule('d', 'keep')), { ...none, content: 1 });
});

test('a set made after another one goes by its own patterns', () => {
  const lists = [['a'], ['b'], ['a', 'b'], ['b', 'a'], ['b', 'a', '?'], ['a', 'b'], ['b']];
  for (const patterns of lists) {
    const last = patterns.findLastIndex((pattern) => pattern !== 'b');
    const rules = patterns.map((pattern) => rule(pattern, 'truncate'));
    const expected = last === -1 ? undefined : { ...none, content: last };
    assert.equal(winners('a', ...rules), expected, patterns.join());
  }
});

test.run();
