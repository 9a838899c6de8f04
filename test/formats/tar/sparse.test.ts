// Sparse files in their five forms, in ways that no tool writes them.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TarEntry } from '../../../src/formats/tar/member.ts';
import type { TarLimits } from '../../../src/formats/tar/problems.ts';
import { TarParser } from '../../../src/formats/tar/tar-parser.ts';
import { archive, base256, GNU, globalPax, header, member, padded, pax } from './build.ts';
import { type Parsed, parseTar } from './parsed.ts';

const test = suite('formats/tar/sparse');

type Pair = readonly [offset: number, size: number];

const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;

/** Up to four segments in the header, 21 in each extension block; `claimed` instead of the size of the data. */
function old(size: number | string, pairs: readonly Pair[], data: string, claimed = data.length): Buffer {
  const at: Record<number, string> = { 483: typeof size === 'string' ? size : octal(size) };
  pairs.slice(0, 4).forEach(([offset, length], index) => {
    at[386 + 24 * index] = octal(offset);
    at[398 + 24 * index] = octal(length);
  });
  const blocks: Buffer[] = [];
  for (let from = 4; from < pairs.length; from += 21) {
    const block = Buffer.alloc(512);
    pairs.slice(from, from + 21).forEach(([offset, length], index) => {
      block.write(octal(offset), 24 * index, 'latin1');
      block.write(octal(length), 24 * index + 12, 'latin1');
    });
    if (from + 21 < pairs.length) block[504] = 1;
    blocks.push(block);
  }
  if (blocks.length > 0) at[482] = '\x01';
  return Buffer.concat([header({ type: 'S', magic: GNU, size: claimed, at }), ...blocks, padded(data)]);
}

function pax00(size: number, pairs: readonly Pair[], data: string): Buffer {
  const records = pairs.flatMap(([offset, length]): [string, string][] => [
    ['GNU.sparse.offset', String(offset)],
    ['GNU.sparse.numbytes', String(length)],
  ]);
  const count = ['GNU.sparse.numblocks', String(pairs.length)] as const;
  return Buffer.concat([pax(['GNU.sparse.size', String(size)], count, ...records), member({}, data)]);
}

function pax01(size: number, pairs: readonly Pair[], data: string): Buffer {
  const records = [
    ['GNU.sparse.size', String(size)],
    ['GNU.sparse.numblocks', String(pairs.length)],
    ['GNU.sparse.map', pairs.flat().join(',')],
    ['GNU.sparse.name', 'file'],
  ] as const;
  return Buffer.concat([pax(...records), member({ name: './GNUSparseFile.1/file' }, data)]);
}

function pax10(size: number, pairs: readonly Pair[], data: string): Buffer {
  return raw10(size, `${[pairs.length, ...pairs.flat()].join('\n')}\n`, data);
}

function raw10(size: number, map: string, data: string): Buffer {
  const records = [
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.name', 'file'],
    ['GNU.sparse.realsize', String(size)],
  ] as const;
  const stored = padded(map).toString('latin1') + data;
  return Buffer.concat([pax(...records), member({ name: './GNUSparseFile.1/file' }, stored)]);
}

const FORMS = { old, '0.0': pax00, '0.1': pax01, '1.0': pax10 } as const;

function parse(bytes: Buffer, limits: Partial<TarLimits> = {}): Parsed['members'][number] {
  const whole = parseTar(archive(bytes, header({ name: 'next' })), undefined, limits);
  assert.equal(
    whole.members.map(({ path }) => path),
    ['file', 'next'],
  );
  assert.equal(
    parseTar(archive(bytes, header({ name: 'next' })), () => 1, limits),
    whole,
  );
  return whole.members[0] as Parsed['members'][number];
}

const show = (content: Buffer): string => content.toString('latin1').replaceAll('\0', '.');

for (const [name, form] of Object.entries(FORMS)) {
  test(`${name}: holes everywhere`, () => {
    const found = parse(
      form(
        15,
        [
          [2, 3],
          [7, 1],
          [8, 2],
          [15, 0],
        ],
        'abcdef',
      ),
    );
    assert.is(show(found.content), '..abc..def.....');
    assert.is(found.size, 15);
    const { dataOffset } = found;
    assert.equal(found.segments, [
      { offset: 2, size: 3, dataOffset },
      { offset: 7, size: 1, dataOffset: dataOffset + 3 },
      { offset: 8, size: 2, dataOffset: dataOffset + 4 },
    ]);
  });

  test(`${name}: no byte of data`, () => {
    for (const pairs of [[], [[1000, 0]]] as Pair[][]) {
      const found = parse(form(1000, pairs, ''));
      assert.equal([found.size, found.segments, found.content.length], [1000, [], 1000]);
    }
    assert.equal(parse(form(0, [], '')).segments, []);
  });

  test(`${name}: hundreds of segments`, () => {
    const pairs = Array.from({ length: 300 }, (_, index): Pair => [3 * index + 1, 2]);
    const found = parse(form(900, pairs, 'ab'.repeat(300)));
    assert.is(show(found.content), '.ab'.repeat(300));
  });

  test(`${name}: hostile: segments that overlap`, () => {
    const overlapping: Pair[] = [
      [0, 4],
      [3, 2],
    ];
    const message = /archive: a sparse segment begins at 3, and the one before it ends at 4/;
    assert.throws(() => parse(form(9, overlapping, 'abcdef')), message);
  });

  test(`${name}: hostile: a segment behind the end of the file`, () => {
    assert.throws(() => parse(form(9, [[8, 2]], 'ab')), /a sparse segment ends at 10, and the file at 9/);
    assert.throws(() => parse(form(9, [[10, 0]], '')), /a sparse segment ends at 10, and the file at 9/);
  });

  test(`${name}: hostile: more or less data than segments`, () => {
    assert.throws(() => parse(form(9, [[0, 2]], 'abc')), /have 2 bytes, and 3 are stored/);
    assert.throws(() => parse(form(9, [[0, 4]], 'abc')), /have 4 bytes, and 3 are stored/);
    assert.throws(() => parse(form(9, [], 'abc')), /have 0 bytes, and 3 are stored/);
  });

  test(`${name}: hostile: more segments than are read`, () => {
    const pairs = Array.from({ length: 6 }, (_, index): Pair => [2 * index, 1]);
    assert.throws(
      () => parse(form(99, pairs, 'abcdef'), { sparseSegments: 5 }),
      /has (more than 5|6) segments/,
    );
    assert.is(parse(form(99, pairs, 'abcdef'), { sparseSegments: 6 }).segments?.length, 6);
  });
}

test('old: a size in base-256, larger than anybody would expand', () => {
  const entries: TarEntry[] = [];
  const parser = new TarParser('test.tar', { entry: (entry) => entries.push(entry) });
  parser.push(archive(old(base256(2n ** 50n, 12), [[0, 3]], 'abc')));
  assert.ok(parser.ended);
  assert.is(entries[0]?.size, 2 ** 50);
});

test('old: hostile: a segment that is no number, in the header and behind it', () => {
  const pairs = Array.from({ length: 5 }, (_, index): Pair => [2 * index, 1]);
  const bytes = archive(old(99, pairs, 'abcde'));
  bytes.write('x', 512);
  assert.throws(() => parseTar(bytes), /byte 512 .*: offset of a sparse segment is "x0000000010/);
});

test('old: hostile: cut inside the extension blocks', () => {
  const pairs = Array.from({ length: 5 }, (_, index): Pair => [2 * index, 1]);
  const bytes = old(99, pairs, 'abcde').subarray(0, 600);
  assert.throws(() => parseTar(bytes), /cut short: it ends inside the segments of a sparse file/);
});

test('old: hostile: of another tar than GNU', () => {
  assert.throws(
    () => parseTar(archive(header({ type: 'S' }))),
    /a sparse file written by a tar other than GNU tar/,
  );
});

test('0.0: hostile: an offset without a size at the end', () => {
  const bytes = archive(pax(['GNU.sparse.size', '9'], ['GNU.sparse.offset', '1']), header());
  assert.throws(() => parseTar(bytes), /GNU.sparse.offset has no GNU.sparse.numbytes behind it/);
});

test('0.1: hostile: a map that is none', () => {
  const map = (value: string): Buffer =>
    archive(pax(['GNU.sparse.size', '9'], ['GNU.sparse.map', value]), header());
  assert.throws(() => parseTar(map('0,1,2')), /GNU.sparse.map has 3 numbers, wanted pairs/);
  assert.throws(() => parseTar(map('0,x')), /a number of GNU.sparse.map is "x", wanted a decimal/);
  assert.throws(() => parseTar(map('0,,1,2')), /a number of GNU.sparse.map is ""/);
});

const MAPS: readonly (readonly [what: string, map: string, message: RegExp])[] = [
  ['no number', 'one\n', /byte 1536 .*: a sparse map has "one", wanted decimal numbers/],
  ['a negative number', '1\n-5\n2\n', /a sparse map has "-5"/],
  ['an empty line', '1\n\n2\n', /a sparse map has ""/],
  ['a line without end', '9'.repeat(600), /a sparse map has "9{20}"/],
  ['zeros before it is complete', '2\n0\n1\n', /a sparse map has "(\\x00)+"/],
  ['a count that no file has', '99999999\n', /a sparse file has 99999999 segments, the limit is 1048576/],
  ['a number over 2^53', '1\n9007199254740992\n1\n', /a sparse map has "9007199254740992"/],
];

for (const [what, map, message] of MAPS) {
  test(`1.0: hostile: ${what}`, () => assert.throws(() => parseTar(archive(raw10(99, map, 'a'))), message));
}

test('1.0: hostile: a map longer than its member', () => {
  const records = [
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.realsize', '9'],
  ] as const;
  const bytes = archive(pax(...records), header({ size: 4 }), padded('1\n0\n'));
  assert.throws(() => parseTar(bytes), /a sparse map (is longer than its member|has)/);
  const short = archive(pax(...records), header({ size: 4 }), padded('0\n'));
  assert.throws(() => parseTar(short), /a sparse map is longer than its member/);
});

test('hostile: no size, and versions that nobody has written', () => {
  const parsePax = (...pairs: [string, string][]) => parseTar(archive(pax(...pairs), header()));
  assert.throws(() => parsePax(['GNU.sparse.map', '0,1']), /a sparse file has no GNU.sparse size/);
  assert.throws(
    () => parsePax(['GNU.sparse.major', '1'], ['GNU.sparse.minor', '1']),
    /a sparse file of version "1.1", and 0.0, 0.1 and 1.0 are read/,
  );
  assert.throws(() => parsePax(['GNU.sparse.major', '2']), /version "2.0"/);
  assert.throws(() => parsePax(['GNU.sparse.major', '0'], ['GNU.sparse.minor', '2']), /version "0.2"/);
  assert.throws(
    () => parsePax(['GNU.sparse.size', 'many'], ['GNU.sparse.map', '0,0']),
    /the size of a sparse file is "many"/,
  );
});

test('hostile: sparse records in a global header', () => {
  const message = /a global pax header makes all files sparse/;
  assert.throws(() => parseTar(archive(globalPax(['GNU.sparse.size', '9']), header())), message);
  const pairs = [
    ['GNU.sparse.offset', '0'],
    ['GNU.sparse.numbytes', '0'],
  ] as const;
  assert.throws(() => parseTar(archive(globalPax(...pairs), header())), message);
});

test('sparse records of what is no file say nothing', () => {
  const records = [
    ['GNU.sparse.size', '9'],
    ['GNU.sparse.map', '0,1'],
  ] as const;
  const { members } = parseTar(archive(pax(...records), header({ type: '5' })));
  assert.equal([members[0]?.type, members[0]?.size], ['directory', 0]);
});

test.run();
