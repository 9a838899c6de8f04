import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  decodeAccessList,
  encodeAccessList,
  formatAccessList,
  isMode,
  modeWithList,
  parseAccessList,
} from '../../src/tree/access-list.ts';

const test = suite('access list');

/** linux/posix_acl_xattr.h */
function accessList(
  ...entries: readonly (readonly [tag: number, permissions: number, id: number])[]
): string {
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(2, 0);
  entries.forEach(([tag, permissions, id], i) => {
    bytes.writeUInt16LE(tag, 4 + 8 * i);
    bytes.writeUInt16LE(permissions, 6 + 8 * i);
    bytes.writeUInt32LE(id, 8 + 8 * i);
  });
  return bytes.toString('latin1');
}

const NO_ID = 0xffff_ffff;
const LIST = accessList([1, 7, NO_ID], [2, 4, 1000], [4, 5, NO_ID], [16, 5, NO_ID], [32, 0, NO_ID]);
const TEXT = 'user::rwx,user:1000:r--,group::r-x,mask::r-x,other::---';

test('the bytes of the kernel and the texts of tar archives are the same entries', () => {
  assert.is(formatAccessList(decodeAccessList(LIST) ?? []), TEXT);
  for (const text of [
    TEXT,
    'user::rwx\nuser:bob:r--:1000\ngroup::r-x\nmask::r-x\nother::---\n',
    'group::r-x,user:bob:r--:1000,user::rwx,other::---,mask::r-x',
    'u::rwx,u:1000:r--,g::r-x,m:r-x,o:---',
    'user::rwx # owner\nuser:1000:r--\ngroup::r-x\nmask::r-x\nother::---',
  ]) {
    assert.is(encodeAccessList(parseAccessList(text) ?? []), LIST, text);
  }
});

test('entries are sorted by tag and number, whatever their order', () => {
  const sorted = accessList([2, 1, 5], [2, 2, 9], [8, 4, 3]);
  assert.is(encodeAccessList(decodeAccessList(accessList([8, 4, 3], [2, 2, 9], [2, 1, 5])) ?? []), sorted);
});

test('names without numbers, and what is no list, have no entries', () => {
  for (const text of [
    'user::rwx,user:bob:r--',
    'nonsense',
    'user::rwz',
    'user:4294967295:r--',
    'user:99999999999:r--',
    'constructor::r--',
    '__proto__:1:r--',
  ]) {
    assert.is(parseAccessList(text), undefined, text);
  }
  for (const bytes of ['odd', '', '\x02\0\0', '\x02\0\0\0\x01', `\x03${LIST.slice(1)}`]) {
    assert.is(decodeAccessList(bytes), undefined, bytes);
  }
  assert.equal(decodeAccessList('\x02\0\0\0'), []);
});

test('only a list without a mask and without names says no more than a mode', () => {
  const of = (text: string): boolean => isMode(parseAccessList(text) ?? []);
  assert.is(of('user::rw-,group::r--,other::r--'), true);
  assert.is(of('user::rw-,group::r--,mask::rw-,other::r--'), false);
  assert.is(of('user::rw-,user:1:r--,group::r--,other::r--'), false);
  assert.is(of('user::rw-,group::r--,group:1:r--,other::r--'), false);
});

test('the mode of a file with a list has the permissions of the mask for its group', () => {
  const of = (mode: number, text: string): string =>
    modeWithList(mode, parseAccessList(text) ?? []).toString(8);
  assert.is(of(0o644, 'user::rw-,user:1:rw-,group::r--,mask::rw-,other::r--'), '664');
  assert.is(of(0o4777, 'user::r-x,group::r--,other::---'), '4540');
  // Nothing that the kernel would take.
  assert.is(of(0o644, 'user:1:rw-'), '644');
});

test.run();
