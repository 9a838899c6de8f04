import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { writeFailed } from '../../src/finalize/target.ts';

const test = suite('write-failed');
const failure = (code: string): Error => Object.assign(new Error(code), { code });
const explain = (code: string): StillrootError =>
  writeFailed('tree/', 'a\nb', 'cannot be removed', failure(code)) as StillrootError;

for (const [code, hint] of [
  ['EROFS', /mounted read-only/],
  ['EACCES', /Run as root/],
  ['EPERM', /chattr -i/],
  ['ENOSPC', /Free some space/],
  ['EDQUOT', /quota/],
  ['EIO', /Check the filesystem/],
] as const) {
  test(`${code}: the tree cannot be written, and what to do`, () => {
    const error = explain(code);
    assert.is(error.code, 'tree-unwritable');
    assert.is(error.where, 'tree/a\\x0ab');
    assert.match(error.message, `cannot be removed (${code})`);
    assert.match(error.hint ?? '', hint);
  });
}

for (const code of ['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENOTEMPTY', 'ESTALE']) {
  test(`${code}: somebody else changed the tree`, () => {
    assert.is(explain(code).code, 'source-changed');
    assert.match(explain(code).message, 'was replaced during finalize');
  });
}

test('an error that says all itself, and one that is no failure of the system, stay', () => {
  const own = new StillrootError('source-changed', 'x');
  const other = new TypeError('x');
  assert.is(writeFailed('tree', 'a', 'what', own), own);
  assert.is(writeFailed('tree', 'a', 'what', other), other);
});

test.run();
