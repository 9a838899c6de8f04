// Hard links in the plan: who shares an inode, who carries the data, and what is done to one name.
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan, PlanSettings } from '../../src/plan/plan.ts';
import type { Action, Rule } from '../../src/rules/rule.ts';
import { symlink } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { hardLinked, type MemorySource, memorySource } from '../support/memory-source.ts';
import { byPath, changes, contentOf, rule } from '../support/plan-facts.ts';

const test = suite('planned links');

const SHADOW = 'root:*:20000:0:99999:7:::\n';

function linkFacts(plan: Plan): string[] {
  return Array.from(
    plan.entries(),
    ({ entry, inode, nlink, linkTo }) => `${entry.path} ${inode} ${nlink} ${linkTo === null}`,
  ).filter((line) => line.includes('name'));
}

function threeNames(content = 'shared'): MemorySource {
  const names = ['a/name', 'b/name', 'c/name'];
  const source = memorySource(hardLinked(names, { size: content.length }));
  for (const name of names) source.contents.set(name, Buffer.from(content));
  return source;
}

test('three names across directories share an inode, and the last carries the data', () => {
  assert.equal(linkFacts(makePlan(threeNames())), [
    'a/name 6 3 false',
    'b/name 6 3 false',
    'c/name 6 3 true',
  ]);
});

test('for a format that wants it so, the first name carries the data, and the others say which one that is', () => {
  const linksOf = (settings: Partial<PlanSettings>, rules: readonly Rule[] = []): unknown[] =>
    [...makePlan(threeNames(), rules, settings).entries()]
      .filter(({ inode }) => inode !== 0)
      .map(({ entry, linkTo }) => [entry.path, linkTo]);
  assert.equal(linksOf({ linkData: 'first' }), [
    ['a/name', null],
    ['b/name', 'a/name'],
    ['c/name', 'a/name'],
  ]);
  assert.equal(linksOf({ linkData: 'last' }), [
    ['a/name', 'c/name'],
    ['b/name', 'c/name'],
    ['c/name', null],
  ]);
  // Of those that reach the archive.
  assert.equal(linksOf({ linkData: 'first' }, [rule('drop', 'a/name', { do: 'drop' })]), [
    ['b/name', null],
    ['c/name', 'b/name'],
  ]);
});

test('a group that loses a name has one less; one that loses all but one is a plain file', () => {
  const drop = (match: string): Rule => rule(`drop-${match}`, match, { do: 'drop' });
  assert.equal(linkFacts(makePlan(threeNames(), [drop('c/name')])), ['a/name 6 2 false', 'b/name 6 2 true']);
  assert.equal(linkFacts(makePlan(threeNames(), [drop('{a,c}/name')])), ['b/name 0 1 true']);
  assert.is(contentOf(makePlan(threeNames(), [drop('{a,c}/name')]), 'b/name'), 'shared');
});

test('what is done to one name is not done to the others: the group is split', () => {
  for (const [action, content, what] of [
    [{ do: 'truncate' }, '', 'truncate'],
    [{ do: 'replace', content: 'other' }, 'other', 'replace'],
    [{ do: 'mode', mode: 0o600 }, 'shared', 'mode'],
    [{ do: 'owner', user: 7 }, 'shared', 'owner'],
  ] as const) {
    const plan = makePlan(threeNames(), [rule('one', 'b/name', action)]);
    assert.is(contentOf(plan, 'b/name'), content);
    for (const path of ['a/name', 'c/name']) {
      assert.is(contentOf(plan, path), 'shared');
      assert.equal(plan.splitFrom(path), ['b/name']);
      const { entry } = byPath(plan).get(path)!;
      assert.equal([entry.size, entry.mode, entry.uid], [6, 0o644, 0]);
      assert.equal(entry.links?.paths, ['a/name', 'c/name']);
    }
    assert.equal(plan.splitFrom('b/name'), ['a/name', 'c/name']);
    assert.is(byPath(plan).get('b/name')?.entry.links, null);
    assert.is(byPath(plan).get('b/name')?.entry.size, content.length);
    assert.equal(linkFacts(plan), ['a/name 6 2 false', 'b/name 0 1 true', 'c/name 6 2 true']);
    const bytes = what === 'truncate' ? 6 : what === 'replace' ? 5 : 0;
    assert.equal(changes(plan).sort(), [
      'normalize/hard-links split 1 0 b/name',
      `test/one ${what} 1 ${bytes} b/name`,
    ]);
  }
});

test('names that come out the same stay one file, whichever rules make them so', () => {
  const plan = makePlan(threeNames(), [
    rule('one', 'a/name', { do: 'truncate' }),
    rule('two', 'c/name', { do: 'replace', content: '' }),
  ]);
  assert.equal(linkFacts(plan), ['a/name 6 2 false', 'b/name 0 1 true', 'c/name 6 2 true']);
  // The one that keeps its content is what the others are split from.
  assert.ok(changes(plan).includes('normalize/hard-links split 2 0 a/name,c/name'));
});

test('what happens to all names alike splits nothing', () => {
  for (const action of [
    { do: 'truncate' },
    { do: 'replace', content: 'other' },
    { do: 'mode', mode: 0o600 },
    { do: 'owner', user: 7 },
  ] as const) {
    const plan = makePlan(threeNames(), [rule('all', '*/name', action)]);
    assert.equal(linkFacts(plan), ['a/name 6 3 false', 'b/name 6 3 false', 'c/name 6 3 true']);
    assert.equal(plan.splitFrom('a/name'), []);
    assert.not(changes(plan).some((line) => line.includes('split')));
  }
});

test('a name that is dropped or becomes a symlink splits nothing off from the rest', () => {
  const plan = makePlan(threeNames(), [
    rule('drop', 'a/name', { do: 'drop' }),
    rule('rest', '{b,c}/name', { do: 'truncate' }),
  ]);
  assert.equal(linkFacts(plan), ['b/name 6 2 false', 'c/name 6 2 true']);
});

test('each part is numbered by its own first name', () => {
  const names = ['a/name', 'bb/name', 'ccc/name', 'dddd/name'];
  const plan = makePlan(memorySource(hardLinked(names, { size: 1 })), [
    rule('odd', '{bb,dddd}/name', { do: 'truncate' }),
  ]);
  assert.equal(linkFacts(plan), [
    'a/name 6 2 false',
    'bb/name 7 2 false',
    'ccc/name 6 2 true',
    'dddd/name 7 2 true',
  ]);
});

test('a normalizer rewrites every name that its rule is about, by itself, and they stay one file', () => {
  const source = threeNames(SHADOW);
  const plan = makePlan(source, [
    rule('r', '{a,c}/name', { do: 'rewrite', normalizer: 'shadow-last-change' }),
  ]);
  assert.equal(source.opened, ['a/name', 'c/name']);
  assert.match(contentOf(plan, 'c/name')!, /11574/);
  assert.is(contentOf(plan, 'b/name'), SHADOW);
  assert.equal(linkFacts(plan), ['a/name 6 2 false', 'b/name 0 1 true', 'c/name 6 2 true']);
});

test('with copies there is nothing to split, and each name has its own content', () => {
  const plan = makePlan(threeNames(), [rule('one', 'b/name', { do: 'truncate' })], { hardLinks: 'copy' });
  assert.equal(
    ['a/name', 'b/name', 'c/name'].map((path) => contentOf(plan, path)),
    ['shared', '', 'shared'],
  );
  assert.equal(plan.splitFrom('b/name'), []);
});

/** What can be decided about one name, and about the next. */
const anyRule = fc.record({
  match: fc.constantFrom('a', 'b', 'c', 'd', '{a,b}', '{b,d}', '?'),
  action: fc.constantFrom<Action>(
    { do: 'drop' },
    { do: 'keep' },
    { do: 'truncate' },
    { do: 'replace', content: SHADOW },
    { do: 'replace', content: '' },
    { do: 'rewrite', normalizer: 'shadow-last-change' },
    { do: 'link', target: 'a' },
    { do: 'mode', mode: 0o600 },
    { do: 'mode', mode: 0o644 },
    { do: 'owner', user: 5 },
    { do: 'owner', group: 5 },
  ),
});

test('whatever the rules: each name comes out as it would if it were the only one', () => {
  const names = ['a', 'b', 'c', 'd'];
  const facts = (plan: Plan): string[] =>
    [...byPath(plan).values()].map(({ entry }) => {
      const { path, type, mode, uid, gid, size, target } = entry;
      return JSON.stringify([path, type, mode, uid, gid, size, target, contentOf(plan, path)]);
    });
  const single = memorySource(names.map((name) => [name, SHADOW]));
  const linked = memorySource(hardLinked(names, { size: SHADOW.length }));
  for (const name of names) linked.contents.set(name, Buffer.from(SHADOW));
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 6 }), (given) => {
      const rules = given.map(({ match, action }, at) => rule(`r${at}`, match, action));
      const [alone, together] = [makePlan(single, rules), makePlan(linked, rules)];
      assert.equal(facts(together), facts(alone));
      // Those that share an inode are the same in all that an inode has, and the last of them carries the data.
      const groups = new Map<number, string[]>();
      for (const { entry, inode, nlink, linkTo } of together.entries()) {
        if (inode === 0) continue;
        const { path, mode, uid, gid } = entry;
        const same = JSON.stringify([mode, uid, gid, contentOf(together, path)]);
        const known = groups.get(inode) ?? [];
        groups.set(inode, [...known, same]);
        assert.ok(known.every((other) => other === same));
        assert.is(linkTo === null, known.length + 1 === nlink);
      }
      // And no two groups, nor single names, could be one.
      const files = [...together.entries()].filter(({ entry }) => entry.type === 'file');
      const keys = files.map(({ entry: { path, mode, uid, gid }, inode }) =>
        JSON.stringify([mode, uid, gid, contentOf(together, path), inode === 0 ? path : inode]),
      );
      const outcomes = new Set(keys.map((key) => JSON.stringify(JSON.parse(key).slice(0, 4))));
      assert.is(new Set(keys).size, outcomes.size);
    }),
    { numRuns: 300 },
  );
});

test('a name that becomes a symlink leaves its group', () => {
  const plan = makePlan(threeNames(), [rule('link', 'b/name', { do: 'link', target: '../a/name' })]);
  assert.equal(linkFacts(plan), ['a/name 6 2 false', 'b/name 0 1 true', 'c/name 6 2 true']);
  assert.is(byPath(plan).get('b/name')?.entry.links, null);
});

test('with --hard-links copy every name is a file of its own', () => {
  const plan = makePlan(threeNames(), [], { hardLinks: 'copy' });
  assert.equal(linkFacts(plan), ['a/name 0 1 true', 'b/name 0 1 true', 'c/name 0 1 true']);
  assert.is(plan.contentBytes(), 18);
  assert.is(makePlan(threeNames()).contentBytes(), 6);
});

test('hard-linked symlinks and devices are written out name by name', () => {
  const links = { paths: ['l1 name', 'l2 name'], outside: 0 };
  const source = memorySource(links.paths.map((path) => ({ ...symlink(path, 'target'), links })));
  assert.equal(linkFacts(makePlan(source)), ['l1 name 0 1 true', 'l2 name 0 1 true']);
});

test.run();
