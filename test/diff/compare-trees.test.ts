import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COMPARE_BYTES, ContentComparer, mergePaths } from '../../src/diff/compare-entries.ts';
import { compareTrees } from '../../src/diff/compare-trees.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { comparePaths } from '../../src/tree/path.ts';
import { makeEntry, makeTree, symlink } from '../support/entries.ts';
import { hardLinked, MemorySource, memorySource } from '../support/memory-source.ts';

const test = suite('compare trees');

function fieldsOf(a: Parameters<typeof memorySource>[0], b: Parameters<typeof memorySource>[0]): string[] {
  return compareTrees(memorySource(a), memorySource(b)).findings.map(({ path, field }) => `${path} ${field}`);
}

test('paths are paired in tree order', () => {
  const order = (paths: string[]): string[] => [...paths].sort(comparePaths);
  const left = order(['a', 'a/b', 'a-b', 'z']);
  const right = order(['a', 'a-b', 'a.b', 'b']);
  const pairs = [...mergePaths(left, right, (path) => path)];
  assert.equal(pairs, [
    ['a', 'a'],
    ['a/b', undefined],
    ['a-b', 'a-b'],
    [undefined, 'a.b'],
    [undefined, 'b'],
    ['z', undefined],
  ]);
  assert.equal([...mergePaths([], ['x'], (path) => path)], [[undefined, 'x']]);
});

test('every field by its name', () => {
  const file = (fields: Partial<Entry>): Entry[] => [makeEntry('f', 'file', fields)];
  assert.equal(fieldsOf(file({}), file({})), []);
  assert.equal(fieldsOf(file({ mode: 0o600 }), file({})), ['f mode']);
  assert.equal(fieldsOf(file({ uid: 1 }), file({})), ['f owner']);
  assert.equal(fieldsOf(file({ gid: 1 }), file({})), ['f owner']);
  assert.equal(fieldsOf(file({ mtime: 1 }), file({})), ['f mtime']);
  assert.equal(fieldsOf(file({ size: 1 }), file({})), ['f content']);
  assert.equal(fieldsOf([['f', 'ab']], [['f', 'aB']]), ['f content']);
  assert.equal(fieldsOf(file({}), [makeEntry('f', 'directory', { mode: 0o700 })]), ['f type']);
  assert.equal(fieldsOf([symlink('l', 'x')], [symlink('l', 'y')]), ['l target']);
  const device = (major: number): Entry[] => [makeEntry('d', 'character', { major, minor: 3 })];
  assert.equal(fieldsOf(device(1), device(2)), ['d device']);
  assert.equal(fieldsOf([['a/x', '']], []), ['a presence', 'a/x presence']);
  assert.equal(fieldsOf(file({ mode: 0o600, mtime: 5, uid: 1 }), file({})), ['f mode', 'f owner', 'f mtime']);
});

test('fractions of a second count where both sides can hold them', () => {
  const file = (nanoseconds: number): Entry[] => [makeEntry('f', 'file', { nanoseconds })];
  assert.equal(fieldsOf(file(5), file(6)), ['f mtime']);
  assert.equal(fieldsOf(file(5), file(0)), ['f mtime']);
});

test('hard links: which names are one inode', () => {
  assert.equal(fieldsOf(hardLinked(['a', 'b']), hardLinked(['a', 'b'])), []);
  assert.equal(fieldsOf(hardLinked(['a', 'b']), [makeEntry('a'), makeEntry('b')]), ['a links', 'b links']);
  assert.equal(fieldsOf(hardLinked(['a', 'b', 'c']), [...hardLinked(['a', 'b']), makeEntry('c')]), [
    'a links',
    'b links',
    'c links',
  ]);
  const outside = { paths: ['a'], outside: 1 };
  assert.equal(fieldsOf([makeEntry('a', 'file', { links: outside })], [makeEntry('a')]), []);
});

test('the names of one inode are read once', () => {
  const make = (): MemorySource => {
    const entries = hardLinked(['a', 'b', 'c'], { size: 3 });
    return new MemorySource(
      makeTree(entries),
      new Map(entries.map(({ path }) => [path, Buffer.from('xyz')])),
    );
  };
  const a = make();
  assert.equal(compareTrees(a, make()).findings, []);
  assert.equal(a.opened, ['a']);
});

test('contents: the first byte that differs, in any piece, however short the reads are', () => {
  const size = COMPARE_BYTES * 2 + 100;
  for (const readSize of [Number.POSITIVE_INFINITY, 1000]) {
    for (const at of [0, 1, COMPARE_BYTES - 1, COMPARE_BYTES, size - 1]) {
      const other = Buffer.alloc(size);
      other[at] = 1;
      const make = (bytes: Buffer): MemorySource =>
        new MemorySource(makeTree([makeEntry('f', 'file', { size })]), new Map([['f', bytes]]), { readSize });
      const [a, b] = [make(Buffer.alloc(size)), make(other)];
      const comparer = new ContentComparer(a, b);
      const [left, right] = [a.tree.get('f') as Entry, b.tree.get('f') as Entry];
      assert.is(comparer.firstDifference(left, right), at);
      assert.is(comparer.firstDifference(left, left), at);
      assert.equal([a.openFiles, b.openFiles], [0, 0]);
    }
  }
});

test('a file that is the beginning of the other differs at its end; equal sizes are not needed', () => {
  const a = memorySource([['f', 'abc']]);
  const b = memorySource([['f', 'abcdef']]);
  const comparer = new ContentComparer(a, b);
  assert.is(comparer.firstDifference(a.tree.get('f') as Entry, b.tree.get('f') as Entry), 3);
});

test('what is known to be equal is not read', () => {
  const a = memorySource([['f', 'abc']]);
  const b = memorySource([['f', 'xyz']]);
  assert.equal(compareTrees(a, b, () => true).findings, []);
  assert.equal([a.opened, b.opened], [[], []]);
});

test('source-changed: a file that ends early', () => {
  const tree = makeTree([makeEntry('f', 'file', { size: 5 })]);
  const a = new MemorySource(tree, new Map([['f', Buffer.from('abc')]]));
  const b = memorySource([['f', 'abcde']]);
  assert.throws(
    () => compareTrees(a, b),
    (error: { code: string }) => error.code === 'source-changed',
  );
  assert.is(a.openFiles, 0);
});

test.run();
