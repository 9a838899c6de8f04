import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DirectoryChain } from '../../src/source/descriptors.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/directory-chain');
const scratch = new Scratch('directory-chain');
test.after(() => scratch.remove());

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A fresh root with `a/b/c/d/e/f`. */
function withChain(name: string, openMax: number, use: (chain: DirectoryChain, root: string) => void): void {
  const root = scratch.in(name);
  mkdirSync(`${root}/${NAMES.join('/')}`, { recursive: true });
  const before = openDescriptors();
  const descriptor = openSync(root, 'r');
  const chain = new DirectoryChain(descriptor, { openMax });
  try {
    use(chain, root);
  } finally {
    chain.close();
    closeSync(descriptor);
  }
  assert.is(openDescriptors(), before, 'descriptors are left open');
}

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

function isAt(chain: DirectoryChain, root: string, depth: number): void {
  const path = [root, ...NAMES.slice(0, depth)].join('/');
  assert.is(fstatSync(chain.descriptor).ino, lstatSync(path).ino, path);
  assert.is(chain.depth, depth);
}

for (const openMax of [1, 2, 3, 6, 16]) {
  test(`down and up again with ${openMax} open at most`, () => {
    withChain(`both-ways-${openMax}`, openMax, (chain, root) => {
      const before = openDescriptors();
      for (let turn = 0; turn < 2; turn += 1) {
        for (const [depth, name] of NAMES.entries()) {
          isAt(chain, root, depth);
          chain.enter(name);
          assert.ok(openDescriptors() <= before + openMax);
        }
        for (let depth = 6; depth > 2; depth -= 1) {
          isAt(chain, root, depth);
          chain.leave();
          assert.ok(openDescriptors() <= before + openMax);
        }
        // Down again from the middle, then to the root.
        chain.enter('c');
        isAt(chain, root, 3);
        while (chain.depth > 0) chain.leave();
        isAt(chain, root, 0);
      }
    });
  });
}

test('a directory that was moved meanwhile is not left through its new parent', () => {
  withChain('moved', 1, (chain, root) => {
    for (const name of NAMES) chain.enter(name);
    chain.leave();
    mkdirSync(`${root}/elsewhere`);
    renameSync(`${root}/a/b/c/d/e`, `${root}/elsewhere/e`);
    assert.throws(
      () => chain.leave(),
      (error: NodeJS.ErrnoException) => error.code === 'ESTALE',
    );
    isAt(chain, root, 0);
  });
});

test('a directory that was moved out of the root leads nowhere outside', () => {
  withChain('out', 2, (chain, root) => {
    for (const name of NAMES) chain.enter(name);
    mkdirSync(scratch.in('outside'));
    renameSync(`${root}/a/b`, scratch.in('outside/b'));
    while (chain.depth > 2) chain.leave();
    // Still where it was entered; above it is the outside.
    assert.is(fstatSync(chain.descriptor).ino, lstatSync(scratch.in('outside/b')).ino);
    assert.throws(
      () => chain.leave(),
      (error: NodeJS.ErrnoException) => error.code === 'ESTALE',
    );
    isAt(chain, root, 0);
  });
});

test('no symlink is entered, and what fails changes nothing', () => {
  withChain('symlink', 1, (chain, root) => {
    symlinkSync('b', `${root}/a/link`);
    chain.enter('a');
    for (const name of ['link', 'none']) assert.throws(() => chain.enter(name), /ENOTDIR|ELOOP|ENOENT/);
    isAt(chain, root, 1);
  });
});

test('what is done last to a directory is done when its parent is at hand, and its failure changes nothing', () => {
  withChain('finish', 1, (chain, root) => {
    for (const name of NAMES) chain.enter(name);
    const inode = fstatSync(chain.descriptor).ino;
    assert.throws(() =>
      chain.leave(() => {
        throw new Error('not now');
      }),
    );
    isAt(chain, root, 6);
    chain.leave((descriptor) => assert.is(fstatSync(descriptor).ino, inode));
    isAt(chain, root, 5);
  });
});

test.run();
