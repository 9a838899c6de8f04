import { openSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explained, lackOfSystem, StillrootError } from '../src/errors.ts';

const test = suite('errors');

const failed = (code: string, path?: string): unknown =>
  Object.assign(new Error(`${code}: it failed`), { code, path });

test('what the machine lacks is told as that, wherever it was met', () => {
  const open = explained(failed('EMFILE', '/some/file'));
  if (!(open instanceof StillrootError)) throw new Error('not explained');
  assert.is(open.code, 'system');
  assert.is(open.message, '/some/file: too many open files (EMFILE). Raise the limit with ulimit -n.');
  assert.match(String(explained(failed('ENFILE'))), /on this machine/);
  assert.match(String(explained(failed('ENAMETOOLONG', '/x'))), /\/x: a name is too long .* 255 bytes/);
});

test('threads and modules tell of too many open files in words', () => {
  for (const message of [
    'Worker initialization failure: EMFILE',
    'Cannot read package config /x/package.json: too many open files.',
    '/x/encoder.node: cannot open shared object file: Too many open files',
  ]) {
    const error = explained(new Error(message)) as StillrootError;
    assert.is(error.message, 'too many open files (EMFILE). Raise the limit with ulimit -n.');
  }
});

test('a name that is too long, as the system says it', () => {
  try {
    openSync(`/${'n'.repeat(300)}`, 'r');
    assert.unreachable();
  } catch (error) {
    assert.is((explained(error) as StillrootError).code, 'system');
  }
});

test('a file that /proc always has is missing where it is not mounted; entries of a tree are something else', () => {
  for (const name of ['status', 'mountinfo', 'maps', 'uid_map', 'fdinfo/7']) {
    assert.match(
      String(explained(failed('ENOENT', `/proc/self/${name}`))),
      /\/proc is not mounted.*Mount it/,
    );
  }
  for (const path of ['/proc/self/fd/7/status', '/proc/self/no-such-file', '/elsewhere/proc/self/status']) {
    assert.is(lackOfSystem(failed('ENOENT', path)), undefined);
  }
});

test('other failures, and errors that are explained already, stay as they are', () => {
  for (const error of [
    failed('EIO', '/x'),
    new TypeError('a fault'),
    new StillrootError('strict', 'x'),
    undefined,
  ]) {
    assert.is(explained(error), error);
  }
});

test.run();
