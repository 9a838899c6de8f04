import { closeSync, openSync, readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MountIds, mountIdOf } from '../../src/source/mount-points.ts';

const test = suite('source/mount-id');
const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

test('a number for each mount, and the same for all that lies on it', () => {
  const before = openDescriptors();
  const ids = new MountIds();
  const held = ['/', '/proc', '/proc/self', '/'].map((path) => openSync(path, 'r'));
  const [root, proc, below, again] = held.map((descriptor) => ids.of(descriptor));
  assert.match(root ?? '', /^\d+$/);
  assert.is.not(proc, root);
  assert.is(below, proc);
  assert.is(again, root);
  assert.equal(held.map(mountIdOf), [root, proc, below, again]);
  for (const descriptor of held) closeSync(descriptor);
  ids.close();
  assert.is(openDescriptors(), before);
});

test('a descriptor number that stands for something else by now has the mount of that', () => {
  const ids = new MountIds();
  const ask = (path: string): [number, string | undefined] => {
    const descriptor = openSync(path, 'r');
    try {
      return [descriptor, ids.of(descriptor)];
    } finally {
      closeSync(descriptor);
    }
  };
  ask('/');
  const [first, root] = ask('/');
  const [second, proc] = ask('/proc');
  assert.is(second, first, 'the number is the same');
  assert.is.not(proc, root);
  assert.is(ask('/')[1], root);
  ids.close();
});

test('many at once are read without holding a file for each', () => {
  const ids = new MountIds();
  const held = Array.from({ length: 30 }, () => openSync('/', 'r'));
  const before = openDescriptors();
  assert.is(new Set(held.map((descriptor) => ids.of(descriptor))).size, 1);
  assert.ok(openDescriptors() <= before + 8);
  ids.close();
  assert.is(openDescriptors(), before);
  for (const descriptor of held) closeSync(descriptor);
});

test.run();
