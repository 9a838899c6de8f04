// Damaged or malicious archives. Each test is named after what is wrong, and checks the message.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TAR_WRITERS } from '../../../fixtures/tar/writers.ts';
import { StillrootError } from '../../../src/errors.ts';
import type { TarLimits } from '../../../src/formats/tar/problems.ts';
import { readArchive } from './archive-fixtures.ts';
import { archive, base256, END, GNU, globalPax, header, longName, member, pax, V7 } from './build.ts';
import { type Parsed, parseTar } from './parsed.ts';

const test = suite('formats/tar/hostile');

type Member = Parsed['members'][number];
type Code = 'archive-malformed' | 'archive-not-supported' | 'archive-limit';

/** Refused whole and byte by byte, in the same words. */
function refused(bytes: Buffer, code: Code, message: RegExp, limits: Partial<TarLimits> = {}): void {
  for (const size of [bytes.length, 1]) {
    assert.throws(
      () => parseTar(bytes, () => size, limits),
      (error: unknown) => {
        if (!(error instanceof StillrootError)) throw error;
        assert.is(error.code, code);
        assert.match(error.message, message);
        assert.match(error.where ?? '', /^test\.tar: byte \d+ of the tar archive$/);
        return true;
      },
    );
  }
}

const MALFORMED: readonly (readonly [what: string, bytes: Buffer, message: RegExp])[] = [
  ['nothing at all', Buffer.alloc(0), /byte 0 .*: the archive is empty/],
  ['one byte', Buffer.from('x'), /byte 1 .*: the archive is cut short: it ends inside a header/],
  ['text', Buffer.alloc(2048, 'text '), /chksum is ".*", wanted octal digits/],
  [
    'a checksum of the second header',
    Buffer.concat([header(), header({ checksum: '0000001\0' })]),
    /byte 660 .*checksum is 1/,
  ],
  [
    'a zero block between members',
    Buffer.concat([header(), Buffer.alloc(512), header()]),
    /byte 1024 .*: a zero block, which ends an archive, is followed by more data/,
  ],
  [
    'a zero block and a piece of one',
    Buffer.concat([header(), Buffer.alloc(513)]),
    /cut short: it ends inside its end/,
  ],
  ['a negative size', archive(header({ size: base256(-1n, 12) })), /byte 124 .*: size is -1 in base-256/],
  ['a size over 2^53', archive(header({ size: base256(2n ** 53n, 12) })), /size is 9007199254740992/],
  [
    'a size that ends behind 2^53',
    archive(header({ size: base256(2n ** 53n - 1n, 12) })),
    /a member claims 9007199254740991 bytes, more than any archive can hold/,
  ],
  ['a size that is no number', archive(header({ size: 'enormous\0\0\0\0' })), /size is "enormous/],
  [
    'an owner over 32 bits',
    archive(header({ uid: base256(2n ** 32n, 8) })),
    /byte 108 .*: uid is 4294967296 in base-256/,
  ],
  ['a negative group', archive(header({ gid: base256(-1n, 8) })), /byte 116 .*: gid is -1/],
  ['a mode that is no number', archive(header({ mode: 'rwxr-xr-' })), /byte 100 .*: mode is "rwxr-xr-"/],
  ['no name', archive(header({ name: '' })), /a member has no name/],
  ['no name by GNU', archive(longName('L', ''), header()), /a member has no name/],
  ['no link target', archive(header({ type: '2' })), /a member has no link target/],
  ['no name of a hard link', archive(header({ type: '1' })), /a member has no link target/],
  [
    'a device of v7',
    archive(header({ type: '3', magic: V7 })),
    /a v7 header, which cannot store a device number/,
  ],
  [
    'a pax header and no member',
    archive(pax(['uid', '1'])),
    /cut short: it ends after a header that belongs to a member/,
  ],
  ['a pax header and no end', pax(['uid', '1']), /cut short: it ends after a header that belongs/],
  ['a long name and no member', archive(longName('L', 'name')), /it ends after a header that belongs/],
  [
    'two pax headers',
    archive(pax(['uid', '1']), pax(['gid', '1']), header()),
    /a member has a second pax header/,
  ],
  [
    'two long names',
    archive(longName('L', 'a'), longName('L', 'b'), header()),
    /a second header for a long name/,
  ],
  [
    'two long targets',
    archive(longName('K', 'a'), longName('K', 'b'), header()),
    /a second header for a long link target/,
  ],
  [
    'a pax record that is none',
    archive(member({ type: 'x' }, 'what?'), header()),
    /byte 512 .*: a pax record begins with "what\?"/,
  ],
  [
    'a global record that is none',
    archive(member({ type: 'g' }, '9 a=b'), header()),
    /byte 512 .*: a pax record says/,
  ],
  [
    'a pax size that is negative',
    archive(pax(['size', '-1']), header()),
    /byte 512 .*: size is "-1", wanted 0 to/,
  ],
  ['a pax size that is none', archive(pax(['size', '1e9']), header()), /size is "1e9"/],
  [
    'a pax owner over 32 bits',
    archive(pax(['uid', '4294967296']), header()),
    /uid is "4294967296", wanted 0 to 4294967295/,
  ],
  [
    'a pax time that is none',
    archive(pax(['mtime', 'today']), header()),
    /mtime is "today", wanted decimal seconds/,
  ],
  [
    'NUL in a pax name',
    archive(pax(['path', 'a\0/../b']), header()),
    /path is "a\\x00\/..\/b", which holds NUL/,
  ],
  [
    'a terminal sequence in a message',
    archive(pax(['mtime', '\x1b[31m\xff']), header()),
    /mtime is "\\x1b\[31m\\xff"/,
  ],
];

for (const [what, bytes, message] of MALFORMED) {
  test(`malformed: ${what}`, () => refused(bytes, 'archive-malformed', message));
}

const NOT_SUPPORTED: readonly (readonly [what: string, bytes: Buffer, message: RegExp])[] = [
  ['a type that nobody knows', archive(header({ type: 'Z' })), /byte 156 .*: a member has the type "Z"/],
  ['a type that is no letter', archive(header({ type: '\xff' })), /a member has the type "\\xff"/],
  ['old long names of GNU', archive(header({ type: 'N', magic: GNU })), /a member has the type "N"/],
  [
    'a file of another volume',
    archive(header({ type: 'M', magic: GNU })),
    /a file continues here that began in another/,
  ],
  [
    'a file of another volume in pax',
    archive(pax(['GNU.volume.offset', '5']), header()),
    /began in another volume/,
  ],
  [
    'a file of another volume in all pax',
    archive(globalPax(['GNU.volume.offset', '5']), header()),
    /began in another/,
  ],
];

for (const [what, bytes, message] of NOT_SUPPORTED) {
  test(`not supported: ${what}`, () => refused(bytes, 'archive-not-supported', message));
}

test('limits: names', () => {
  const code = 'archive-limit';
  const longest = 'n'.repeat(4096);
  for (const name of [longest, `./${longest}`, `./${longest}/`, `/${longest}`]) {
    assert.is(parseTar(archive(longName('L', name), header())).members.length, 1);
    assert.is(parseTar(archive(pax(['path', name]), header())).members.length, 1);
  }
  const over = `${longest}n`;
  refused(archive(longName('L', `./${over}`), header()), code, /a name has \d+ bytes, the limit is 4096/);
  refused(archive(longName('L', over), header()), code, /a name has 4097 bytes/);
  refused(archive(pax(['path', over]), header()), code, /a name has 4097 bytes/);
  refused(archive(pax(['linkpath', over]), header({ type: '2' })), code, /a link target has 4097 bytes/);
  refused(archive(longName('K', over), header({ type: '1' })), code, /a link target has 4097 bytes/);
  refused(archive(header({ name: 'abcdef' })), code, /a name has 6 bytes, the limit is 5/, { nameLength: 5 });
  const symlink = archive(header({ type: '2', linkName: 'abcdef' }));
  refused(symlink, code, /a link target has 6 bytes, the limit is 5/, { targetLength: 5 });
});

test('limits: a long name of gigabytes is refused before a byte of it is read', () => {
  const bytes = header({ type: 'L', size: 2 ** 32, magic: GNU });
  refused(bytes, 'archive-limit', /a name has 4294967296 bytes/);
});

test('limits: pax headers', () => {
  const code = 'archive-limit';
  refused(
    header({ type: 'x', size: 2 ** 20 + 1 }),
    code,
    /a pax header has 1048577 bytes, the limit is 1048576/,
  );
  refused(header({ type: 'g', size: 2 ** 33 }), code, /a pax header has 8589934592 bytes/);
  const value = 'v'.repeat(2 ** 20 - 100);
  assert.is(parseTar(archive(pax(['SCHILY.xattr.user.a', value]), header())).members.length, 1);
  const many = ['a', 'b', 'c'].map((name) => globalPax([`SCHILY.xattr.user.${name}`, '']));
  assert.is(parseTar(archive(...many, header())).members.length, 1);
  const attributes = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
    globalPax([`SCHILY.xattr.${name.repeat(9)}`, '']),
  );
  // Sixteen bytes more for each; one that is set again counts once.
  refused(archive(...attributes, header()), code, /has 150 bytes, the limit is 149/, { paxSize: 149 });
  const again = archive(...attributes, ...attributes, header());
  assert.is(parseTar(again, undefined, { paxSize: 150 }).members[0]?.attributes.size, 6);
});

test('attributes of a global pax header are held once, however many members there are', () => {
  const { members } = parseTar(
    archive(
      ...[globalPax(['SCHILY.xattr.user.b', '']), header({ name: '1' }), header({ name: '2' })],
      ...[pax(['SCHILY.xattr.user.c', '']), header({ name: '3' })],
      ...[globalPax(['SCHILY.xattr.user.a', '']), header({ name: '4' }), header({ name: '5' })],
    ),
  );
  const lists = members.map(({ attributes }) => attributes);
  assert.equal(
    lists.map((list) => [...list.keys()].sort().join()),
    ['user.b', 'user.b', 'user.b,user.c', 'user.a,user.b', 'user.a,user.b'],
  );
  assert.is(lists[0], lists[1]);
  assert.is(lists[3], lists[4]);
});

test('cut anywhere, an archive is refused, but at the border of a member', () => {
  const small = archive(
    ...[globalPax(['gid', '1']), pax(['path', 'p'.repeat(600)]), member({}, 'x'.repeat(600))],
    ...[longName('L', 'n'.repeat(200)), longName('K', 't'), header({ type: '2' }), header({ name: 'last' })],
  );
  const borders = new Map<number, number>();
  for (let end = 0; end < small.length - END.length; end += 1) {
    try {
      borders.set(end, parseTar(small.subarray(0, end)).members.length);
    } catch (error) {
      assert.instance(error, StillrootError);
      assert.match((error as StillrootError).message, /cut short|archive is empty/);
    }
  }
  assert.equal(
    [...borders],
    [
      [1024, 0],
      [4096, 1],
      [6656, 2],
    ],
  );
});

for (const writer of TAR_WRITERS) {
  test(`cut archives of ${writer.name}: no piece of a file is taken for the whole`, () => {
    const bytes = readArchive(writer);
    const whole = parseTar(bytes).members;
    for (let end = 100; end < bytes.length; end += 4999) {
      try {
        const { members } = parseTar(bytes.subarray(0, end));
        assert.ok(members.every(({ content }, index) => content.equals((whole[index] as Member).content)));
      } catch (error) {
        assert.instance(error, StillrootError);
        assert.match((error as StillrootError).message, /cut short/);
      }
    }
  });
}

test.run();
