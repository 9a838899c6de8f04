// The operations for users other than root, and for a root that a library merely pretends.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { draftOperations } from '../../src/finalize/draft-operations.ts';
import { Tree } from '../../src/tree/tree.ts';
import { makeEntry } from '../support/entries.ts';
import { makePlan, SETTINGS } from '../support/make-plan.ts';
import { hardLinked, MemorySource, memorySource } from '../support/memory-source.ts';
import { AS_ROOT, AS_USER, draft, outsideGroup, ROOT_SET, shown, USER_OWNER } from './drafting.ts';
import { rule } from './finalize-once.ts';

const test = suite('draft-privileges');
const { epoch } = SETTINGS;

test('a user: what is read-only is unlocked first, and gets its mode again', () => {
  const own = { uid: 1000, gid: 100 };
  const drafts = draft(
    [
      makeEntry('d', 'directory', { ...own, mode: 0o555 }),
      makeEntry('d/x', 'file', own),
      ...hardLinked(['f', 'g'], { ...own, mode: 0o444, size: 1 }),
    ],
    [rule('d/x', { do: 'drop' }), rule('{f,g}', { do: 'truncate' })],
    { as: AS_USER, settings: { owner: USER_OWNER } },
  );
  assert.equal(shown(drafts), [
    { do: 'unlock', path: 'g', mode: 0o644 },
    { do: 'unlock', path: 'd', mode: 0o755 },
    { do: 'remove', path: 'd/x', isDirectory: false },
    {
      do: 'fill',
      path: 'g',
      text: '',
      from: 'g',
      owner: [1000, 100],
      mode: 0o444,
      mtime: 0,
      names: ['f', 'g'],
    },
    { do: 'set', path: 'g', names: ['f', 'g'], mode: 0o444, mtime: 0 },
    { do: 'set', path: 'd', mode: 0o555, mtime: 0 },
    ROOT_SET,
  ]);
});

test('who only believes to be root unlocks as well: the kernel knows better', () => {
  const entries = [makeEntry('f', 'file', { mode: 0o444, size: 1 })];
  const drafts = draft(entries, [rule('f', { do: 'truncate' })], { as: { ...AS_ROOT, isFaked: true } });
  assert.equal(
    drafts.drafts.find((each) => each.do === 'unlock'),
    { do: 'unlock', path: 'f', mode: 0o644 },
  );
  assert.is(shown(drafts).filter((each) => (each as { mode?: number }).mode === 0o444).length > 0, true);
});

test('a user whose root directory is read-only, as Fedora has it', () => {
  const source = memorySource([makeEntry('a', 'file', { uid: 1000, gid: 100, mtime: epoch + 1 })]);
  const root = { ...source.tree.root, mode: 0o555, uid: 1000, gid: 100 };
  const plan = makePlan(new MemorySource(new Tree(root, source.tree.entries), source.contents), [], {
    owner: USER_OWNER,
  });
  assert.equal(shown(draftOperations(plan, AS_USER)), [
    { do: 'unlock', path: '', mode: 0o755 },
    { do: 'set', path: 'a', mtime: epoch },
    { do: 'set', path: '', mode: 0o555, mtime: epoch },
  ]);
});

test("a user: what is his on disk and root's in an archive is as it should be, and nothing is listed", () => {
  const drafts = draft(
    [makeEntry('d', 'directory', { uid: 1000, gid: 100 }), makeEntry('d/f', 'file', { uid: 1000, gid: 100 })],
    [],
    { as: AS_USER, settings: { owner: USER_OWNER } },
  );
  assert.equal(shown(drafts), [ROOT_SET]);
  assert.equal(drafts.notGiven, []);
});

test("a user who keeps owners: what is root's stays so", () => {
  const entry = makeEntry('d', 'directory', { uid: 0, gid: 0 });
  const owner = { ...USER_OWNER, policy: 'keep' } as const;
  assert.equal(shown(draft([entry], [], { as: AS_USER, settings: { owner } })), [ROOT_SET]);
});

test('a user: owners that only root could set are listed and not tried, so that a second run has nothing to do', () => {
  const drafts = draft(
    [makeEntry('mail', 'directory', { uid: 1000, gid: 100 })],
    [rule('mail', { do: 'owner', group: 8 })],
    { as: AS_USER, settings: { owner: USER_OWNER } },
  );
  assert.equal(shown(drafts), [ROOT_SET]);
  assert.equal(drafts.notGiven, ['mail']);
});

test('a user: a file of a group that he could not set again is written in place', () => {
  const drafts = draft(
    [makeEntry('f', 'file', { uid: 1000, gid: 8, size: 4 })],
    [rule('f', { do: 'truncate' })],
    { as: AS_USER, settings: { owner: USER_OWNER } },
  );
  assert.equal(shown(drafts), [
    { do: 'fill', path: 'f', text: '', from: 'f', owner: [1000, 100], mode: 0o644, mtime: 0 },
    { do: 'set', path: 'f', mode: 0o644, mtime: 0 },
    ROOT_SET,
  ]);
});

test('a faked root cannot see owners, so files stay the files they are', () => {
  const as = { ...AS_ROOT, isFaked: true };
  const own = { uid: 1000, gid: 1000 };
  const drafts = draft(
    [makeEntry('f', 'file', { ...own, size: 2 }), makeEntry('su', 'file', { ...own, mode: 0o4755 })],
    [rule('f', { do: 'truncate' }), rule('su', { do: 'owner', user: 5 })],
    { as },
  );
  assert.equal(shown(drafts), [
    { do: 'fill', path: 'f', text: '', from: 'f', owner: [1000, 1000], mode: 0o644, mtime: 0 },
    { do: 'set', path: 'f', mtime: 0 },
    // The group is another than it looks.
    { do: 'set', path: 'su', owner: [5, 0xffff_ffff] },
    ROOT_SET,
  ]);
  assert.ok(drafts.isFaked);
  const outside = draft(outsideGroup(['a'], { ...own, mtime: epoch + 1 }), [], { as });
  assert.equal([shown(outside), outside.shared], [[ROOT_SET], ['a']]);
  assert.throws(
    () => draft(hardLinked(['a', 'b']), [], { as, settings: { hardLinks: 'copy' } }),
    (error: { code: string }) => error.code === 'usage',
  );
});

test('under a faked root a group with all its names in the tree is changed in place; with one outside it is left', () => {
  const as = { ...AS_ROOT, isFaked: true };
  const own = { uid: 1000, gid: 1000, mode: 0o644, size: 2 };
  const truncated = [rule('*', { do: 'truncate' })];
  const inside = draft(hardLinked(['a', 'b'], own), truncated, { as });
  assert.equal(inside.shared, []);
  assert.equal(
    inside.drafts.map(({ do: name, path }) => `${name} ${path}`),
    ['fill b', 'set b', 'set '],
  );
  const outside = draft(outsideGroup(['a', 'b'], own), truncated, { as });
  assert.equal([shown(outside), outside.shared], [[ROOT_SET], ['a', 'b']]);
});

test.run();
