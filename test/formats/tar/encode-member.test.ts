import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ExtraRecords,
  type MemberFields,
  type MemberType,
  memberSpan,
  NO_RECORDS,
  writeMember,
} from '../../../src/formats/tar/encode-member.ts';
import { parseTar } from './parsed.ts';

const test = suite('formats/tar/encode-member');

const FILE: MemberFields = {
  ...{ path: 'etc/hostname', type: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0, linkName: '' },
  ...{ major: 0, minor: 0 },
};

/** Written over other bytes, between others, which stay. */
function encode(member: Partial<MemberFields>, records: ExtraRecords = NO_RECORDS): Buffer {
  const fields = { ...FILE, ...member };
  const span = memberSpan(fields, records);
  const target = Buffer.alloc(span + 20, 0xaa);
  assert.is(writeMember(target, 10, fields, records), 10 + span);
  for (const edge of [target.subarray(0, 10), target.subarray(10 + span)]) {
    assert.ok(edge.every((byte) => byte === 0xaa));
  }
  assert.is(span % 512, 0);
  return target.subarray(10, 10 + span);
}

function decode(bytes: Buffer): ReturnType<typeof parseTar>['members'][number] {
  const { members } = parseTar(Buffer.concat([bytes, Buffer.alloc(1024)]));
  assert.is(members.length, 1);
  return members[0]!;
}

/** The records of the extended header in front of a member; none where there is no such header. */
function recordsOf(bytes: Buffer): string[] {
  if (bytes.length === 512) return [];
  assert.is(bytes.toString('latin1', 156, 157), 'x');
  const size = Number.parseInt(bytes.toString('latin1', 124, 135), 8);
  return bytes
    .toString('latin1', 512, 512 + size)
    .split('\n')
    .slice(0, -1);
}

test('every field of a header, byte for byte', () => {
  const header = encode({ mode: 0o4755, uid: 10, gid: 20, size: 1000, mtime: 1_700_000_000 });
  const zeros = (count: number): string => '\0'.repeat(count);
  const expected = [
    `etc/hostname${zeros(88)}`,
    '0004755\0',
    '0000012\0',
    '0000024\0',
    '00000001750\0',
    '14524770400\0',
    '011606\0 ',
    '0',
    zeros(100),
    'ustar\x0000',
    zeros(64),
    '0000000\0',
    '0000000\0',
    zeros(167),
  ];
  assert.is(header.toString('latin1'), expected.join(''));
});

test('the type decides flag, slash, link name and device numbers', () => {
  const of = (member: Partial<MemberFields>): string => {
    const bytes = encode(member);
    const field = (start: number, end: number): string =>
      bytes.toString('latin1', start, end).replace(/\0.*$/s, '');
    return [field(156, 157), field(0, 100), field(157, 257), field(329, 337), field(337, 345)].join(' ');
  };
  assert.is(of({ path: 'a', type: 'directory' }), '5 a/  0000000 0000000');
  assert.is(of({ path: '.', type: 'directory' }), '5 ./  0000000 0000000');
  assert.is(of({ path: 'a', type: 'symlink', linkName: '../b' }), '2 a ../b 0000000 0000000');
  assert.is(of({ path: 'a', type: 'link', linkName: 'b' }), '1 a b 0000000 0000000');
  assert.is(of({ path: 'a', type: 'fifo' }), '6 a  0000000 0000000');
  assert.is(of({ path: 'a', type: 'character', major: 5, minor: 1 }), '3 a  0000005 0000001');
  assert.is(of({ path: 'a', type: 'block', major: 4095, minor: 1_048_575 }), '4 a  0007777 3777777');
});

test('what fits the header has no records, what is one more has just its own', () => {
  const edges: readonly [Partial<MemberFields>, Partial<MemberFields>, string][] = [
    [{ uid: 0o7777777 }, { uid: 0o10000000 }, '15 uid=2097152'],
    [{ gid: 0o7777777 }, { gid: 0xffff_fffe }, '18 gid=4294967294'],
    [{ size: 8 ** 11 - 1 }, { size: 8 ** 11 }, '19 size=8589934592'],
    [{ mtime: 8 ** 11 - 1 }, { mtime: 8 ** 11 }, '20 mtime=8589934592'],
    [{ mtime: 0 }, { mtime: -1 }, '12 mtime=-1'],
    [{ path: 'n'.repeat(100) }, { path: 'n'.repeat(101) }, `111 path=${'n'.repeat(101)}`],
    [
      { type: 'symlink', linkName: 't'.repeat(100) },
      { type: 'symlink', linkName: 't'.repeat(101) },
      `115 linkpath=${'t'.repeat(101)}`,
    ],
  ];
  for (const [fits, exceeds, record] of edges) {
    assert.equal(recordsOf(encode(fits)), [], JSON.stringify(fits));
    assert.equal(recordsOf(encode(exceeds)), [record]);
    for (const fields of [fits, exceeds]) {
      // No content follows: the size is compared in its record alone.
      const { path, uid, gid, mtime, target } = decode(encode({ ...fields, size: 0 }));
      assert.equal({ ...FILE, ...fields, linkName: target, path, uid, gid, mtime }, { ...FILE, ...fields });
    }
  }
});

test('a long name is divided at a slash where both parts fit', () => {
  const fields = (path: string, type: MemberType = 'file'): string => {
    const bytes = encode({ path, type });
    if (bytes.length > 512) return 'records';
    const [prefix, name] = [bytes.toString('latin1', 345, 500), bytes.toString('latin1', 0, 100)];
    return `${prefix.replaceAll('\0', '').length}+${name.replaceAll('\0', '').length}`;
  };
  const of = (...lengths: number[]): string => lengths.map((length) => 'x'.repeat(length)).join('/');
  assert.is(fields(of(10, 89)), '0+100');
  // The prefix is as short as possible.
  assert.is(fields(of(10, 90)), '10+90');
  assert.is(fields(of(10, 10, 89)), '10+100');
  assert.is(fields(of(155, 100)), '155+100');
  assert.is(fields(of(155, 101)), 'records');
  assert.is(fields(of(156, 100)), 'records');
  // The slash of a directory belongs to the name, and divides nothing.
  assert.is(fields(of(155, 99), 'directory'), '155+100');
  assert.is(fields(of(155, 100), 'directory'), 'records');
  assert.is(fields('x'.repeat(100), 'directory'), 'records');
  assert.is(fields(of(100, 100), 'directory'), 'records');
});

test('records are sorted, and the header of their own is beside the member', () => {
  const path = `dir/${'n'.repeat(101)}`;
  const bytes = encode(
    { path, uid: 2 ** 31, gid: 2 ** 31, mtime: 1_700_000_000, mode: 0o4755, size: 7 },
    new Map([
      ['SCHILY.xattr.user.b', 'two'],
      ['SCHILY.xattr.user.a', 'one'],
    ]),
  );
  assert.equal(
    recordsOf(bytes).map((record) => record.replace(/^\d+ |=.*$/g, '')),
    ['SCHILY.xattr.user.a', 'SCHILY.xattr.user.b', 'gid', 'path', 'uid'],
  );
  const header = bytes.subarray(0, 512).toString('latin1');
  assert.is(header.slice(0, 100), `dir/PaxHeaders/${'n'.repeat(85)}`);
  assert.equal(header.slice(100, 124).split('\0'), ['0000644', '0000000', '0000000', '']);
  assert.is(header.slice(136, 148), '14524770400\0');
  // The member itself says what its fields hold.
  const own = bytes.subarray(bytes.length - 512).toString('latin1');
  assert.is(own.slice(0, 100), path.slice(0, 100));
  assert.equal(own.slice(100, 136).split('\0'), ['0004755', '0000000', '0000000', '00000000007', '']);
});

test('the length of a record counts its own digits', () => {
  for (const length of [1, 2, 3, 85, 86, 87, 88, 89, 90, 984, 985, 986, 987, 988, 9982, 9983, 9984, 9985]) {
    const [record] = recordsOf(encode({}, new Map([['k.key', 'v'.repeat(length)]])));
    const text = `${record}\n`;
    assert.is(Number.parseInt(text, 10), text.length, `${length}`);
  }
});

const bytes = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength,
  });
const component = bytes(180)
  .map((name) => name.replaceAll('/', '-'))
  .filter((name) => name !== '.' && name !== '..');
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const id = fc.oneof(
  fc.nat(70_000),
  fc.integer({ min: 2 ** 21 - 2, max: 2 ** 21 + 2 }),
  fc.constant(2 ** 32 - 2),
);
const member: fc.Arbitrary<MemberFields> = fc
  .record({
    type: fc.constantFrom<MemberType>('file', 'link', 'symlink', 'character', 'block', 'directory', 'fifo'),
    path,
    mode: fc.nat(0o7777),
    uid: id,
    gid: id,
    mtime: fc.oneof(fc.integer(), fc.integer({ min: 8 ** 11 - 2, max: 8 ** 11 + 2 }), fc.maxSafeInteger()),
    linkName: path,
    major: fc.nat(4095),
    minor: fc.nat(1_048_575),
  })
  .map((fields) => {
    const isLink = fields.type === 'link' || fields.type === 'symlink';
    const isDevice = fields.type === 'character' || fields.type === 'block';
    return {
      ...fields,
      ...{ size: 0, linkName: isLink ? fields.linkName : '' },
      ...(isDevice ? {} : { major: 0, minor: 0 }),
    };
  });

test('whatever the member: the parser gives it back, and says that no name of an owner was recorded', () => {
  fc.assert(
    fc.property(member, (fields) => {
      const found = decode(encode(fields));
      const back: MemberFields = {
        ...{ path: found.path, mode: found.mode, uid: found.uid, gid: found.gid, size: found.size },
        ...{ mtime: found.mtime, major: found.major, minor: found.minor },
        type: found.hardLink === undefined ? (found.type as MemberType) : 'link',
        linkName: found.hardLink ?? found.target,
      };
      assert.equal(back, fields);
      assert.equal([found.nanoseconds, found.userName, found.groupName], [0, '', '']);
      assert.is(found.dialect, recordsOf(encode(fields)).length > 0 ? 'pax' : 'ustar');
    }),
  );
});

test.run();
