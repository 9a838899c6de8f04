import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lookUpNeighbour } from '../../src/plan/neighbours.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('neighbours');
const source = memorySource([
  ['usr/lib/module.py', 'print()\n'],
  makeEntry('usr/share', 'directory', { mtime: 500, nanoseconds: 7 }),
  symlink('lib', 'usr/lib'),
  symlink('dangling', 'nowhere'),
]);
const settings = {
  epoch: 100,
  mtime: 'clamp',
  isDropped: () => false,
  finalContent: () => Buffer.from('as it will be'),
} as const;

test('symlinks are followed inside the tree, and the real path is given', () => {
  const found = lookUpNeighbour(source, settings, 'lib/module.py');
  assert.is(found?.path, 'usr/lib/module.py');
  assert.is(found?.isFile, true);
  assert.is(found?.size, 8);
  assert.is(found?.read(100).toString(), 'print()\n');
  assert.is(found?.readFinal(100).toString(), 'as it will be');
});

test('the time is given as it is and as it will be', () => {
  const found = lookUpNeighbour(source, settings, 'usr/share');
  assert.equal([found?.isFile, found?.mtime, found?.nanoseconds, found?.finalMtime], [false, 500, 7, 100]);
});

test('what is missing or left out is not there', () => {
  assert.is(lookUpNeighbour(source, settings, 'dangling'), undefined);
  assert.is(lookUpNeighbour(source, settings, 'usr/none'), undefined);
  const isDropped = (path: string): boolean => path === 'usr/lib/module.py';
  assert.is(lookUpNeighbour(source, { ...settings, isDropped }, 'lib/module.py'), undefined);
});

test.run();
