import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { accessListValue, attributeValue } from '../../src/tree/attributes.ts';

const test = suite('attributes');

/** linux/posix_acl_xattr.h */
function accessList(
  ...entries: readonly (readonly [tag: number, permissions: number, id: number])[]
): Buffer {
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(2, 0);
  entries.forEach(([tag, permissions, id], i) => {
    bytes.writeUInt16LE(tag, 4 + 8 * i);
    bytes.writeUInt16LE(permissions, 6 + 8 * i);
    bytes.writeUInt32LE(id, 8 + 8 * i);
  });
  return bytes;
}
const NO_ID = 0xffff_ffff;
const ACCESS = 'system.posix_acl_access';
const LIST = accessList([1, 7, NO_ID], [2, 4, 1000], [4, 5, NO_ID], [16, 5, NO_ID], [32, 0, NO_ID]);

test('an access list of a filesystem and its texts in tar archives are one value', () => {
  const value = '=user::rwx,user:1000:r--,group::r-x,mask::r-x,other::---';
  assert.is(attributeValue(ACCESS, LIST), value);
  for (const text of [
    'user::rwx,user:1000:r--,group::r-x,mask::r-x,other::---',
    'user::rwx\nuser:bob:r--:1000\ngroup::r-x\nmask::r-x\nother::---\n',
    'group::r-x,user:bob:r--:1000,user::rwx,other::---,mask::r-x',
    'u::rwx,u:1000:r--,g::r-x,m:r-x,o:---',
  ]) {
    assert.is(accessListValue(ACCESS, text), value, text);
  }
});

test('a list that says no more than the mode is none, but for a default list', () => {
  const mode = accessList([1, 6, NO_ID], [4, 4, NO_ID], [32, 4, NO_ID]);
  assert.is(attributeValue(ACCESS, mode), undefined);
  assert.is(accessListValue(ACCESS, 'user::rw-,group::r--,other::r--'), undefined);
  assert.is(attributeValue('system.posix_acl_default', mode), '=user::rw-,group::r--,other::r--');
});

test('a name without its number stays a text', () => {
  assert.is(accessListValue(ACCESS, 'user::rwx,user:bob:r--'), '=user::rwx,user:bob:r--');
  assert.is(accessListValue(ACCESS, 'nonsense'), '=nonsense');
});

test('values: labels end with NUL or not, long ones are digests, others are bytes', () => {
  assert.is(attributeValue('security.selinux', Buffer.from('a:b:c\0')), '=a:b:c');
  assert.is(attributeValue('security.selinux', Buffer.from('a:b:c')), '=a:b:c');
  assert.is(attributeValue('user.x', Buffer.from('a\0')), '=a\0');
  assert.match(attributeValue('user.x', Buffer.alloc(129)) ?? '', /^#[0-9a-f]{64}$/);
  assert.not.equal(attributeValue('user.x', Buffer.alloc(129)), attributeValue('user.x', Buffer.alloc(130)));
  assert.is(attributeValue(ACCESS, Buffer.from('odd')), '=odd');
});

test.run();
