// Hard links in the plan: who shares an inode, who carries the data, and what is done to one name.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../src/plan/plan.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { symlink } from '../support/entries.ts';
import { makePlan } from '../support/make-plan.ts';
import { hardLinked, type MemorySource, memorySource } from '../support/memory-source.ts';
import { byPath, changes, contentOf, rule } from '../support/plan-facts.ts';

const test = suite('plan hard links');

const SHADOW = 'root:*:20000:0:99999:7:::\n';

function linkFacts(plan: Plan): string[] {
  return Array.from(
    plan.entries(),
    ({ entry, inode, nlink, carriesData }) => `${entry.path} ${inode} ${nlink} ${carriesData}`,
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

test('a group that loses a name has one less; one that loses all but one is a plain file', () => {
  const drop = (match: string): Rule => rule(`drop-${match}`, match, { do: 'drop' });
  assert.equal(linkFacts(makePlan(threeNames(), [drop('c/name')])), ['a/name 6 2 false', 'b/name 6 2 true']);
  assert.equal(linkFacts(makePlan(threeNames(), [drop('{a,c}/name')])), ['b/name 0 1 true']);
  assert.is(contentOf(makePlan(threeNames(), [drop('{a,c}/name')]), 'b/name'), 'shared');
});

test('what is done to the content of one name is done to all', () => {
  for (const [action, content] of [
    [{ do: 'truncate' }, ''],
    [{ do: 'replace', content: 'other' }, 'other'],
  ] as const) {
    const plan = makePlan(threeNames(), [rule('one', 'b/name', action)]);
    for (const path of ['a/name', 'b/name', 'c/name']) {
      assert.is(contentOf(plan, path), content);
      assert.is(byPath(plan).get(path)?.entry.size, content.length);
    }
    assert.equal(linkFacts(plan), ['a/name 6 3 false', 'b/name 6 3 false', 'c/name 6 3 true']);
    assert.ok(changes(plan)[0]?.endsWith('a/name,b/name,c/name'));
  }
});

test('a content is read once for a group', () => {
  const source = threeNames(SHADOW);
  const plan = makePlan(source, [rule('r', '*/name', { do: 'rewrite', normalizer: 'shadow-last-change' })]);
  assert.equal(source.opened, ['a/name']);
  assert.match(contentOf(plan, 'c/name')!, /11574/);
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
