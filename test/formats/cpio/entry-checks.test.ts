import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorCode, StillrootError } from '../../../src/errors.ts';
import { checkEntry, newcCheck } from '../../../src/formats/cpio/entry-checks.ts';
import type { Entry } from '../../../src/tree/entry.ts';
import { makeEntry, symlink } from '../../support/entries.ts';

const test = suite('formats/cpio/entry-checks');

function refuses(entry: Entry, code: ErrorCode): void {
  assert.throws(
    () => checkEntry(entry),
    (error: unknown) => error instanceof StillrootError && error.code === code && error.hint !== undefined,
  );
}

test('a name of 4095 bytes passes, one of 4096 does not', () => {
  const long = 'n/'.repeat(2047);
  checkEntry(makeEntry(`${long}n`));
  refuses(makeEntry(`${long}nn`), 'name-too-long');
});

test('a component of 255 bytes passes, one of 256 does not', () => {
  for (const type of ['file', 'directory', 'symlink'] as const) {
    checkEntry(makeEntry(`d/${'n'.repeat(255)}`, type, { target: type === 'symlink' ? 'x' : '' }));
    refuses(makeEntry(`d/${'n'.repeat(256)}`, type, { target: 'x' }), 'name-too-long');
  }
  checkEntry(symlink('l', 't'.repeat(300)));
});

test('a symlink leads somewhere', () => {
  refuses(symlink('l', ''), 'archive-malformed');
});

test('only a root-level TRAILER!!! ends an archive', () => {
  checkEntry(makeEntry('x/TRAILER!!!'));
  checkEntry(makeEntry('TRAILER!!'));
  refuses(makeEntry('TRAILER!!!'), 'reserved-name');
  refuses(makeEntry('TRAILER!!!', 'directory'), 'reserved-name');
});

test('4 GiB - 1 fits, 4 GiB does not', () => {
  checkEntry(makeEntry('big', 'file', { size: 2 ** 32 - 1 }));
  refuses(makeEntry('big', 'file', { size: 2 ** 32 }), 'file-too-large');
});

test('link targets up to 4095 bytes', () => {
  checkEntry(symlink('l', 't'.repeat(4095)));
  refuses(symlink('l', 't'.repeat(4096)), 'name-too-long');
});

test('device numbers that the kernel would alias', () => {
  checkEntry(makeEntry('d', 'block', { major: 4095, minor: 1048575 }));
  refuses(makeEntry('d', 'block', { major: 4096 }), 'number-out-of-range');
  refuses(makeEntry('d', 'character', { minor: 1048576 }), 'number-out-of-range');
});

test('an archive may begin with its root, and all entries are checked in themselves and for their place', () => {
  const check = newcCheck();
  check.see(makeEntry('.', 'directory'));
  check.see(makeEntry('d', 'directory'));
  assert.throws(() => check.see(makeEntry('d')), /occurs twice/);
  assert.throws(() => check.see(makeEntry('e', 'file', { size: 2 ** 32 })), /at most 4294967295/);
});

test.run();
