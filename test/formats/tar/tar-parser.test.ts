import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TarEntry } from '../../../src/formats/tar/member.ts';
import { TarParser } from '../../../src/formats/tar/tar-parser.ts';
import { archive, END, GNU, globalPax, header, longName, member, pax, V7 } from './build.ts';
import { type Parsed, parseTar } from './parsed.ts';

const test = suite('formats/tar/tar-parser');

/** Parses whole and in pieces, which must come to the same. */
function parse(bytes: Buffer): Parsed {
  const whole = parseTar(bytes);
  for (const size of [1, 100, 512, 700])
    assert.equal(
      parseTar(bytes, () => size),
      whole,
    );
  return whole;
}

function only(...parts: readonly Buffer[]): Parsed['members'][number] {
  const { members } = parse(archive(...parts));
  assert.is(members.length, 1);
  return members[0] as Parsed['members'][number];
}

const paths = (members: Parsed['members']): string[] => members.map(({ path }) => path);

test('an entry of ustar', () => {
  const file = member(
    { name: './bin/sh', mode: '0104755\0', uid: '0000012\0', gid: '0000013\0', mtime: '00000000017\0' },
    'data',
  );
  assert.equal(only(file), {
    ...{ path: './bin/sh', type: 'file', mode: 0o4755, uid: 10, gid: 11, size: 4, mtime: 15, nanoseconds: 0 },
    ...{ target: '', hardLink: undefined, major: 0, minor: 0, offset: 0, dataOffset: 512, segments: null },
    ...{
      attributes: new Map(),
      dialect: 'ustar',
      userName: '',
      groupName: '',
      content: Buffer.from('data'),
    },
  });
});

const TYPES: readonly (readonly [letter: string, type: TarEntry['type']])[] = [
  ['0', 'file'],
  ['\0', 'file'],
  ['7', 'file'],
  ['2', 'symlink'],
  ['3', 'character'],
  ['4', 'block'],
  ['5', 'directory'],
  ['6', 'fifo'],
  ['D', 'directory'],
];

for (const [letter, type] of TYPES) {
  test(`type ${JSON.stringify(letter)} is a ${type}`, () => {
    const found = only(header({ type: letter, linkName: 'to', major: '0000005\0', minor: '0000001\0' }));
    assert.is(found.type, type);
    assert.is(found.target, type === 'symlink' ? 'to' : '');
    const device = type === 'character' || type === 'block';
    assert.equal([found.major, found.minor], device ? [5, 1] : [0, 0]);
  });
}

test('slashes at the end are left out, and make a file of v7 a directory', () => {
  assert.is(only(header({ name: 'etc//', type: '5' })).path, 'etc');
  assert.is(only(header({ name: './', type: '5' })).path, '.');
  assert.is(only(header({ name: '//', type: '5' })).path, '/');
  for (const type of ['0', '\0', '7']) {
    const found = only(header({ name: 'etc/', type, magic: V7 }));
    assert.equal([found.path, found.type], ['etc', 'directory']);
  }
  const link = only(header({ name: 'a/', type: '1', linkName: 'b/' }));
  assert.equal([link.path, link.type, link.hardLink], ['a', 'file', 'b']);
});

test('long names: GNU, pax over GNU, both over the header', () => {
  const long = `d/${'n'.repeat(300)}`;
  assert.is(only(longName('L', long), header()).path, long);
  const link = only(longName('K', long), longName('L', 'name'), header({ type: '2', linkName: 'short' }));
  assert.equal([link.path, link.target, link.offset], ['name', long, 0]);
  assert.is(only(longName('L', 'gnu'), pax(['path', 'pax']), header()).path, 'pax');
  assert.is(only(pax(['linkpath', 'pax']), longName('K', 'gnu'), header({ type: '1' })).hardLink, 'pax');
});

test('what stands in front of a member holds for no other', () => {
  const bytes = archive(pax(['path', 'one'], ['uid', '7']), header(), header({ name: 'two' }));
  const { members } = parse(bytes);
  assert.equal(
    members.map(({ path, uid, offset, dataOffset }) => [path, uid, offset, dataOffset]),
    [
      ['one', 7, 0, 1536],
      ['two', 0, 1536, 2048],
    ],
  );
});

test('pax over the header, its size too', () => {
  const large = { size: '77777777777\0' };
  const values = pax(
    ...([
      ['size', '5'],
      ['uid', '4294967294'],
      ['gid', '3000000'],
      ['mtime', '-1.5'],
      ['SCHILY.xattr.user.b', ''],
      ['SCHILY.xattr.user.a', 'x'],
    ] as const),
  );
  const found = only(values, header(large), Buffer.concat([Buffer.from('12345'), Buffer.alloc(507)]));
  assert.equal([found.size, found.uid, found.gid], [5, 4_294_967_294, 3_000_000]);
  assert.equal([found.mtime, found.nanoseconds], [-2, 500_000_000]);
  assert.equal([...found.attributes].sort(), [
    ['user.a', 'x'],
    ['user.b', ''],
  ]);
  assert.is(found.content.toString(), '12345');
});

test('large device numbers of pax', () => {
  const found = only(pax(['SCHILY.devmajor', '4095'], ['SCHILY.devminor', '1048575']), header({ type: '3' }));
  assert.equal([found.major, found.minor], [4095, 1_048_575]);
});

test('a pax size is for the member, not for the headers between', () => {
  const long = longName('L', 'a name of GNU');
  const found = only(pax(['size', '3']), long, header({ size: 0 }), Buffer.alloc(512, 'abc\0'));
  assert.equal([found.path, found.size, found.content.toString()], ['a name of GNU', 3, 'abc']);
});

test('global headers hold until another says otherwise', () => {
  const bytes = archive(
    ...[globalPax(['uid', '5'], ['gid', '6'], ['comment', '0123']), header({ name: 'a' })],
    ...[pax(['uid', '']), header({ name: 'b', uid: '0000001\0' })],
    ...[globalPax(['gid', '']), header({ name: 'c' })],
  );
  assert.equal(
    parse(bytes).members.map(({ path, uid, gid }) => [path, uid, gid]),
    [
      ['a', 5, 6],
      ['b', 1, 6],
      ['c', 5, 0],
    ],
  );
});

test('an empty pax header, and one of Solaris', () => {
  assert.is(only(header({ type: 'x' }), header()).path, 'file');
  const solaris = pax(['path', 'sun']);
  solaris.write('X', 156);
  solaris.write('        ', 148);
  const sum = solaris.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  solaris.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  assert.is(only(solaris, header()).path, 'sun');
});

test('a volume label is passed over, with all that belongs to it', () => {
  const label = member({ name: 'label', type: 'V', magic: GNU }, 'data of a label');
  assert.equal(paths(parse(archive(longName('L', 'long label'), label, header())).members), ['file']);
});

test('data of what has none: directories by name and type D have it, type 5 and devices do not', () => {
  const dump = member({ name: 'd', type: 'D', magic: GNU }, 'Yname\0\0');
  const named = member({ name: 'e/', type: '0' }, 'data');
  const sized = header({ name: 'f', type: '5', size: 9999 });
  const device = header({ name: 'g', type: '3', size: 9999 });
  const { members } = parse(archive(dump, named, sized, device, header({ name: 'h' })));
  assert.equal(
    members.map(({ path, size, content }) => [path, size, content.length]),
    ['d', 'e', 'f', 'g', 'h'].map((path) => [path, 0, 0]),
  );
});

test('hard links: no data in v7 and GNU, whatever their size says', () => {
  for (const magic of [V7, GNU]) {
    const link = header({ name: 'b', type: '1', linkName: 'a', size: 3511, magic });
    const { members } = parse(archive(member({ name: 'a' }, 'data'), link, header({ name: 'c' })));
    assert.equal(
      members.map(({ path, hardLink, size }) => [path, hardLink, size]),
      [
        ['a', undefined, 4],
        ['b', 'a', 0],
        ['c', undefined, 0],
      ],
    );
  }
});

test('hard links of ustar: the next block tells whether there is data', () => {
  const link = header({ name: 'b', type: '1', linkName: 'a', size: 700 });
  const data = Buffer.alloc(1024);
  data.fill('data', 0, 700);
  const withData = parse(archive(link, data, header({ name: 'c' }))).members;
  assert.equal(paths(withData), ['b', 'c']);
  assert.equal([withData[0]?.size, withData[0]?.dataOffset, withData[0]?.content.length], [700, 512, 700]);
  const without = parse(archive(link, header({ name: 'c' }))).members;
  assert.equal(
    without.map(({ path, size, offset, dataOffset }) => [path, size, offset, dataOffset]),
    [
      ['b', 0, 0, 512],
      ['c', 0, 512, 1024],
    ],
  );
  for (const end of [END, Buffer.alloc(0)]) {
    const last = parse(Buffer.concat([link, end]));
    assert.equal([paths(last.members), last.members[0]?.size], [['b'], 0], 'the last member');
    assert.is(last.endMarked, end === END);
  }
});

test('hard links of pax have the data that their size says', () => {
  const data = member({}, 'x').subarray(0, 512);
  const link = header({ name: 'b', type: '1', linkName: 'a', size: 512 });
  const { members } = parse(archive(pax(['mtime', '1.5']), link, data, header({ name: 'c' })));
  assert.equal(
    members.map(({ path, size }) => [path, size]),
    [
      ['b', 512],
      ['c', 0],
    ],
  );
  assert.ok(members[0]?.content.equals(data), 'even where it looks like a header');
});

test('the end: zeros behind it belong to the archive, anything else does not', () => {
  const bytes = archive(header());
  assert.is(parse(bytes).used, bytes.length);
  const filled = Buffer.concat([bytes, Buffer.alloc(8700)]);
  assert.is(parse(filled).used, filled.length);
  for (const more of [Buffer.from('x'), Buffer.from('x\0\0\0'), archive(header())]) {
    assert.is(parse(Buffer.concat([filled, more])).used, filled.length);
  }
});

test('the end without zero blocks, and with one, is an end that the caller can tell', () => {
  assert.is(parse(archive(header())).endMarked, true);
  assert.is(parse(member({}, 'data')).endMarked, false);
  assert.is(parse(Buffer.concat([header(), Buffer.alloc(512)])).endMarked, true);
  assert.equal(paths(parse(END).members), []);
});

test('ended, and nothing to finish twice', () => {
  const parser = new TarParser('test.tar', { entry: () => {} });
  parser.push(header());
  assert.is(parser.ended, false);
  parser.push(END);
  assert.is(parser.ended, true);
  parser.finish();
  parser.finish();
});

test('skipping: all data and padding, or a part of it', () => {
  const pieces: string[] = [];
  const entries: string[] = [];
  const parser = new TarParser('test.tar', {
    entry: ({ path }) => entries.push(path),
    data: (bytes) => pieces.push(Buffer.from(bytes).toString()),
  });
  const bytes = archive(
    member({ name: 'a' }, 'x'.repeat(600)),
    member({ name: 'b' }, 'abcdef'),
    header({ name: 'c' }),
  );
  assert.is(parser.skippable, 0);
  parser.push(bytes.subarray(0, 512));
  assert.is(parser.skippable, 1024);
  parser.skip(600);
  assert.is(parser.skippable, 424);
  parser.skip(424);
  assert.is(parser.skippable, 0);
  parser.push(bytes.subarray(1536, 2048));
  parser.skip(2);
  parser.push(bytes.subarray(2050, 2053));
  parser.skip(parser.skippable);
  parser.push(bytes.subarray(2560));
  parser.finish();
  assert.equal([entries, pieces], [['a', 'b', 'c'], ['cde']]);
  assert.throws(() => parser.skip(1), /1 bytes to skip, and 0 can be/);
});

test('a file of many gigabytes is passed in one step', () => {
  const size = 2 ** 45 + 1;
  const parser = new TarParser('test.tar', { entry: () => {} });
  parser.push(Buffer.concat([pax(['size', String(size)]), header()]));
  assert.is(parser.skippable, 2 ** 45 + 512);
  parser.skip(parser.skippable);
  parser.push(archive(header()));
  assert.ok(parser.ended);
});

test.run();
