import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../src/errors.ts';
import { placeOf, readFailed } from '../../src/source/read-failed.ts';

const test = suite('source/read-failed');

const failure = (code: string): unknown => Object.assign(new Error(`${code}: it failed`), { code });

test('where: the tree as the user named it, and the path shown safely', () => {
  assert.is(placeOf('rootfs', ''), 'rootfs');
  assert.is(placeOf('rootfs/', 'etc/x'), 'rootfs/etc/x');
  assert.is(placeOf('/r', 'a\n'), '/r/a\\x0a');
});

test('each failure of the system says what to do', () => {
  const expected: readonly (readonly [string, string, RegExp])[] = [
    ['EACCES', 'source-unreadable', /^r\/f: cannot be read \(EACCES\)\. Run as root/],
    ['EMFILE', 'source-unreadable', /too many open files .*ulimit -n/],
    ['ENFILE', 'source-unreadable', /too many open files on this machine/],
    ['ENAMETOOLONG', 'source-unreadable', /a name is too long .*255 bytes/],
    ['ENOENT', 'source-changed', /vanished or was replaced .*Make sure that nothing writes to the tree/],
    ['ELOOP', 'source-changed', /vanished or was replaced/],
    ['EIO', 'source-unreadable', /cannot be read \(EIO\)\. Check the filesystem/],
  ];
  for (const [code, wanted, message] of expected) {
    const error = readFailed('r', 'f', failure(code));
    if (!(error instanceof StillrootError)) throw new Error(`${code} gives no StillrootError`);
    assert.is(error.code, wanted);
    assert.match(error.message, message);
    assert.is((error.cause as NodeJS.ErrnoException).code, code);
  }
});

test('what is an error already, or a mistake of ours, is passed on', () => {
  const known = new StillrootError('strict', 'x');
  assert.is(readFailed('r', 'f', known), known);
  const mistake = new TypeError('x');
  assert.is(readFailed('r', 'f', mistake), mistake);
});

test.run();
