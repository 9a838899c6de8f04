import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  childPath,
  DescriptorStack,
  openDirectoryAt,
  openFileAt,
  quickChildPath,
} from '../../src/source/descriptors.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/descriptors');
const scratch = new Scratch('descriptors');
let root = -1;
test.before(() => {
  mkdirSync(scratch.in('a/b/c'), { recursive: true });
  mkdirSync(scratch.in('a/d'));
  writeFileSync(scratch.in('a/b/f'), 'x');
  symlinkSync('b', scratch.in('a/link'));
  root = openSync(scratch.path, 'r');
});
test.after(() => {
  closeSync(root);
  scratch.remove();
});

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

test('a directory is reached through its parents, and the shared ones stay open', () => {
  const before = openDescriptors();
  const stack = new DescriptorStack(root);
  for (const path of ['a/b/c', 'a/b', 'a/d', '', 'a/b/c', 'a/b/c']) {
    const { ino } = fstatSync(stack.directory(path));
    assert.is(ino, lstatSync(scratch.in(path)).ino, path);
  }
  assert.is(openDescriptors(), before + 3);
  stack.close();
  assert.is(openDescriptors(), before);
});

test('a missing directory is an error, and the stack is right afterwards', () => {
  const stack = new DescriptorStack(root);
  stack.directory('a/b/c');
  assert.throws(() => stack.directory('a/b/none'), /ENOENT/);
  assert.is(fstatSync(stack.directory('a/b')).ino, lstatSync(scratch.in('a/b')).ino);
  assert.throws(() => stack.directory('a/b/none'), /ENOENT/);
  stack.close();
});

test('a directory that must not be entered is refused each time, and what is below it', () => {
  const seen: string[] = [];
  const before = openDescriptors();
  const stack = new DescriptorStack(root, (descriptor, path) => {
    assert.is(fstatSync(descriptor).ino, lstatSync(scratch.in(path)).ino);
    seen.push(path);
    if (path === 'a/b') throw new Error('not here');
  });
  for (const path of ['a/b/c', 'a/b', 'a/b/c']) assert.throws(() => stack.directory(path), /not here/);
  stack.directory('a/d');
  assert.throws(() => stack.directory('a/b'), /not here/);
  assert.equal(seen, ['a', 'a/b', 'a/b', 'a/b', 'a/d', 'a/b']);
  stack.close();
  assert.is(openDescriptors(), before);
});

test('symlinks are not followed', () => {
  const directory = openDirectoryAt(root, 'a');
  assert.throws(() => openDirectoryAt(directory, 'link'), /ENOTDIR|ELOOP/);
  assert.throws(() => openFileAt(directory, 'link'), /ELOOP/);
  assert.ok(lstatSync(childPath(directory, 'link')).isSymbolicLink());
  closeSync(directory);
});

test('names that are not ASCII are bytes, in whatever way they are written', () => {
  const directory = openDirectoryAt(root, 'a');
  for (const name of ['plain', 'tab\t', '\x7f', '\x80', 'latin \xe4', 'utf-8 \xc3\xa4', '\xff']) {
    const bytes = childPath(directory, name);
    assert.ok(Buffer.from(quickChildPath(directory, name)).equals(bytes), JSON.stringify(name));
    writeFileSync(bytes, name);
    closeSync(openFileAt(directory, name));
  }
  closeSync(directory);
});

test.run();
