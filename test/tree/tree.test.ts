import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { makeEntry, makeTree, symlink } from '../support/entries.ts';

const test = suite('tree/tree');

const tree = makeTree([
  symlink('lib', 'usr/lib'),
  symlink('bin', '/usr/bin'),
  makeEntry('usr/lib/x.so'),
  makeEntry('usr/bin/env'),
  symlink('etc/os-release', '../usr/lib/os-release'),
  makeEntry('usr/lib/os-release'),
  symlink('etc/up', '../../../../usr/bin/env'),
  symlink('loop/a', 'b'),
  symlink('loop/b', 'a'),
  symlink('etc/dangling', '/nowhere/at/all'),
  symlink('usr/bin/sh', 'env'),
]);

test('get does not follow symlinks', () => {
  assert.is(tree.get('lib')?.type, 'symlink');
  assert.is(tree.get('lib/x.so'), undefined);
  assert.is(tree.get('')?.type, 'directory');
});

test('resolve follows as a process inside the tree would', () => {
  assert.is(tree.resolve('lib/x.so')?.path, 'usr/lib/x.so');
  assert.is(tree.resolve('bin/env')?.path, 'usr/bin/env');
  assert.is(tree.resolve('bin/sh')?.path, 'usr/bin/env');
  assert.is(tree.resolve('etc/os-release')?.path, 'usr/lib/os-release');
  assert.is(tree.resolve('/etc/os-release')?.path, 'usr/lib/os-release');
});

test('.. never leaves the root', () => {
  assert.is(tree.resolve('etc/up')?.path, 'usr/bin/env');
  assert.is(tree.resolve('../../usr/bin/env')?.path, 'usr/bin/env');
});

test('loops and dangling links lead nowhere', () => {
  assert.is(tree.resolve('loop/a'), undefined);
  assert.is(tree.resolve('etc/dangling'), undefined);
  assert.is(tree.resolve('usr/none'), undefined);
});

test('canonical resolves the parents and leaves the last component', () => {
  assert.is(tree.canonical('lib/x.so'), 'usr/lib/x.so');
  assert.is(tree.canonical('bin/sh'), 'usr/bin/sh');
  assert.is(tree.canonical('lib'), 'lib');
  assert.is(tree.canonical('new/path'), 'new/path');
  assert.is(tree.canonical('loop/a/x'), undefined);
});

test.run();
