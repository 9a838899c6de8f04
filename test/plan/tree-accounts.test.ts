import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { accountId, TreeAccounts } from '../../src/plan/tree-accounts.ts';
import { symlink } from '../support/entries.ts';
import { memorySource } from '../support/memory-source.ts';

const test = suite('tree-accounts');

test('the names of the tree, each file read once and only when asked for', () => {
  const source = memorySource([
    ['etc/passwd', 'root:x:0:0::/:\nmail:x:8:8::/:\n'],
    ['etc/group', 'staff:x:50:\n'],
  ]);
  const accounts = new TreeAccounts(source);
  assert.equal(source.opened, []);
  assert.is(accounts.users.get('mail'), 8);
  assert.is(accounts.users.get('root'), 0);
  assert.equal(source.opened, ['etc/passwd']);
  assert.equal([...accounts.groups], [['staff', 50]]);
});

test('a file behind a symlink counts, and without one there are no names', () => {
  const source = memorySource([
    ['usr/etc/passwd', 'a:x:1:\n'],
    symlink('etc/passwd', '../usr/etc/passwd'),
    symlink('etc/group', '/nowhere'),
  ]);
  const accounts = new TreeAccounts(source);
  assert.is(accounts.users.get('a'), 1);
  assert.is(accounts.groups.size, 0);
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
