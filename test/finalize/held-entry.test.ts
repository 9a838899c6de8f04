import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withEntry } from '../../src/finalize/tree-writer.ts';
import { before } from '../support/before.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('held-entry');
const scratch = new Scratch('held-entry');
let directory = -1;

before(test, async () => {
  directory = openSync(scratch.path, constants.O_RDONLY | constants.O_DIRECTORY);
  writeFileSync(scratch.in('file'), 'x');
  symlinkSync('file', scratch.in('link'));
  symlinkSync('nowhere', scratch.in('dangling'));
  await succeed(['mkfifo', scratch.in('fifo')]);
  utimesSync(scratch.in('file'), 5, 5);
});
test.after(() => {
  closeSync(directory);
  scratch.remove();
});

test('a symlink is held itself, not what it points to', () => {
  for (const name of ['link', 'dangling']) {
    withEntry(directory, name, ({ path, stats }) => {
      assert.ok(stats.isSymbolicLink());
      utimesSync(path, 77, 77);
    });
    assert.is(lstatSync(scratch.in(name)).mtimeMs, 77_000);
  }
  assert.is(lstatSync(scratch.in('file')).mtimeMs, 5000);
});

test('a FIFO without a reader holds nobody up', () => {
  withEntry(directory, 'fifo', ({ path }) => chmodSync(path, 0o600));
  assert.is(lstatSync(scratch.in('fifo')).mode & 0o777, 0o600);
});

test('a file that is renamed and replaced meanwhile is still the one that is held', () => {
  withEntry(directory, 'file', ({ path }) => {
    renameSync(scratch.in('file'), scratch.in('moved'));
    symlinkSync('/etc', scratch.in('file'));
    utimesSync(path, 99, 99);
  });
  assert.is(lstatSync(scratch.in('moved')).mtimeMs, 99_000);
});

test('the descriptor is closed, also where the work fails', () => {
  const count = (): number => readdirSync('/proc/self/fd').length;
  const open = count();
  assert.throws(() =>
    withEntry(directory, 'moved', () => {
      throw new Error('on purpose');
    }),
  );
  assert.throws(() => withEntry(directory, 'none', () => {}), /ENOENT/);
  assert.is(count(), open);
});

test.run();
