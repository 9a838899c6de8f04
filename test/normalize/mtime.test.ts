import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { normalizeMtime } from '../../src/normalize/mtime.ts';
import { makeEntry } from '../support/entries.ts';

const test = suite('normalize/mtime');
const at = (mtime: number, nanoseconds = 0) => makeEntry('f', 'file', { mtime, nanoseconds });

test('clamp: never younger than the epoch, older stays', () => {
  assert.is(normalizeMtime(at(100, 999), { mtime: 'clamp', epoch: 50 }), 50);
  assert.is(normalizeMtime(at(49, 999), { mtime: 'clamp', epoch: 50 }), 49);
  assert.is(normalizeMtime(at(100), { mtime: 'clamp', epoch: 0 }), 0);
});

test('clamp brings what newc cannot hold into its range', () => {
  assert.is(normalizeMtime(at(-5), { mtime: 'clamp', epoch: 50 }), 0);
  assert.is(normalizeMtime(at(2 ** 33), { mtime: 'clamp', epoch: 2 ** 32 - 1 }), 2 ** 32 - 1);
});

test('set: the epoch for everything', () => {
  for (const mtime of [-5, 0, 49, 2 ** 33])
    assert.is(normalizeMtime(at(mtime), { mtime: 'set', epoch: 50 }), 50);
});

test('keep: as it is, or refused', () => {
  assert.is(normalizeMtime(at(100, 5), { mtime: 'keep', epoch: 0 }), 100);
  assert.is(normalizeMtime(at(0), { mtime: 'keep', epoch: 5 }), 0);
  assert.is(normalizeMtime(at(2 ** 32 - 1), { mtime: 'keep', epoch: 0 }), 2 ** 32 - 1);
  for (const mtime of [-1, 2 ** 32]) {
    assert.throws(
      () => normalizeMtime(at(mtime), { mtime: 'keep', epoch: 0 }),
      /^f: modification time is -?\d+ .*--mtime clamp/,
    );
  }
});

test('clamping twice changes nothing', () => {
  for (const mtime of [-5, 0, 7, 2 ** 33]) {
    const once = normalizeMtime(at(mtime), { mtime: 'clamp', epoch: 7 });
    assert.is(normalizeMtime(at(once), { mtime: 'clamp', epoch: 7 }), once);
  }
});

test.run();
