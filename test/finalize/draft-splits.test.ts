// Names of one inode with different decisions: each part becomes a separate file.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeEntry, symlink } from '../support/entries.ts';
import { SETTINGS } from '../support/make-plan.ts';
import { hardLinked } from '../support/memory-source.ts';
import { AS_ROOT, AS_USER, draft, outsideGroup, ROOT_SET, shown, USER_OWNER } from './drafting.ts';
import { rule } from './finalize-once.ts';

const test = suite('draft-splits');
const { epoch } = SETTINGS;
const ROOT_FILE = { owner: [0, 0], mode: 0o644 };

test('the name that changes gets a new file, and the others keep the inode untouched', () => {
  const drafts = draft(hardLinked(['a', 'b', 'c'], { size: 3 }), [rule('b', { do: 'truncate' })]);
  assert.equal(shown(drafts), [
    { do: 'write', path: 'b', text: '', from: 'b', ...ROOT_FILE, mtime: 0 },
    ROOT_SET,
  ]);
});

test('what all need is done to the inode after the others have left it', () => {
  const drafts = draft(hardLinked(['a', 'b', 'c', 'd'], { size: 3, mtime: epoch + 1 }), [
    rule('{a,c}', { do: 'replace', content: 'new' }),
  ]);
  assert.equal(shown(drafts), [
    { do: 'write', path: 'c', text: 'new', from: 'c', ...ROOT_FILE, mtime: epoch },
    { do: 'relink', path: 'a', to: 'c' },
    { do: 'set', path: 'd', names: ['a', 'b', 'c', 'd'], mtime: epoch },
    ROOT_SET,
  ]);
});

test('another mode or owner of one name: a copy of its own', () => {
  for (const [action, changed] of [
    [{ do: 'mode', mode: 0o600 }, { mode: 0o600 }],
    [{ do: 'owner', user: 7, group: 8 }, { owner: [7, 8] }],
  ] as const) {
    const drafts = draft(hardLinked(['a', 'b'], { size: 3 }), [rule('b', action)]);
    assert.equal(shown(drafts), [
      { do: 'write', path: 'b', text: null, from: 'b', ...ROOT_FILE, ...changed, mtime: 0 },
      ROOT_SET,
    ]);
  }
});

test('all names change, each otherwise: none keeps the inode', () => {
  const drafts = draft(hardLinked(['a', 'b'], { size: 3 }), [
    rule('a', { do: 'truncate' }),
    rule('b', { do: 'replace', content: 'new' }),
  ]);
  assert.equal(shown(drafts), [
    { do: 'write', path: 'a', text: '', from: 'a', ...ROOT_FILE, mtime: 0 },
    { do: 'write', path: 'b', text: 'new', from: 'b', ...ROOT_FILE, mtime: 0 },
    ROOT_SET,
  ]);
});

test('with a name outside nothing is ever done to the inode', () => {
  const rules = [rule('a', { do: 'truncate' })];
  const write = { do: 'write', path: 'a', text: '', from: 'a', ...ROOT_FILE };
  assert.equal(shown(draft(outsideGroup(['a', 'b', 'c'], { size: 3 }), rules)), [
    { ...write, mtime: 0 },
    ROOT_SET,
  ]);
  assert.equal(shown(draft(outsideGroup(['a', 'b', 'c'], { size: 3, mtime: epoch + 1 }), rules)), [
    { ...write, mtime: epoch },
    { do: 'write', path: 'c', text: null, from: 'c', ...ROOT_FILE, mtime: epoch },
    { do: 'relink', path: 'b', to: 'c' },
    ROOT_SET,
  ]);
});

test('without the package for attributes, and as a user, a split is made all the same', () => {
  for (const as of [{ ...AS_ROOT, keepsAttributes: false }, AS_USER]) {
    const isUser = as === AS_USER;
    const own = isUser ? { uid: 1000, gid: 100 } : {};
    const settings = isUser ? { owner: USER_OWNER } : {};
    const drafts = draft(hardLinked(['a', 'b'], { size: 3, ...own }), [rule('b', { do: 'truncate' })], {
      as,
      settings,
    });
    const owner = isUser ? [1000, 100] : [0, 0];
    assert.equal(shown(drafts)[0], {
      ...{ do: 'write', path: 'b', text: '', from: 'b' },
      ...{ owner, mode: 0o644, mtime: 0 },
    });
  }
});

test('under a faked root the names stay together: only what is decided for all is done, and the rest told', () => {
  const drafts = draft(
    hardLinked(['a', 'b', 'c'], { size: 3, mtime: epoch + 1 }),
    [rule('b', { do: 'truncate' }), rule('c', { do: 'mode', mode: 0o600 })],
    { as: { ...AS_ROOT, isFaked: true } },
  );
  assert.equal(shown(drafts), [{ do: 'set', path: 'c', names: ['a', 'b', 'c'], mtime: epoch }, ROOT_SET]);
  assert.equal([...drafts.joined].sort(), ['b', 'c']);
});

test('of a symlink with several names one gets another owner: that one is made anew', () => {
  const links = { paths: ['l', 'm'], outside: 0 };
  const entries = links.paths.map((path) => ({ ...symlink(path, 't'), links }));
  assert.equal(shown(draft(entries, [rule('m', { do: 'owner', user: 7 })])), [
    { do: 'symlink', path: 'm', target: 't' },
    { do: 'set', path: 'm', owner: [7, 0], mtime: 0 },
    ROOT_SET,
  ]);
  // Both alike: the one inode is changed.
  assert.equal(shown(draft(entries, [rule('{l,m}', { do: 'owner', user: 7 })])), [
    { do: 'set', path: 'l', names: ['l', 'm'], owner: [7, 0] },
    { do: 'set', path: 'm', names: ['l', 'm'], owner: [7, 0] },
    ROOT_SET,
  ]);
});

test('a device cannot be made anew, so it stays as it is for all its names', () => {
  const links = { paths: ['x', 'y'], outside: 0 };
  const devices = links.paths.map((path) => makeEntry(path, 'character', { major: 1, minor: 3, links }));
  const drafts = draft(devices, [rule('y', { do: 'mode', mode: 0o600 })]);
  assert.equal(shown(drafts), [ROOT_SET]);
  assert.equal(drafts.joined, ['y']);
  const other = draft(devices, [rule('x', { do: 'mode', mode: 0o600 })]);
  assert.equal(other.joined, ['x']);
});

test.run();
