import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builderRoot, ROOT_VARIABLES } from '../../src/app/builder-root.ts';
import type { StillrootError } from '../../src/errors.ts';

const test = suite('builder-root');

const fails = (
  code: string,
  argument: string | undefined,
  env: Record<string, string>,
  message = /./,
): void => {
  assert.throws(
    () => builderRoot(argument, env),
    (error: StillrootError) => error.code === code && message.test(error.message),
  );
};

for (const name of ROOT_VARIABLES) {
  test(`$${name}`, () =>
    assert.equal(builderRoot(undefined, { [name]: '/x' }), { path: '/x', variable: name }));
}

test('the first that is set counts: within mkosi nothing else does', () => {
  const env = { ROOT: '/third', ROOTDIR: '/second', BUILDROOT: '/first', IMAGE_ROOTFS: '/last' };
  assert.equal(builderRoot(undefined, env), { path: '/first', variable: 'BUILDROOT' });
  assert.equal(builderRoot(undefined, { TARGET_DIR: '/a', IMAGE_ROOTFS: '/b' }), {
    path: '/a',
    variable: 'TARGET_DIR',
  });
});

test('an argument counts more than a variable: mmdebstrap and plain scripts', () => {
  assert.equal(builderRoot('/given', { ROOT: '/x' }), { path: '/given' });
  assert.equal(builderRoot('/given', {}), { path: '/given' });
  assert.equal(builderRoot('/given', { BUILDROOT: '/x' }), { path: '/given' });
});

test('mkosi 14: `final` is no path, and with `build` there is nothing to do', () => {
  assert.equal(builderRoot('final', { BUILDROOT: '/x' }), { path: '/x', variable: 'BUILDROOT' });
  const skipped = builderRoot('build', { BUILDROOT: '/x' });
  assert.ok('skip' in skipped && skipped.skip.includes('build'));
  // Elsewhere they are names of directories.
  assert.equal(builderRoot('final', { ROOTDIR: '/x' }), { path: 'final' });
  assert.equal(builderRoot('build', {}), { path: 'build' });
});

test('no root, and an empty one', () => {
  fails('usage', undefined, {}, /BUILDROOT, \$ROOTDIR, \$ROOT, \$TARGET_DIR, \$IMAGE_ROOTFS/);
  for (const name of ROOT_VARIABLES)
    fails('source-refused', undefined, { [name]: '' }, new RegExp(`^\\$${name}: `));
  // The empty variable of a builder is not passed over for another one.
  fails('source-refused', undefined, { BUILDROOT: '', ROOT: '/x' });
  fails('source-refused', 'final', { BUILDROOT: '' });
  assert.equal(builderRoot('', {}), { path: '' });
});

test.run();
