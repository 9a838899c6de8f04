import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  attributeKeyword,
  mergePax,
  NO_PAX,
  type PaxHeader,
  parsePax,
} from '../../../src/formats/tar/pax.ts';
import { TarProblems } from '../../../src/formats/tar/problems.ts';
import { records } from './build.ts';

const test = suite('formats/tar/pax');
const problems = new TarProblems('test.tar');
const parse = (text: string): PaxHeader => parsePax(Buffer.from(text, 'latin1'), 1000, problems);
const valuesOf = (header: PaxHeader): Record<string, string> =>
  Object.fromEntries([...header.values].map(([keyword, { value }]) => [keyword, value]));

test('records are bytes and may hold newlines, equals signs and what is no text', () => {
  const path = '\xff\n12 path=x\n=';
  assert.equal(valuesOf(parse(records(['path', path], ['uid', '5']))), { path, uid: '5' });
});

test('a length counts its own digits', () => {
  for (const length of [1, 2, 3, 90, 91, 92, 93, 990, 991, 992]) {
    const path = 'p'.repeat(length);
    assert.is(valuesOf(parse(records(['path', path], ['gid', '1']))).path, path);
  }
});

test('leading zeros of a length', () => assert.equal(valuesOf(parse('0013 gid=100\n')), { gid: '100' }));

test('of the same keyword the last holds', () => {
  assert.equal(valuesOf(parse(records(['uid', '1'], ['uid', '2']))), { uid: '2' });
});

test('what an entry does not hold is passed over', () => {
  const others = records(
    ['atime', '1'],
    ['ctime', 'x'],
    ['uname', 'root'],
    ['comment', ''],
    ['VENDOR.key', '\0'],
  );
  assert.equal(parse(others), NO_PAX);
});

test('zeros behind the records are padding', () => {
  assert.equal(valuesOf(parse(`${records(['uid', '1'])}\0\0\0`)), { uid: '1' });
});

test('values of attributes: an own header goes before a global one, and both forms say one', () => {
  const { attributes: global } = parse(
    records(['SCHILY.xattr.user.a', 'one'], ['SCHILY.xattr.user.b', 'two']),
  );
  assert.equal(
    [...global],
    [
      ['user.a', 'one'],
      ['user.b', 'two'],
    ],
  );
  const own = parse(records(['SCHILY.xattr.user.a', 'other'], ['LIBARCHIVE.xattr.user.c', 'dGhyZWU']));
  const lower = { ...own, attributes: global };
  assert.equal(
    [...mergePax(lower, own).attributes],
    [
      ['user.a', 'other'],
      ['user.b', 'two'],
      ['user.c', 'three'],
    ],
  );
});

test('names of attributes, whatever their values', () => {
  const { attributes } = parse(
    records(
      ['SCHILY.xattr.security.capability', '\x01\0\0\x02\0 \n=\0'],
      ['LIBARCHIVE.xattr.security.capability', 'AQAAAg=='],
      ['LIBARCHIVE.xattr.user.%41%0a%ff%', ''],
      ['SCHILY.xattr.user.empty', ''],
      ['SCHILY.xattr.user.x%3Dy%253D%2', ''],
      ['SCHILY.acl.access', 'user::rw-'],
      ['SCHILY.acl.default', 'user::rw-'],
      ['RHT.security.selinux', 'system_u'],
    ),
  );
  assert.equal([...attributes.keys()].sort(), [
    'security.capability',
    'security.selinux',
    'system.posix_acl_access',
    'system.posix_acl_default',
    'user.A\n\xff%',
    'user.empty',
    'user.x=y%3D%2',
  ]);
});

test('a text of an access list becomes the value of the attribute, where it has numbers', () => {
  const value = (text: string): string | undefined =>
    parse(records(['SCHILY.acl.access', text])).attributes.get('system.posix_acl_access');
  const list = Buffer.from('0200000001000600ffffffff04000400ffffffff20000000ffffffff', 'hex');
  assert.is(value('user::rw-,group::r--,other::---'), list.toString('latin1'));
  assert.is(value('user::rw-,user:bob:rw-'), 'user::rw-,user:bob:rw-');
});

test('a keyword and the name of its attribute are each other', () => {
  for (const name of ['user.a', 'user.x=y%3D%', 'user.%25', 'security.capability']) {
    assert.equal([...parse(records([attributeKeyword(name), 'v'])).attributes], [[name, 'v']]);
  }
});

test("a member's own records go over global ones, and empty ones take them away", () => {
  const global = parse(records(['uid', '1'], ['gid', '2'], ['SCHILY.xattr.user.a', '1']));
  const own = parse(records(['uid', ''], ['mtime', '3'], ['SCHILY.xattr.user.b', '1']));
  const merged = mergePax(global, own);
  assert.equal(valuesOf(merged), { gid: '2', mtime: '3' });
  assert.equal([...merged.attributes.keys()], ['user.a', 'user.b']);
  assert.equal(valuesOf(mergePax(NO_PAX, parse(records(['path', ''])))), {});
});

test('a value knows its record', () => {
  assert.is(
    parse(`${records(['comment', 'x'])}${records(['uid', '1'])}`).values.get('uid')?.offset,
    1000 + 13,
  );
});

const HOSTILE: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  [
    'no length',
    'path=x\n',
    /byte 1000 .*: a pax record begins with "path=x\\x0a", wanted its length and a space/,
  ],
  ['a negative length', '-9 path=x\n', /wanted its length and a space/],
  ['a length and no space', '10path=xx\n', /wanted its length and a space/],
  ['a length of 20 digits', `${'9'.repeat(20)} a=b\n`, /wanted its length and a space/],
  ['only digits', '12', /wanted its length and a space/],
  ['a length of 0', '0 a=b\n', /says that it has 0 bytes, wanted 5 to 6/],
  ['a length that ends in itself', '2 a=b\n', /says that it has 2 bytes/],
  ['a length over the header', '7 a=b\n', /says that it has 7 bytes, wanted 5 to 6/],
  ['a huge length', '999999999999999 a=b\n', /says that it has 999999999999999 bytes/],
  ['no newline', '6 a=bc', /byte 1005 .*: a pax record of 6 bytes does not end with a newline/],
  ['a length one too short', '5 a=b\n6 c=d\n', /does not end with a newline/],
  ['no equals sign', '7 abcd\n', /byte 1002 .*: a pax record has no keyword and equals sign/],
  ['an equals sign in the next record', '6 abc\n6 a=b\n', /no keyword and equals sign/],
  ['no keyword', '6 =ab\n', /no keyword and equals sign/],
  ['NUL in a name', records(['path', 'a\0b']), /path is "a\\x00b", which holds NUL/],
  ['NUL in a link name', records(['linkpath', '\0']), /linkpath is "\\x00", which holds NUL/],
  ['NUL and then more', '\x006 a=b\n', /wanted its length and a space/],
  ['a segment without size', records(['GNU.sparse.offset', '1'], ['GNU.sparse.offset', '2']), /in turn/],
  ['a segment without offset', records(['GNU.sparse.numbytes', '1']), /in turn/],
];

for (const [what, text, message] of HOSTILE) {
  test(`hostile: ${what}`, () => assert.throws(() => parse(text), message));
}

test.run();
