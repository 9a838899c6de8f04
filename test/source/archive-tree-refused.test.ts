import { suite } from 'uvu';
import type { ArchiveEntry } from '../../src/source/archive-entry.ts';
import { ArchiveTreeBuilder } from '../../src/source/archive-tree.ts';
import { READ_LIMITS } from '../../src/source/read-limits.ts';
import { rejects } from '../support/rejects.ts';
import { build, directory, entry, link } from './archive-entries.ts';

const test = suite('archive-tree: refused');

const REFUSED: readonly (readonly [string, readonly ArchiveEntry[], RegExp])[] = [
  [
    '.. in a name',
    [entry('a/../b')],
    /test\.cpio: byte 512 of the archive: the name "a\/\.\.\/b" contains "\.\."/,
  ],
  ['a file as a parent', [entry('a'), entry('a/b')], /"a\/b" lies below "a", which is a file/],
  [
    'a symlink to itself as a parent',
    [link('a', '/a'), entry('a/b')],
    /"a\/b" lies below a symlink that loops/,
  ],
  [
    'symlinks in a circle as parents',
    [link('a', 'b'), link('b', 'a/c'), entry('a/b')],
    /a symlink that loops/,
  ],
  [
    'more symlinks than Linux follows',
    [...Array.from({ length: 41 }, (_, i) => link(`l${i}`, `l${i + 1}`)), entry('l0/x')],
    /through more than 40/,
  ],
  [
    'a symlink to a file as a parent',
    [entry('f'), link('l', 'f'), entry('l/x')],
    /"f\/x" lies below "f", which is a file/,
  ],
  [
    'a symlink in the place of a directory with children',
    [directory('a'), entry('a/b'), link('a', 'c')],
    /below "a", which is a symlink.* Linux drops one of the two/,
  ],
  ['.. behind a symlink', [link('l', 'usr'), entry('l/../x')], /contains "\.\."/],
  ['a symlink without a target', [link('l', '')], /"l" is a symlink with an empty target.*give it a target/],
  [
    'names of one symlink, none with a target',
    [link('l', '', { nlink: 2, identity: '0:0:1' }), link('m', '', { nlink: 2, identity: '0:0:1' })],
    /"l" is a symlink with an empty target/,
  ],
  ['a file as a parent further up', [entry('a'), entry('a/b/c')], /"a\/b\/c"|"a\/b" lies below "a"/],
  [
    'a file in the place of a directory with children',
    [directory('a'), entry('a/b'), entry('a')],
    /below "a", which is a file/,
  ],
  [
    'a hard link to nothing',
    [entry('a', { hardLink: 'b' })],
    /"a" is a hard link to "b", which is not in the archive before/,
  ],
  [
    'hard links in a circle',
    [entry('a', { hardLink: 'b' }), entry('b', { hardLink: 'a' })],
    /not in the archive before/,
  ],
  ['a hard link to itself', [entry('a', { hardLink: 'a' })], /not in the archive before/],
  [
    'a hard link to what comes later',
    [entry('a', { hardLink: 'b' }), entry('b')],
    /not in the archive before/,
  ],
  ['a hard link to a directory', [directory('d'), entry('a', { hardLink: 'd' })], /which is a directory/],
  ['a hard link to the root', [entry('a', { hardLink: '.' })], /is a hard link to ""/],
  ['a hard link that leads out', [entry('a', { hardLink: '../b' })], /contains "\.\."/],
  ['a file as the root', [entry('.')], /the root of the tree is a file/],
  ['an owner of no number', [entry('a', { uid: 0xffff_ffff })], /belongs to 4294967295:0/],
];

for (const [name, entries, said] of REFUSED) {
  test(`refused: ${name}`, async () => void (await rejects(() => build(entries), 'archive-malformed', said)));
}

test('refused: a type that Linux does not know', async () => {
  await rejects(
    () => build([entry('a', { type: undefined })]),
    'archive-not-supported',
    /"a" has an invalid file type/,
  );
});

test('refused: more entries than the limit, with the directories that they imply', async () => {
  const builder = new ArchiveTreeBuilder('x', { ...READ_LIMITS, entries: 10 });
  builder.begin({ name: 'x', base: 0, spooled: false });
  builder.add(entry('a/'.repeat(11).slice(0, -1)));
  await rejects(() => builder.finish(), 'archive-limit', /more than 10 entries with the directories/);
});

test('refused: a file of holes that is larger than the limit', async () => {
  await rejects(
    () => build([entry('a', { size: 2 ** 50, segments: [] })]),
    'archive-limit',
    /"a" has 1125899906842624 bytes/,
  );
});

test.run();
