import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { refuseOutputInside } from '../../src/pack/output-place.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('output-place');
const scratch = new Scratch('output-place');
const tree = scratch.in('tree');

before(test, () => {
  mkdirSync(scratch.in('tree', 'deep', 'er'), { recursive: true });
  mkdirSync(scratch.in('tree-beside'));
  symlinkSync('tree/deep', scratch.in('into-tree'));
  symlinkSync('..', scratch.in('tree', 'out-of-tree'));
  symlinkSync('tree', scratch.in('same-tree'));
  symlinkSync('loop', scratch.in('loop'));
  writeFileSync(scratch.in('file'), '');
});
test.after(() => scratch.remove());

function isRefused(source: string, output: string): boolean {
  try {
    refuseOutputInside(source, output);
    return false;
  } catch (error) {
    const { code, message } = error as StillrootError;
    if (code !== 'output-refused') throw error;
    assert.match(message, /lies inside the source .*Write the archive outside/);
    return true;
  }
}

test('inside, at any depth', () => {
  for (const place of ['out', 'deep/out', 'deep/er/out'])
    assert.ok(isRefused(tree, `${tree}/${place}`), place);
});

test('inside through a symlink to the tree or into it, and by another name of the tree', () => {
  assert.ok(isRefused(tree, scratch.in('into-tree', 'out')));
  assert.ok(isRefused(tree, scratch.in('same-tree', 'out')));
  assert.ok(isRefused(scratch.in('same-tree'), `${tree}/out`));
  assert.ok(isRefused(`${tree}/deep/..`, `${tree}/out`));
});

test('inside by a path that goes through a symlink and back', () => {
  // `into-tree/..` is the tree, not the directory that holds the symlink.
  assert.ok(isRefused(tree, `${scratch.path}/into-tree/../out`));
});

test('outside, also where it looks like inside', () => {
  for (const place of ['out', 'tree-beside/out', 'tree.cpio', 'tree/out-of-tree/out', 'tree/../out']) {
    assert.not.ok(isRefused(tree, `${scratch.path}/${place}`), place);
  }
});

test('a directory on another device with the inode number of the tree is not the tree', () => {
  const outside = realpathSync(scratch.in('tree-beside'));
  const root = realpathSync(tree);
  const numbers = new Map([
    [root, { dev: 1n, ino: 2n }],
    [outside, { dev: 3n, ino: 2n }],
  ]);
  const look = (path: string): { dev: bigint; ino: bigint } => numbers.get(path) ?? { dev: 1n, ino: 9n };
  refuseOutputInside(root, `${outside}/out`, look);
  // A bind mount: another name, and the same numbers.
  numbers.set(outside, { dev: 1n, ino: 2n });
  assert.throws(() => refuseOutputInside(root, `${outside}/out`, look), /lies inside the source/);
  numbers.set(outside, { dev: 1n, ino: 3n });
  refuseOutputInside(root, `${outside}/out`, look);
});

test('a relative output is seen from the working directory', () => {
  const here = process.cwd();
  process.chdir(scratch.in('tree', 'deep'));
  try {
    assert.ok(isRefused(tree, 'out'));
    assert.ok(isRefused('..', 'er/out'));
    assert.not.ok(isRefused('er', 'out'));
    assert.not.ok(isRefused(tree, '../../out'));
  } finally {
    process.chdir(here);
  }
});

test('what does not exist is left to whoever opens it', () => {
  for (const output of ['missing/out', 'file/out', 'file/further/out']) {
    assert.not.ok(isRefused(tree, scratch.in(output)), output);
  }
  assert.not.ok(isRefused(scratch.in('missing'), scratch.in('out')));
});

test('a directory that cannot be looked at is an error of the output', () => {
  assert.throws(
    () => refuseOutputInside(tree, scratch.in('loop', 'out')),
    (error: StillrootError) => error.code === 'output-failed' && error.where === scratch.in('loop', 'out'),
  );
});

test.run();
