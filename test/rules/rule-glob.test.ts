import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ruleGlob } from '../../src/rules/rule-glob.ts';

const test = suite('rule-glob');

test("a table's pattern also holds where the directory was moved to, your own only where it says", () => {
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

test('a layer whose name only begins like that of your own rules is a table', () => {
  assert.is(ruleGlob({ id: 'users/a' }, 'etc/third').matches('usr/etc/third'), true);
});

test.run();
