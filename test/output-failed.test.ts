import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../src/errors.ts';
import { outputFailed } from '../src/system/files.ts';

const test = suite('output-failed');
const system = (code: string): Error => Object.assign(new Error(`${code}: what the system says`), { code });

test('every known failure says what and what to do, in one sentence each', () => {
  for (const code of [
    'ENOENT',
    'ENOTDIR',
    'ENOSPC',
    'EDQUOT',
    'EFBIG',
    'EACCES',
    'EROFS',
    'EPIPE',
    'ELOOP',
  ]) {
    const cause = system(code);
    const error = outputFailed('out.cpio', cause) as StillrootError;
    assert.is(error.code, 'output-failed');
    assert.is(error.cause, cause);
    assert.match(error.message, /^out\.cpio: [a-z].*\. [A-Z].*\.$/);
    assert.not.match(error.message, /what the system says/);
  }
});

test('any other failure of the system is named by its code', () => {
  const error = outputFailed('out.cpio', system('EIO')) as StillrootError;
  assert.match(error.message, /cannot be written \(EIO\)/);
});

test('what is no failure of the system is given back as it is', () => {
  const own = new StillrootError('usage', 'is wrong');
  const other = new TypeError('a mistake in the program');
  assert.is(outputFailed('out.cpio', own), own);
  assert.is(outputFailed('out.cpio', other), other);
});

test.run();
