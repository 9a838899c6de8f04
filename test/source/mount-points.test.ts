import { closeSync, openSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readMountPoints, unescapeOctal } from '../../src/source/mount-points.ts';

const test = suite('source/mount-points');

test('the mount table escapes space, tab, newline and backslash', () => {
  assert.is(unescapeOctal('/a\\040b\\011c\\012d\\134e'), '/a b\tc\nd\\e');
  assert.is(unescapeOctal('/plain'), '/plain');
  assert.is(unescapeOctal('/caf\xe9\\40'), '/caf\xe9\\40');
});

test('/proc is a mount point of the running system, and is another mount', () => {
  const root = openSync('/', 'r');
  const proc = openSync('/proc', 'r');
  try {
    const mounts = readMountPoints(root);
    assert.ok(mounts.paths.has('proc'));
    assert.not(mounts.paths.has('etc/passwd'));
    assert.ok(mounts.isOtherMount(proc));
    assert.not(mounts.isOtherMount(root));
    assert.is(
      readMountPoints(proc).paths.has('proc'),
      false,
      'paths are relative to the root that was asked about',
    );
  } finally {
    closeSync(root);
    closeSync(proc);
  }
});

test.run();
