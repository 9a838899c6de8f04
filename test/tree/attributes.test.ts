import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeAccessList, parseAccessList } from '../../src/tree/access-list.ts';
import {
  addsNothing,
  comparableAttributes,
  comparableValue,
  NO_ATTRIBUTES,
} from '../../src/tree/attributes.ts';

const test = suite('attributes');

const ACCESS = 'system.posix_acl_access';
const DEFAULT = 'system.posix_acl_default';
const list = (text: string): string => encodeAccessList(parseAccessList(text) ?? []);

test('access lists are compared as texts with numbers', () => {
  const text = 'user::rwx,user:1000:r--,group::r-x,mask::r-x,other::---';
  assert.is(comparableValue(ACCESS, list(text)), `=${text}`);
  assert.is(comparableValue(ACCESS, 'user::rwx,user:bob:r--'), '=user::rwx,user:bob:r--');
});

test('a list that says no more than the mode is none, but for a default list', () => {
  const mode = list('user::rw-,group::r--,other::r--');
  assert.is(comparableValue(ACCESS, mode), undefined);
  assert.is(comparableValue(DEFAULT, mode), '=user::rw-,group::r--,other::r--');
  assert.is(comparableValue(DEFAULT, list('')), undefined);
  assert.equal(
    [addsNothing(ACCESS, mode), addsNothing(DEFAULT, mode), addsNothing(DEFAULT, list(''))],
    [true, false, true],
  );
  assert.is(addsNothing(ACCESS, list('user::rw-,group::r--,mask::r--,other::r--')), false);
  assert.is(addsNothing('user.x', mode), false);
});

test('values: labels end with NUL or not, long ones are digests, others are bytes', () => {
  assert.is(comparableValue('security.selinux', 'a:b:c\0'), '=a:b:c');
  assert.is(comparableValue('security.selinux', 'a:b:c'), '=a:b:c');
  assert.is(comparableValue('user.x', 'a\0'), '=a\0');
  assert.is(comparableValue('user.x', 'x'.repeat(128)), `=${'x'.repeat(128)}`);
  const long = (length: number): string => comparableValue('user.x', '\0'.repeat(length)) ?? '';
  assert.match(long(129), /^#[0-9a-f]{64}$/);
  assert.not.equal(long(129), long(130));
  assert.is(comparableValue(ACCESS, 'odd'), '=odd');
});

test('what adds nothing is left out of a map', () => {
  const found = comparableAttributes(
    new Map([
      ['user.a', '1'],
      [ACCESS, list('user::rw-,group::r--,other::r--')],
    ]),
  );
  assert.equal([...found], [['user.a', '=1']]);
  assert.is(comparableAttributes(NO_ATTRIBUTES), NO_ATTRIBUTES);
});

test.run();
