import { symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { openInputFile } from '../../src/source/input-file.ts';
import { openFailed } from '../../src/source/open-failed.ts';
import { openRoot } from '../../src/source/open-root.ts';
import { openSource } from '../../src/source/open-source.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/open-failed');
const scratch = new Scratch('open-failed');
test.after(() => scratch.remove());

const failed = (code: string): string => {
  const { what, hint } = openFailed(Object.assign(new Error(code), { code }), 'opened', 'Denied.', 'Other.');
  return `${what}. ${hint}`;
};

test('what helps follows from what the system says', () => {
  assert.is(failed('EACCES'), 'cannot be opened (EACCES). Denied.');
  assert.is(failed('EPERM'), 'cannot be opened (EPERM). Denied.');
  assert.match(failed('ELOOP'), /^cannot be opened \(ELOOP\)\. Its symlinks lead in a circle/);
  assert.match(failed('ENOTDIR'), /\(ENOTDIR\)\. Something on the way/);
  assert.match(failed('EIO'), /kernel log/);
  assert.match(failed('EMFILE'), /^too many open files \(EMFILE\)\. Raise/);
  assert.match(failed('ENAMETOOLONG'), /^a name is too long .*4095/);
  assert.is(failed('ESTALE'), 'cannot be opened (ESTALE). Other.');
});

test('a circle of symlinks and a file on the way are said to be that, wherever a path is opened', async () => {
  symlinkSync('loop', scratch.in('loop'));
  writeFileSync(scratch.in('file'), '');
  for (const [name, said] of [
    ['loop', /\(ELOOP\)\. Its symlinks lead in a circle; name a path without them\.$/],
    ['file/x', /\(ENOTDIR\)\. Something on the way to it is a file|is not a directory/],
    [`${'n'.repeat(256)}`, /a name is too long for the filesystem \(ENAMETOOLONG\)\. Linux allows/],
  ] as const) {
    const path = scratch.in(name);
    for (const open of [() => openRoot(path), () => openInputFile(path), () => openSource(path)]) {
      const error: unknown = await (async () => await open())().catch((reason: unknown) => reason);
      assert.match((error as StillrootError).message, said);
      assert.is((error as StillrootError).where, path);
    }
  }
});

test.run();
