import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Drafts, draftOperations } from '../../src/finalize/draft-operations.ts';
import type { Action, Rule } from '../../src/rules/rule.ts';
import { Tree } from '../../src/tree/tree.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { makePlan, SETTINGS } from '../support/make-plan.ts';
import { type Given, hardLinked, MemorySource, memorySource } from '../support/memory-source.ts';
import { AS_ROOT, about, draft, outsideGroup, ROOT_SET, shown } from './drafting.ts';
import { rule } from './finalize-once.ts';

const test = suite('draft-operations');
const { epoch } = SETTINGS;

test('a tree that is as planned needs nothing; a root of another time alone is set', () => {
  const source = memorySource([['a', 'x'], symlink('l', 'a'), makeEntry('p', 'fifo')]);
  const root = { ...source.tree.root, mtime: epoch };
  const old = new MemorySource(new Tree(root, source.tree.entries), source.contents);
  assert.equal(draftOperations(makePlan(old), AS_ROOT).drafts, []);
  assert.equal(draftOperations(makePlan(source), AS_ROOT).drafts, [ROOT_SET]);
});

test('times, owners and modes are set after contents, directories last and from the deepest', () => {
  const late = { mtime: epoch + 5, nanoseconds: 7 };
  const drafts = draft(
    [
      makeEntry('d', 'directory', late),
      makeEntry('d/e', 'directory', late),
      makeEntry('d/e/f', 'file', late),
      symlink('d/l', 'x'),
      makeEntry('n', 'file', { nanoseconds: 1 }),
      ['z', 'old'],
    ],
    [rule('z', { do: 'replace', content: 'new' }), rule('d/e/f', { do: 'mode', mode: 0o600 })],
    { settings: { owner: { ...SETTINGS.owner, mapUid: new Map([[0, 5]]) } } },
  );
  assert.equal(shown(drafts), [
    { do: 'write', path: 'z', text: 'new', from: 'z', owner: [5, 0], mode: 0o644, mtime: 0 },
    { do: 'set', path: 'd/e/f', owner: [5, 0], mode: 0o600, mtime: epoch },
    { do: 'set', path: 'd/l', owner: [5, 0] },
    { do: 'set', path: 'n', owner: [5, 0], mtime: 0 },
    { do: 'set', path: 'd/e', owner: [5, 0], mtime: epoch },
    { do: 'set', path: 'd', owner: [5, 0], mtime: epoch },
    ROOT_SET,
  ]);
});

test('set-user-id is set again behind a new owner, which takes it away', () => {
  const drafts = draft([makeEntry('su', 'file', { mode: 0o4755, uid: 7 })], [], {
    settings: { owner: { ...SETTINGS.owner, policy: 'root' } },
  });
  assert.equal(shown(drafts)[0], { do: 'set', path: 'su', owner: [0, 0], mode: 0o4755 });
});

test('what goes goes from the deepest up, and the directory it was in gets its time again', () => {
  const drafts = draft(
    [
      ['cache/a/b', 'x'],
      ['cache/a/c', 'x'],
      ['keep/x', 'x'],
    ],
    [rule('cache/**', { do: 'drop' }), rule('keep/x', { do: 'drop' })],
  );
  assert.equal(shown(drafts), [
    { do: 'remove', path: 'keep/x', isDirectory: false },
    { do: 'remove', path: 'cache/a/c', isDirectory: false },
    { do: 'remove', path: 'cache/a/b', isDirectory: false },
    { do: 'remove', path: 'cache/a', isDirectory: true },
    { do: 'set', path: 'keep', mtime: 0 },
    { do: 'set', path: 'cache', mtime: 0 },
    ROOT_SET,
  ]);
});

test('a socket goes, and its directory gets its time again', () => {
  const drafts = draft([makeEntry('run', 'directory')], [], { warnings: [about('socket', 'run/s')] });
  assert.equal(shown(drafts), [
    { do: 'remove', path: 'run/s', isDirectory: false },
    { do: 'set', path: 'run', mtime: 0 },
    ROOT_SET,
  ]);
});

test('added entries', () => {
  const add = (path: string, entry: Extract<Action, { do: 'add' }>['entry']): Rule =>
    rule(path, { do: 'add', entry });
  const drafts = draft(
    [],
    [
      add('d', { type: 'directory', mode: 0o700 }),
      add('d/f', { type: 'file', content: 'hi', mode: 0o640 }),
      add('d/l', { type: 'symlink', target: 'f' }),
    ],
  );
  assert.equal(shown(drafts), [
    { do: 'directory', path: 'd' },
    { do: 'write', path: 'd/f', text: 'hi', from: undefined, owner: [0, 0], mode: 0o640, mtime: 0 },
    { do: 'symlink', path: 'd/l', target: 'f' },
    { do: 'set', path: 'd/l', owner: [0, 0], mtime: 0 },
    { do: 'set', path: 'd', owner: [0, 0], mode: 0o700, mtime: 0 },
    ROOT_SET,
  ]);
});

test('a file becomes a symlink', () => {
  const drafts = draft([['etc/mtab', 'x']], [rule('etc/mtab', { do: 'link', target: '../proc/mounts' })]);
  assert.equal(shown(drafts), [
    { do: 'symlink', path: 'etc/mtab', target: '../proc/mounts' },
    { do: 'set', path: 'etc/mtab', owner: [0, 0], mtime: 0 },
    { do: 'set', path: 'etc', mtime: 0 },
    ROOT_SET,
  ]);
});

const REPLACEMENTS: ReadonlyArray<
  readonly [what: string, given: Given, entry: Extract<Action, { do: 'add' }>['entry'], removed: unknown[]]
> = [
  ['a file', ['x', 'old'], { type: 'file', content: 'new', mode: 0o644 }, []],
  ['a symlink', symlink('x', 'y'), { type: 'file', content: 'new', mode: 0o644 }, []],
  [
    'a file',
    ['x', 'old'],
    { type: 'directory', mode: 0o755 },
    [{ do: 'remove', path: 'x', isDirectory: false }],
  ],
  [
    'a directory with content',
    ['x/y', 'old'],
    { type: 'symlink', target: 'z' },
    [
      { do: 'remove', path: 'x/y', isDirectory: false },
      { do: 'remove', path: 'x', isDirectory: true },
    ],
  ],
];
for (const [what, given, entry, removed] of REPLACEMENTS) {
  test(`${what} that one rule drops and another replaces by a ${entry.type}`, () => {
    const rules = [rule('x', { do: 'drop' }), { ...rule('x', { do: 'add', entry }), id: 'test/second' }];
    const drafts = shown(draft([given], rules)) as { do: string; path: string }[];
    const removals = drafts.filter(({ do: name }) => name === 'remove');
    assert.equal(removals, removed);
    const made = entry.type === 'file' ? 'write' : entry.type;
    assert.ok(drafts.some((each) => each.do === made && each.path === 'x'));
    assert.is(drafts.findIndex((each) => each.do === made) >= removals.length, true);
  });
}

test('what one rule drops and another adds is left alone where it is the same already', () => {
  const again = (entry: Extract<Action, { do: 'add' }>['entry']): Rule[] => [
    rule('x', { do: 'drop' }),
    { ...rule('x', { do: 'add', entry }), id: 'test/second' },
  ];
  assert.equal(shown(draft([['x', 'hi']], again({ type: 'file', content: 'hi', mode: 0o644 }))), [ROOT_SET]);
  assert.equal(shown(draft([symlink('x', 'y')], again({ type: 'symlink', target: 'y' }))), [ROOT_SET]);
  assert.equal(shown(draft([makeEntry('x', 'directory')], again({ type: 'directory', mode: 0o700 }))), [
    { do: 'set', path: 'x', mode: 0o700 },
    ROOT_SET,
  ]);
  const other = shown(draft([['x', 'ho']], again({ type: 'file', content: 'hi', mode: 0o644 })));
  assert.is((other[0] as { do: string }).do, 'write');
});

test('a socket whose name a rule gives to a file is not removed again: the file would go with it', () => {
  const add = rule('s', { do: 'add', entry: { type: 'file', content: 'x', mode: 0o644 } });
  const drafts = shown(draft([], [add], { warnings: [about('socket', 's')] })) as { do: string }[];
  assert.equal(
    drafts.map((each) => each.do),
    ['write', 'set'],
  );
});

test('a file with all names inside is written in place, and all its names are known', () => {
  const names = hardLinked(['a', 'b', 'c'], { size: 3, mtime: epoch + 9 });
  const drafts = draft(names, [rule('{b,c}', { do: 'replace', content: 'new' }), rule('a', { do: 'drop' })]);
  assert.equal(shown(drafts), [
    { do: 'remove', path: 'a', isDirectory: false },
    {
      do: 'fill',
      path: 'c',
      text: 'new',
      from: 'c',
      owner: [0, 0],
      mode: 0o644,
      mtime: epoch,
      names: ['a', 'b', 'c'],
    },
    { do: 'set', path: 'c', names: ['a', 'b', 'c'], mode: 0o644, mtime: epoch },
    ROOT_SET,
  ]);
});

test('with one name left it is replaced', () => {
  const drafts = draft(hardLinked(['a', 'b'], { size: 3 }), [
    rule('b', { do: 'replace', content: 'new' }),
    rule('a', { do: 'drop' }),
  ]);
  assert.equal(
    (shown(drafts) as { do: string }[]).map((each) => each.do),
    ['remove', 'write', 'set'],
  );
});

test('metadata of several names is set once', () => {
  const drafts = draft(hardLinked(['a', 'b'], { mtime: epoch + 1 }));
  assert.equal(shown(drafts), [{ do: 'set', path: 'b', names: ['a', 'b'], mtime: epoch }, ROOT_SET]);
});

test('a name outside: the names inside get a file of their own, whether content or metadata changes', () => {
  const copy = { do: 'write', path: 'b', from: 'b', owner: [0, 0], mode: 0o644 };
  const byTime = draft(outsideGroup(['a', 'b'], { mtime: epoch + 1, size: 2 }, 'file'));
  assert.equal(shown(byTime), [
    { ...copy, text: null, mtime: epoch },
    { do: 'relink', path: 'a', to: 'b' },
    ROOT_SET,
  ]);
  const byContent = draft(outsideGroup(['a', 'b'], { size: 2 }), [
    rule('{a,b}', { do: 'replace', content: 'new' }),
  ]);
  assert.equal(shown(byContent)[0], { ...copy, text: 'new', mtime: 0 });
  assert.equal(shown(draft(outsideGroup(['a', 'b'], { size: 2 }))), [ROOT_SET]);
});

test('a name outside of a symlink, which is made anew, and of a device or FIFO, which stays', () => {
  const links = { paths: ['l'], outside: 1 };
  const drafts = draft([
    { ...symlink('l', 't'), mtime: epoch + 1, links },
    ...outsideGroup(['p'], { mtime: epoch + 1 }, 'fifo'),
  ]);
  assert.equal(shown(drafts), [
    { do: 'symlink', path: 'l', target: 't' },
    { do: 'set', path: 'l', owner: [0, 0], mtime: epoch },
    ROOT_SET,
  ]);
  assert.equal(drafts.shared, ['p']);
});

test('several names of a device inside are set one by one', () => {
  const links = { paths: ['x', 'y'], outside: 0 };
  const fields = { mtime: epoch + 1, major: 1, minor: 3, links };
  const drafts = draft([makeEntry('x', 'character', fields), makeEntry('y', 'character', fields)]);
  assert.equal(shown(drafts), [
    { do: 'set', path: 'x', names: ['x', 'y'], mtime: epoch },
    { do: 'set', path: 'y', names: ['x', 'y'], mtime: epoch },
    ROOT_SET,
  ]);
});

test('--hard-links copy gives every name a file of its own', () => {
  const drafts = draft(hardLinked(['a', 'b']), [], { settings: { hardLinks: 'copy' } });
  assert.equal(
    (shown(drafts) as { do: string; path: string }[]).map((each) => [each.do, each.path]),
    [
      ['write', 'a'],
      ['write', 'b'],
      ['set', ''],
    ],
  );
});

test('where attributes cannot be carried over, the file is written in place', () => {
  const as = { ...AS_ROOT, keepsAttributes: false };
  const drafts = draft([['a', 'old']], [rule('a', { do: 'replace', content: 'new' })], { as });
  assert.equal(shown(drafts), [
    { do: 'fill', path: 'a', text: 'new', from: 'a', owner: [0, 0], mode: 0o644, mtime: 0 },
    { do: 'set', path: 'a', mode: 0o644, mtime: 0 },
    ROOT_SET,
  ]);
});

test('a new owner costs a file its capabilities, so a file that has some is made anew', () => {
  const settings = { owner: { ...SETTINGS.owner, policy: 'root' as const } };
  const warnings = [about('xattr', 'ping')];
  const drafts = draft([makeEntry('ping', 'file', { uid: 9 }), makeEntry('other', 'file', { uid: 9 })], [], {
    settings,
    warnings,
  });
  assert.equal(shown(drafts), [
    { do: 'write', path: 'ping', text: null, from: 'ping', owner: [0, 0], mode: 0o644, mtime: 0 },
    { do: 'set', path: 'other', owner: [0, 0] },
    ROOT_SET,
  ]);
});

test('what is mounted in the tree keeps its mode and time', () => {
  const drafts = draft([makeEntry('proc', 'directory', { mtime: epoch + 1 })], [], {
    warnings: [about('mount-point', 'proc')],
  });
  assert.equal(shown(drafts), [ROOT_SET]);
});

test('nothing takes the place of something mounted', () => {
  const rules = [
    rule('x', { do: 'drop' }),
    { ...rule('x', { do: 'add', entry: { type: 'symlink', target: 'y' } }), id: 'test/second' },
  ];
  const run = (): Drafts =>
    draft([makeEntry('x/m', 'directory')], rules, { warnings: [about('mount-point', 'x/m')] });
  assert.throws(run, (error: { code: string; message: string }) => {
    return error.code === 'tree-unwritable' && error.message.includes('x/m');
  });
});

test('the entry . of the archive is none of the tree', () => {
  assert.equal(shown(draft([], [], { settings: { rootEntry: true } })), [ROOT_SET]);
});

test.run();
