import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RuleContext } from '../../src/rules/condition.ts';
import { Facts, failedParts, holdsFor, mayHold } from '../../src/rules/condition.ts';
import type { Condition } from '../../src/rules/rule.ts';
import { makeEntry, makeTree } from './make-tree.ts';

const test = suite('condition');

const tree = makeTree(
  'd/f',
  'empty/',
  'late/',
  makeEntry('zero', { size: 0 }),
  'lib -> usr/lib',
  'usr/lib/x',
  'abs -> /proc/self/mounts',
  'loop -> loop',
  makeEntry('node', { type: 'character' }),
);

const context: RuleContext = {
  owned: (path) => path.startsWith('usr'),
  policy: (name) => ({ 'machine-id': 'empty' })[name],
};

function holds(when: Condition, path: string, given: RuleContext = context): boolean {
  const facts = new Facts(tree, given);
  const entry = tree.get(path);
  if (entry === undefined) throw new Error(`no ${path}`);
  const both = mayHold(when, facts) && holdsFor(when, facts, entry);
  assert.is(failedParts(when, facts, entry).length === 0, both, 'the two ways to ask agree');
  return both;
}

test('no condition holds', () => {
  assert.ok(holds({}, 'd'));
  assert.ok(mayHold(undefined, new Facts(tree, context)));
});

test('type is one of those given', () => {
  assert.ok(holds({ type: 'file' }, 'd/f'));
  assert.not(holds({ type: 'file' }, 'd'));
  assert.ok(holds({ type: ['file', 'character'] }, 'node'));
  assert.not(holds({ type: [] }, 'node'));
});

test('owned asks the package database, and without one neither answer holds', () => {
  assert.ok(holds({ owned: true }, 'usr/lib/x'));
  assert.not(holds({ owned: false }, 'usr/lib/x'));
  assert.ok(holds({ owned: false }, 'd/f'));
  const none = { policy: context.policy };
  assert.not(holds({ owned: true }, 'usr/lib/x', none));
  assert.not(holds({ owned: false }, 'usr/lib/x', none));
});

test('unclaimed holds where no package claims the path, and where nobody can say', () => {
  assert.not(holds({ unclaimed: true }, 'usr/lib/x'));
  assert.ok(holds({ unclaimed: true }, 'd/f'));
  assert.ok(holds({ unclaimed: true }, 'usr/lib/x', { policy: context.policy }));
});

test('plain is what a program of root makes: owner and group of the root directory, mode 0644', () => {
  assert.ok(holds({ plain: true }, 'd/f'));
  assert.not(holds({ plain: false }, 'd/f'));
  for (const chosen of [{ uid: 33 }, { gid: 4 }, { mode: 0o640 }, { mode: 0o600 }, { mode: 0o664 }]) {
    const other = makeTree(makeEntry('log', chosen));
    const facts = new Facts(other, context);
    const entry = other.get('log')!;
    assert.not(holdsFor({ plain: true }, facts, entry), JSON.stringify(chosen));
    assert.ok(holdsFor({ plain: false }, facts, entry), JSON.stringify(chosen));
  }
});

test('exists wants one of several paths, missing none of them, and both take globs', () => {
  assert.ok(holds({ exists: ['lib/y', 'lib/x'] }, 'd'));
  assert.not(holds({ exists: ['lib/y', 'lib/z'] }, 'd'));
  assert.not(holds({ missing: ['lib/y', 'lib/x'] }, 'd'));
  assert.ok(holds({ missing: ['lib/y', 'lib/z'] }, 'd'));
  assert.ok(holds({ exists: 'usr/*/x' }, 'd'));
  assert.not(holds({ exists: 'usr/*/y' }, 'd'));
  assert.ok(holds({ missing: '*/*/y' }, 'd'));
});

test('exists and missing follow symlinks within the tree', () => {
  assert.ok(holds({ exists: 'lib/x' }, 'd'));
  assert.ok(holds({ missing: 'lib/y' }, 'd'));
  assert.not(holds({ exists: 'lib/y' }, 'd'));
  assert.not(holds({ missing: 'usr/lib/x' }, 'd'));
  assert.not(holds({ exists: 'abs' }, 'd'));
  assert.not(holds({ exists: 'loop' }, 'd'));
});

test('target is a glob on the link as it stands', () => {
  assert.ok(holds({ target: 'usr/*' }, 'lib'));
  assert.not(holds({ target: '/usr/*' }, 'lib'));
  assert.ok(holds({ target: '/proc/**' }, 'abs'));
  assert.not(holds({ target: '**' }, 'd/f'));
});

test('of several paths one must exist, or none', () => {
  assert.ok(holds({ exists: ['x', 'lib/x'] }, 'd'));
  assert.not(holds({ exists: ['x', 'lib/y'] }, 'd'));
  assert.ok(holds({ missing: ['x', 'lib/y'] }, 'd'));
  assert.not(holds({ missing: ['x', 'lib/x'] }, 'd'));
});

test('size is one of those given, and of files only', () => {
  assert.ok(holds({ size: [9, 10] }, 'd/f'));
  assert.not(holds({ size: [9, 11] }, 'd/f'));
  assert.ok(holds({ size: [0] }, 'zero'));
  assert.not(holds({ size: [0] }, 'd'));
});

test('empty is about content of files and entries of directories', () => {
  assert.ok(holds({ empty: true }, 'zero'));
  assert.not(holds({ empty: true }, 'd/f'));
  assert.ok(holds({ empty: true }, 'empty'));
  assert.ok(holds({ empty: true }, 'late'));
  assert.not(holds({ empty: true }, 'd'));
  assert.ok(holds({ empty: false }, 'd'));
  assert.not(holds({ empty: true }, 'lib'));
  assert.not(holds({ empty: false }, 'lib'));
});

test('policy is the value or one of the values', () => {
  assert.ok(holds({ policy: { name: 'machine-id', value: 'empty' } }, 'd'));
  assert.ok(holds({ policy: { name: 'machine-id', value: ['absent', 'empty'] } }, 'd'));
  assert.not(holds({ policy: { name: 'machine-id', value: 'absent' } }, 'd'));
  assert.not(holds({ policy: { name: 'other', value: 'empty' } }, 'd'));
});

test('bits are all there, whatever others there are', () => {
  const modes = makeTree(makeEntry('sgid', { mode: 0o2755 }), makeEntry('plain', { mode: 0o755 }));
  const facts = new Facts(modes, context);
  const has = (path: string, bits: number): boolean => {
    const entry = modes.get(path);
    return entry !== undefined && mayHold({ bits }, facts) && holdsFor({ bits }, facts, entry);
  };
  assert.ok(has('sgid', 0o2000));
  assert.ok(has('sgid', 0o2050));
  assert.not(has('plain', 0o2000));
  assert.not(has('plain', 0o2050), 'some of them do not suffice');
  assert.ok(has('plain', 0));
});

test('privileged is what the context says, and neither where it says nothing', () => {
  assert.ok(holds({ privileged: false }, 'd', { ...context, privileged: false }));
  assert.not(holds({ privileged: true }, 'd', { ...context, privileged: false }));
  assert.ok(holds({ privileged: true }, 'd', { ...context, privileged: true }));
  assert.not(holds({ privileged: false }, 'd'));
  assert.not(holds({ privileged: true }, 'd'));
});

test('user and group are names that the tree has', () => {
  const known = { ...context, hasUser: (name: string) => name === 'man', hasGroup: () => false };
  assert.ok(holds({ user: 'man' }, 'd', known));
  assert.not(holds({ user: 'mail' }, 'd', known));
  assert.not(holds({ group: 'man' }, 'd', known));
  assert.not(holds({ user: 'man' }, 'd'), 'nobody knows any');
});

test('account files are not asked where who runs already rules the condition out', () => {
  const ask = (): boolean => {
    throw new Error('asked');
  };
  const root = { ...context, privileged: true, hasUser: ask, hasGroup: ask };
  assert.not(mayHold({ privileged: false, user: 'man', group: 'man' }, new Facts(tree, root)));
});

test('all parts must hold, and those that do not are named', () => {
  const when: Condition = { type: 'directory', owned: true, exists: 'nowhere', empty: false };
  assert.not(holds(when, 'd/f'));
  assert.equal(failedParts(when, new Facts(tree, context), tree.get('d/f')), ['exists', 'type', 'owned']);
  assert.equal(failedParts(when, new Facts(tree, context), undefined), ['exists']);
});

test.run();
