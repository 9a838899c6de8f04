import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ArchiveTree, ArchiveTreeBuilder } from '../../src/source/archive-tree.ts';
import { READ_LIMITS } from '../../src/source/read-limits.ts';
import { encodeAccessList, parseAccessList } from '../../src/tree/access-list.ts';
import { build, directory, entry, link, linked } from './archive-entries.ts';

const test = suite('archive-tree');

const paths = ({ tree }: ArchiveTree): string[] => tree.entries.map(({ path }) => path);
const warned = ({ warnings }: ArchiveTree): string[] => warnings.map(({ code, path }) => `${code} ${path}`);

test('entries in any order come out in tree order', () => {
  const found = build([entry('b'), entry('a-b'), entry('a/c'), directory('a'), directory('.')]);
  assert.equal(paths(found), ['a', 'a/c', 'a-b', 'b']);
  assert.equal([warned(found), found.hasRoot], [[], true]);
});

test('a missing parent is made, 0755 of root, once, with a warning', () => {
  const found = build([entry('a/b/c', { uid: 5 }), entry('a/b/d')]);
  assert.equal(paths(found), ['a', 'a/b', 'a/b/c', 'a/b/d']);
  assert.equal(warned(found).sort(), ['implied-directory a', 'implied-directory a/b']);
  const { type, mode, uid, mtime } = found.tree.get('a/b') ?? {};
  assert.equal([type, mode, uid, mtime, found.hasRoot], ['directory', 0o755, 0, 0, false]);
});

test('absolute names lose the slash, with one warning for all', () => {
  const found = build([directory('/etc'), entry('/etc/passwd')]);
  assert.equal([paths(found), warned(found)], [['etc', 'etc/passwd'], ['absolute-name ']]);
  assert.match(found.warnings[0]?.message ?? '', /^2 names begin with a slash/);
});

test('the later of two entries wins', () => {
  const found = build([entry('a', { size: 3, mode: 0o600 }), entry('a', { size: 5, dataOffset: 2000 })]);
  assert.equal(found.tree.get('a')?.size, 5);
  assert.equal(found.places.get(found.tree.entries[0]!)?.offset, 2000);
  assert.equal(warned(found), ['duplicate-entry a']);
});

test('a link again is worth a word where it leads elsewhere, or belongs to somebody else', () => {
  const symlink = (fields: Partial<ReturnType<typeof entry>>): ReturnType<typeof entry> =>
    entry('l', { type: 'symlink', size: 1, target: 'a', ...fields });
  for (const [second, words] of [
    [symlink({ mtime: 9 }), []],
    [symlink({ target: 'b' }), ['duplicate-entry l']],
    [symlink({ uid: 1 }), ['duplicate-entry l']],
    [symlink({ gid: 1 }), ['duplicate-entry l']],
    [entry('l'), ['duplicate-entry l']],
  ] as const) {
    assert.equal(warned(build([symlink({}), second])), words);
  }
});

test('a directory again only changes its metadata; the same again is not worth a word', () => {
  const found = build([
    directory('a'),
    entry('a/x'),
    directory('a', { mode: 0o700 }),
    directory('a', { mode: 0o700 }),
  ]);
  assert.equal([paths(found), found.tree.get('a')?.mode], [['a', 'a/x'], 0o700]);
  assert.equal(warned(found), ['duplicate-entry a']);
});

test('another archive behind the first goes over it', () => {
  const found = build(
    [directory('etc'), entry('etc/a', { size: 1 }), entry('etc/b', { size: 1 })],
    [directory('etc'), entry('etc/b', { size: 2 }), entry('etc/c')],
  );
  assert.equal(paths(found), ['etc', 'etc/a', 'etc/b', 'etc/c']);
  assert.equal(found.places.get(found.tree.get('etc/b')!)?.offset, 101_024);
});

test('a symlink in the place of an empty directory, and the other way round', () => {
  const found = build([
    directory('a'),
    entry('a', { type: 'symlink', target: 'b' }),
    entry('b'),
    directory('b'),
  ]);
  assert.equal(
    found.tree.entries.map(({ type, target }) => `${type} ${target}`),
    ['symlink b', 'directory '],
  );
});

test('hard links of cpio: one group, metadata and content of the last that has them', () => {
  const found = build([linked('z'), linked('a', 9, { mode: 0o600, uid: 4 })]);
  const [a, z] = found.tree.entries;
  assert.is(a?.links, z?.links);
  assert.equal(a?.links, { paths: ['a', 'z'], outside: 0 });
  assert.equal([z?.size, z?.mode, z?.uid], [9, 0o600, 4]);
  assert.equal([found.places.get(a!)?.offset, found.places.get(z!)?.offset], [5009, 5009]);
});

test('hard links of cpio: data on the first name, or on every one', () => {
  for (const sizes of [
    [9, 0],
    [9, 9],
  ] as const) {
    const found = build([linked('a', sizes[0]), linked('b', sizes[1])]);
    assert.equal(
      found.tree.entries.map(({ size }) => size),
      [9, 9],
    );
  }
});

test('names outside the archive are counted; inode and count alone make no link', () => {
  const found = build([linked('a', 1, { nlink: 3 }), linked('b', 0, { nlink: 3 }), entry('c', { inode: 7 })]);
  assert.equal(found.tree.get('a')?.links, { paths: ['a', 'b'], outside: 1 });
  assert.is(found.tree.get('c')?.links, null);
});

test('the numbers of one archive mean nothing in the next', () => {
  const found = build([linked('a', 1), linked('b')], [linked('c', 2), linked('d')]);
  assert.equal(found.tree.get('a')?.links?.paths, ['a', 'b']);
  assert.equal(found.tree.get('d')?.links?.paths, ['c', 'd']);
});

test('a name of a group that is replaced leaves it', () => {
  const found = build([linked('a', 4), linked('b'), entry('a', { size: 1 })]);
  assert.equal([found.tree.get('a')?.size, found.tree.get('b')?.size], [1, 4]);
  assert.is(found.tree.get('a')?.links, null);
  assert.equal(found.tree.get('b')?.links, { paths: ['b'], outside: 1 });
});

test('the same name of a group twice', () => {
  const alone = build([linked('a', 4), linked('a')]);
  assert.equal([alone.tree.get('a')?.size, alone.tree.get('a')?.links?.paths], [4, ['a']]);
  const both = build([linked('a', 4), linked('b'), linked('a')]);
  assert.equal(both.tree.get('a')?.links, { paths: ['a', 'b'], outside: 0 });
});

test('hard links of tar: another name of the entry before', () => {
  const found = build([
    entry('./a', { size: 3, mode: 0o600 }),
    entry('./b', { hardLink: './a', mode: 0o777 }),
    entry('./c', { hardLink: '/b' }),
  ]);
  assert.equal(found.tree.get('b')?.mode, 0o600);
  assert.equal(found.tree.get('c')?.links, { paths: ['a', 'b', 'c'], outside: 0 });
});

test('what only files can have is left out of others, with a warning; sockets go', () => {
  const found = build([directory('a', { size: 5 }), entry('s', { type: 'socket' })]);
  assert.equal([paths(found), warned(found)], [['a'], ['ignored-data a', 'socket s']]);
});

const named = (...names: string[]): Map<string, string> => new Map(names.map((name) => [name, '']));

test('extended attributes are warned of as for a directory', () => {
  const found = build([entry('a', { attributes: named('user.\n', 'security.capability') })]);
  assert.equal(
    found.warnings.map(({ message }) => message),
    [
      'has the extended attributes security.capability, user.\\x0a, which a cpio archive cannot hold; pack a .tar to keep them',
    ],
  );
  const one = build([entry('a', { attributes: named('user.a') })]).warnings[0]?.message;
  assert.is(
    one,
    'has the extended attribute user.a, which a cpio archive cannot hold; pack a .tar to keep it',
  );
});

test('the access list of an entry decides its mode, as it does on disk', () => {
  const list = encodeAccessList(
    parseAccessList('user::rw-,user:1:rw-,group::r--,mask::rw-,other::r--') ?? [],
  );
  const attributes = new Map([['system.posix_acl_access', list]]);
  const found = build([entry('a', { attributes, mode: 0o2644 }), entry('b', { mode: 0o644 })]);
  assert.equal([found.tree.get('a')?.mode, found.tree.get('b')?.mode], [0o2664, 0o644]);
});

test('thousands of extended attributes are one short warning', () => {
  const attributes = Array.from({ length: 5000 }, (_, i) => `user.${i}${'x'.repeat(1000)}`);
  const { warnings } = build([entry('a', { attributes: named(...attributes) })]);
  assert.is(warnings.length, 1);
  assert.match(warnings[0]?.message ?? '', /x\.\.\., user\.1\d*x.* and 4992 more, which/);
  assert.ok((warnings[0]?.message.length ?? 0) < 3000);
});

test('an entry below a symlink goes where the link leads, in a later archive or the same', () => {
  const merged = [directory('usr'), directory('usr/lib'), link('lib', 'usr/lib')];
  const more = [directory('lib/modules'), entry('lib/modules/x.ko', { size: 2 })];
  for (const found of [build(merged, more), build([...merged, ...more])]) {
    assert.equal(paths(found), ['lib', 'usr', 'usr/lib', 'usr/lib/modules', 'usr/lib/modules/x.ko']);
    assert.is(found.tree.get('lib')?.target, 'usr/lib');
    assert.equal(warned(found), ['through-link ']);
    assert.match(
      found.warnings[0]?.message ?? '',
      /^2 names lead through a symlink .*: "lib\/modules" is "usr\/lib\/modules"$/,
    );
  }
});

test('targets are followed in the tree, never out of it', () => {
  for (const [target, place] of [
    ['/usr/lib', 'usr/lib/x'],
    ['usr/./lib/', 'usr/lib/x'],
    ['../../usr/lib', 'usr/lib/x'],
    ['/../usr/../usr/lib', 'usr/lib/x'],
    ['usr/s', 'usr/lib/x'],
    ['/', 'x'],
    ['.', 'x'],
    ['../../..', 'x'],
  ] as const) {
    const found = build([
      directory('usr'),
      directory('usr/lib'),
      link('usr/s', '/usr/lib'),
      link('l', target),
      entry('l/x', { size: 1 }),
    ]);
    assert.is(found.tree.get(place)?.size, 1, target);
    assert.equal(warned(found), ['through-link '], target);
  }
});

test('what counts is the link that is there when the entry comes', () => {
  const found = build([
    directory('a'),
    directory('b'),
    link('l', 'a'),
    entry('l/x'),
    link('l', 'b'),
    entry('l/y'),
    directory('l'),
    entry('l/z'),
  ]);
  assert.equal(paths(found), ['a', 'a/x', 'b', 'b/y', 'l', 'l/z']);
});

test('a directory that takes the place of a symlink is one, as for the kernel and tar', () => {
  const found = build([directory('usr'), link('lib', 'usr')], [directory('lib'), entry('lib/x')]);
  assert.equal([paths(found), warned(found)], [['lib', 'lib/x', 'usr'], ['duplicate-entry lib']]);
});

test('a hard link of tar is followed on both sides, the last component on neither', () => {
  const found = build([
    directory('usr'),
    link('l', 'usr'),
    entry('usr/x', { size: 1 }),
    link('usr/s', 'x'),
    entry('l/y', { hardLink: 'l/x' }),
    entry('t', { hardLink: 'l/s' }),
  ]);
  assert.equal(found.tree.get('usr/y')?.links?.paths, ['usr/x', 'usr/y']);
  assert.equal([found.tree.get('t')?.type, found.tree.get('t')?.target], ['symlink', 'x']);
});

test('names of one symlink of cpio share its target, whichever of them has it', () => {
  const one = { nlink: 3, identity: '0:0:9' };
  for (const targets of [
    ['', '', 'a'],
    ['a', '', ''],
    ['', 'a', ''],
    ['a', 'a', 'a'],
  ] as const) {
    const found = build([
      entry('a'),
      ...targets.map((target, i) => link(`l${i}`, target, { ...one, uid: i })),
    ]);
    const links = found.tree.entries.slice(1);
    assert.equal(
      links.map(({ target }) => target),
      ['a', 'a', 'a'],
    );
    assert.equal(links[0]?.links, { paths: ['l0', 'l1', 'l2'], outside: 0 });
  }
});

test('symlinks with other targets, and files of other types, are no names of one', () => {
  const one = { nlink: 2, identity: '0:0:0' };
  const found = build([
    link('l', 'a', one),
    link('m', 'b', one),
    entry('f', { size: 1, ...one }),
    entry('p', { type: 'fifo', ...one }),
  ]);
  assert.equal(
    found.tree.entries.map(({ path, target, size, links }) => [path, target, size, links?.paths.length]),
    [
      ['f', '', 1, 1],
      ['l', 'a', 0, 1],
      ['m', 'b', 0, 1],
      ['p', '', 0, 1],
    ],
  );
});

test('names of one device: the kernel makes it for the first, and links the others to it', () => {
  const one = { type: 'character', nlink: 2, identity: '0:0:9', major: 1 } as const;
  const found = build([
    entry('null', { ...one, minor: 3, mode: 0o666 }),
    entry('nul', { ...one, minor: 5, mode: 0o600 }),
  ]);
  const [nul, first] = found.tree.entries;
  assert.equal([nul?.minor, nul?.mode, nul?.links?.paths], [3, 0o666, ['nul', 'null']]);
  assert.is(nul?.links, first?.links);
});

test('an archive without a trailer goes on with its files in the next one', () => {
  const builder = new ArchiveTreeBuilder('x', READ_LIMITS);
  builder.begin({ name: 'x', base: 0, spooled: false });
  builder.add(linked('a', 4));
  builder.begin({ name: 'x', base: 1000, spooled: false }, true);
  builder.add(linked('b'));
  assert.equal(builder.finish().tree.get('b')?.links?.paths, ['a', 'b']);
});

test('a link to itself of a file that is there changes nothing', () => {
  const found = build([entry('a', { size: 3 }), entry('a', { hardLink: 'a' })]);
  assert.equal([found.tree.get('a')?.size, found.tree.get('a')?.links], [3, null]);
});

test.run();
