import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { initEntry, rootEntry } from '../../src/plan/extra-entries.ts';
import { makeEntry } from '../support/entries.ts';

const test = suite('extra-entries');

test('the root is `.` with a mode and owner that let users in', () => {
  const root = makeEntry('', 'directory', { mode: 0o700, uid: 5, gid: 6, mtime: 70, nanoseconds: 9 });
  const entry = rootEntry(root, { epoch: 50, mtime: 'clamp' });
  assert.equal(entry, { ...root, path: '.', mode: 0o755, uid: 0, gid: 0, mtime: 50, nanoseconds: 0 });
});

test('/init is a symlink of root to the target as its bytes', () => {
  const entry = initEntry('/sbin/größe', { epoch: 50, mtime: 'set' });
  assert.is(entry.path, 'init');
  assert.is(entry.type, 'symlink');
  assert.is(Buffer.from(entry.target, 'latin1').toString(), '/sbin/größe');
  assert.equal([entry.mode, entry.uid, entry.gid, entry.mtime, entry.size], [0o777, 0, 0, 50, 0]);
  assert.is(initEntry('x', { epoch: 50, mtime: 'clamp' }).mtime, 0);
});

test.run();
