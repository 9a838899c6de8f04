import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { accountId, parseAccounts } from '../../src/plan/accounts.ts';

const test = suite('accounts');

test('names and numbers of passwd and group files', () => {
  const passwd = parseAccounts('root:x:0:0:root:/root:/bin/bash\nmail:x:8:8::/var/mail:\n');
  assert.equal(
    [...passwd],
    [
      ['root', 0],
      ['mail', 8],
    ],
  );
  assert.equal(
    [...parseAccounts('staff:x:50:\nbig:x:4294967294:\n')],
    [
      ['staff', 50],
      ['big', 4_294_967_294],
    ],
  );
});

test('the first line of a name counts', () => {
  assert.is(parseAccounts('a:x:1:\na:x:2:\n').get('a'), 1);
});

test('lines without a name or a number give nothing', () => {
  const text = [
    '+::::::',
    '+@netgroup',
    '-user',
    '',
    '# comment',
    ':x:5:',
    'b:x::',
    'c:x:1e3:',
    'd:x:-1:',
    'e:x',
  ].join('\n');
  assert.equal([...parseAccounts(text)], []);
});

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
