import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { accountId } from '../../src/plan/accounts.ts';

const test = suite('plan/accounts');

test('a number is itself, whatever the file says', () => {
  assert.is(accountId(7, new Map(), 'etc/passwd', 'a/b'), 7);
});

test('an unknown name is an error with the rule, the name and the file', () => {
  assert.throws(
    () => accountId('nobody', new Map([['root', 0]]), 'etc/passwd', 'user/x'),
    (error: StillrootError) =>
      error.code === 'rule-file' &&
      /^rule user\/x: names nobody, which is not in etc\/passwd .*\. Use an id/.test(error.message),
  );
});

test.run();
