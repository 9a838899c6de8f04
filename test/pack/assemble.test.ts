import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { assemble, type RawBlock } from '../../src/pack/assemble.ts';
import { blockCutter, plainCutter } from '../../src/pack/block-cutter.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { hardLinked, type MemorySource, memorySource } from '../support/memory-source.ts';
import { planned, plannedTree } from '../support/plain-plan.ts';
import { SMALL_LEVEL } from './small-level.ts';

const test = suite('assemble');

function archiveOf(entries: Iterable<PlannedEntry>, source: MemorySource): Buffer {
  const pieces: Buffer[] = [];
  const cutter = plainCutter(1 << 20);
  // What a buffer held before must not show.
  const allocate = (): Buffer => Buffer.alloc(cutter.capacity, 0xaa);
  for (const { buffer, length } of assemble(entries, source, { cutter, allocate })) {
    pieces.push(buffer.subarray(0, length));
  }
  return Buffer.concat(pieces);
}

function archiveOfTree(source: MemorySource): Buffer {
  return archiveOf(
    plannedTree(source.tree, () => 0xabcd),
    source,
  );
}

/** One entry by hand: the thirteen numbers of a newc header, its name, and its data, each padded. */
function bytes(fields: readonly string[], name: string, data = ''): string {
  assert.is(fields.length, 13);
  const pad = (text: string): string => text + '\0'.repeat((4 - (text.length % 4)) % 4);
  return pad(`070701${fields.join('')}${name}\0`) + pad(data);
}

const ZERO = '00000000';
const ONE = '00000001';
//                inode mode uid gid nlink mtime size maj min rmaj rmin namesize check
const TRAILER = bytes(
  [ZERO, ZERO, ZERO, ZERO, ONE, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, '0000000B', ZERO],
  'TRAILER!!!',
);

test('a tiny tree, byte by byte', () => {
  const source = memorySource([
    makeEntry('dev', 'directory', { mode: 0o755, uid: 0, gid: 0, mtime: 0x5f5e0ff }),
    makeEntry('dev/null', 'character', { mode: 0o666, major: 1, minor: 3 }),
    makeEntry('dev/sda', 'block', { mode: 0o660, gid: 6, major: 8, minor: 0xfffff }),
    makeEntry('dev/initctl', 'fifo', { mode: 0o600 }),
    ['etc/hello', 'hello\n'],
    symlink('lib', 'usr/lib'),
    makeEntry('suid', 'file', { mode: 0o4755, uid: 0xfffffffe, gid: 1000, mtime: 0xffffffff }),
  ]);
  const expected = [
    bytes(
      [ZERO, '000041ED', ZERO, ZERO, ONE, '05F5E0FF', ZERO, ZERO, ZERO, ZERO, ZERO, '00000004', ZERO],
      'dev',
    ),
    bytes(
      [ZERO, '00001180', ZERO, ZERO, ONE, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, '0000000C', ZERO],
      'dev/initctl',
    ),
    bytes(
      [ZERO, '000021B6', ZERO, ZERO, ONE, ZERO, ZERO, ZERO, ZERO, ONE, '00000003', '00000009', ZERO],
      'dev/null',
    ),
    bytes(
      [
        ZERO,
        '000061B0',
        ZERO,
        '00000006',
        ONE,
        ZERO,
        ZERO,
        ZERO,
        ZERO,
        '00000008',
        '000FFFFF',
        '00000008',
        ZERO,
      ],
      'dev/sda',
    ),
    bytes([ZERO, '000041ED', ZERO, ZERO, ONE, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, '00000004', ZERO], 'etc'),
    bytes(
      [ZERO, '000081A4', ZERO, ZERO, ONE, ZERO, '00000006', ZERO, ZERO, ZERO, ZERO, '0000000A', ZERO],
      'etc/hello',
      'hello\n',
    ),
    bytes(
      [ZERO, '0000A1FF', ZERO, ZERO, ONE, ZERO, '00000007', ZERO, ZERO, ZERO, ZERO, '00000004', ZERO],
      'lib',
      'usr/lib',
    ),
    bytes(
      [
        ZERO,
        '000089ED',
        'FFFFFFFE',
        '000003E8',
        ONE,
        'FFFFFFFF',
        ZERO,
        ZERO,
        ZERO,
        ZERO,
        ZERO,
        '00000005',
        ZERO,
      ],
      'suid',
    ),
    TRAILER,
  ];
  assert.is(archiveOfTree(source).toString('latin1'), expected.join(''));
});

test('an empty tree is a trailer', () => {
  const archive = archiveOf([], memorySource([]));
  assert.is(archive.toString('latin1'), TRAILER);
  assert.is(archive.length % 4, 0);
});

test('hard links: one inode, their number, and the data on the last name', () => {
  const names = ['a/one', 'b/two', 'c/three'];
  const links = hardLinked(names, { size: 5 });
  const source = memorySource(links);
  for (const name of names) source.contents.set(name, Buffer.from('links'));
  const file = (name: string, size: string, data = ''): string =>
    bytes(
      [
        '0000ABCD',
        '000081A4',
        ZERO,
        ZERO,
        '00000003',
        ZERO,
        size,
        ZERO,
        ZERO,
        ZERO,
        ZERO,
        `0000000${name.length + 1}`,
        ZERO,
      ],
      name,
      data,
    );
  const text = archiveOfTree(source).toString('latin1');
  assert.ok(text.includes(file('a/one', ZERO)));
  assert.ok(text.includes(file('b/two', ZERO)));
  assert.ok(text.includes(file('c/three', '00000005', 'links')));
  assert.equal(source.opened, ['c/three'], 'read once');
});

test('a path is written as its bytes', () => {
  const text = archiveOfTree(memorySource([['na\xefve\xff\n', 'x']])).toString('latin1');
  assert.ok(text.includes('na\xefve\xff\n\0'));
});

test('names and data of every remainder are padded with NUL, whatever the buffer held', () => {
  for (let length = 1; length <= 9; length++) {
    const source = memorySource([['n'.repeat(length), 'd'.repeat(length)]]);
    const archive = archiveOfTree(source);
    const hex = length.toString(16).toUpperCase().padStart(8, '0');
    const size = (length + 1).toString(16).toUpperCase().padStart(8, '0');
    const expected = bytes(
      [ZERO, '000081A4', ZERO, ZERO, ONE, ZERO, hex, ZERO, ZERO, ZERO, ZERO, size, ZERO],
      'n'.repeat(length),
      'd'.repeat(length),
    );
    assert.is(archive.toString('latin1'), expected + TRAILER);
  }
});

test('new content takes the place of what the source has', () => {
  const source = memorySource([['file', 'as it was']]);
  const [origin] = source.tree.entries as [Entry];
  const entry = { ...origin, size: 3 };
  const archive = archiveOf([planned(entry, { content: () => Buffer.from('new'), origin })], source);
  assert.ok(archive.includes('new\0'));
  assert.not.ok(archive.includes('as it was'));
  assert.equal(source.opened, []);
});

test('the root entry may come first and has the name .', () => {
  const root = planned(makeEntry('.', 'directory', { mode: 0o755 }), { origin: null });
  const source = memorySource([['a', 'x']]);
  const archive = archiveOf([root, ...plannedTree(source.tree, () => 1)], source);
  const header = [ZERO, '000041ED', ZERO, ZERO, ONE, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, '00000002', ZERO];
  assert.ok(archive.toString('latin1').startsWith(bytes(header, '.')));
});

test('short reads make the same blocks as full ones', () => {
  const files = [
    ['program', '\x90'.repeat(200_000)],
    ['text', 'text\n'.repeat(30_000)],
  ] as const;
  const blocks = (readSize: number): string[] => {
    const source = memorySource(files, { readSize });
    const cutter = blockCutter(SMALL_LEVEL, () => 0);
    const allocate = (): Buffer => Buffer.alloc(cutter.capacity);
    return Array.from(
      assemble(
        plannedTree(source.tree, () => 1),
        source,
        { cutter, allocate },
      ),
      ({ buffer, length }: RawBlock) => buffer.toString('latin1', 0, length),
    );
  };
  const full = blocks(Number.POSITIVE_INFINITY);
  assert.ok(full.length > 2);
  for (const readSize of [1, 7, 19, 20, 21, 4096])
    assert.equal(blocks(readSize), full, `${readSize} bytes a read`);
});

/** The error of an archive with these entries. */
function refusal(...entries: readonly Entry[]): StillrootError {
  const source = memorySource([]);
  try {
    archiveOf(
      entries.map((entry) => planned(entry)),
      source,
    );
  } catch (error) {
    return error as StillrootError;
  }
  throw new Error('was not refused');
}

test('what the format or the kernel cannot hold is refused', () => {
  const directory = makeEntry('d', 'directory');
  const cases: readonly (readonly [code: string, said: RegExp, entries: readonly Entry[]])[] = [
    ['reserved-name', /^TRAILER!!!: /, [makeEntry('TRAILER!!!')]],
    ['reserved-name', /^TRAILER!!!: /, [makeEntry('TRAILER!!!', 'directory')]],
    ['name-too-long', /4096 bytes.*4095/, [makeEntry('n'.repeat(4096))]],
    ['name-too-long', /target has 4096/, [symlink('link', 't'.repeat(4096))]],
    ['file-too-large', /^huge: .*4294967296.*4294967295/, [makeEntry('huge', 'file', { size: 2 ** 32 })]],
    ['number-out-of-range', /4096:0.*4095:1048575/, [makeEntry('dev', 'block', { major: 4096 })]],
    ['number-out-of-range', /0:1048576/, [makeEntry('dev', 'character', { minor: 1_048_576 })]],
    ['missing-parent', /^d\/f: /, [makeEntry('d/f')]],
    ['missing-parent', /^d\/e\/f: /, [directory, makeEntry('d/e/f')]],
    ['missing-parent', /^f\/g: /, [makeEntry('f'), makeEntry('f/g')]],
    ['duplicate-path', /^d: /, [directory, directory]],
    ['internal', /^a: .*after d/, [directory, makeEntry('a')]],
  ];
  for (const [code, said, entries] of cases) {
    const error = refusal(...entries);
    assert.is(error.code, code, error.message);
    assert.match(error.message, said);
  }
});

test('what is just within the limits is not', () => {
  const deep = memorySource([]);
  const entries = [
    makeEntry('TRAILER!!!!'),
    makeEntry('d', 'directory'),
    makeEntry('d/TRAILER!!!'),
    makeEntry('dev', 'block', { major: 4095, minor: 1_048_575 }),
    symlink('link', 't'.repeat(4095)),
    makeEntry('n'.repeat(255)),
  ];
  archiveOf(
    entries.map((entry) => planned(entry)),
    deep,
  );
});

test('a file that ends early or goes on is an error, and every file is closed', () => {
  for (const content of ['', 'shor', 'longer than said']) {
    const source = memorySource([['file', '12345']]);
    source.contents.set('file', Buffer.from(content));
    assert.throws(
      () => archiveOfTree(source),
      (error: StillrootError) => error.code === 'source-changed',
    );
    assert.is(source.openFiles, 0);
  }
});

test('a file that ends early without its source noticing is an error all the same', () => {
  const source = memorySource([['file', '12345']]);
  source.open = () => ({ read: () => 0, verify: () => {}, close: () => {} });
  assert.throws(
    () => archiveOfTree(source),
    /^file: file ended after 0 of 5 bytes\. Make sure that nothing writes/,
  );
});

test('entries are taken one by one, and told of', () => {
  const source = memorySource([
    ['a', '1'],
    ['b', '2'],
  ]);
  const seen: string[] = [];
  const cutter = plainCutter(1 << 20);
  const onEntry = ({ entry }: PlannedEntry): void => void seen.push(entry.path);
  for (const _ of assemble(
    plannedTree(source.tree, () => 1),
    source,
    {
      cutter,
      allocate: () => Buffer.alloc(cutter.capacity),
      onEntry,
    },
  ));
  assert.equal(seen, ['a', 'b']);
});

test('a trailer that fits exactly is in the last block; one that does not has a block of its own', () => {
  const capacity = 1000;
  for (const [size, lengths] of [
    // Two headers of 112 and 124 bytes.
    [capacity - 112 - 124, [capacity]],
    [capacity - 112 - 124 + 1, [capacity - 124 + 4, 124]],
  ] as const) {
    const source = memorySource([['a', 'x'.repeat(size)]]);
    const cutter = { ...plainCutter(capacity), cutsBefore: () => false, partSize: () => capacity };
    const entries = plannedTree(source.tree, () => 1);
    const blocks = assemble(entries, source, { cutter, allocate: () => Buffer.alloc(capacity) });
    assert.equal(
      Array.from(blocks, ({ length }) => length),
      lengths,
    );
  }
});

test('a new content that needs several blocks is whole', () => {
  const text = Array.from({ length: 3000 }, (_, n) => String(n)).join(' ');
  const entry = planned(makeEntry('a', 'file', { size: text.length }), { content: () => Buffer.from(text) });
  const cutter = plainCutter(5000);
  const options = { cutter, allocate: () => Buffer.alloc(cutter.capacity) };
  const pieces = Array.from(assemble([entry], memorySource([]), options), ({ buffer, length }) =>
    buffer.subarray(0, length),
  );
  assert.ok(pieces.length > 2);
  assert.ok(Buffer.concat(pieces).equals(archiveOfTree(memorySource([['a', text]]))));
});

test.run();
