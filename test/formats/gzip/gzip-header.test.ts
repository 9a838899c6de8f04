import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Damage, UnknownVariant } from '../../../src/formats/damage.ts';
import { HEADER_TEXT_BYTES_MAX, readGzipHeader, startsGzip } from '../../../src/formats/gzip/gzip-header.ts';
import { bytesInput } from '../../../src/formats/input.ts';

const test = suite('gzip header');

function header(flags: number, ...fields: Array<Buffer | string>): Buffer {
  const start = Buffer.from([0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3]);
  return Buffer.concat([start, ...fields.map((field) => Buffer.from(field))]);
}

function withCrc(bytes: Buffer): Buffer {
  const sum = crc32(bytes) & 0xffff;
  return Buffer.concat([bytes, Buffer.from([sum & 0xff, sum >> 8])]);
}

function skip(bytes: Buffer, offset = 0): number {
  return readGzipHeader(bytesInput(bytes), offset).end;
}

function damageIn(bytes: Buffer): Damage {
  try {
    skip(bytes);
  } catch (error) {
    if (error instanceof Damage) return error;
    throw error;
  }
  throw new TypeError('the header was read');
}

const EXTRA = Buffer.concat([Buffer.from([6, 0]), Buffer.from('BC\x02\x00ab', 'latin1')]);

test('every field is passed over', () => {
  const all = withCrc(header(0x1f, EXTRA, 'name\0', 'comment\0'));
  for (const bytes of [
    header(0),
    header(1),
    header(4, EXTRA),
    header(8, 'name\0'),
    header(16, '\0'),
    withCrc(header(2)),
    all,
  ]) {
    assert.is(skip(Buffer.concat([bytes, Buffer.from('data')])), bytes.length);
    assert.is(skip(Buffer.concat([Buffer.from('xyz'), bytes]), 3), bytes.length + 3);
  }
});

test('what the fields say', () => {
  const bytes = withCrc(header(0x1f, EXTRA, 'name\0', 'comment\0'));
  bytes.writeUInt8(2, 8);
  bytes.writeUInt16LE(crc32(bytes.subarray(0, -2)) & 0xffff, bytes.length - 2);
  assert.equal(readGzipHeader(bytesInput(Buffer.concat([Buffer.from('xyz'), bytes])), 3), {
    mtime: 0x04030201,
    extraFlags: 2,
    system: 3,
    name: 'name',
    checksumAt: bytes.length + 1,
    end: bytes.length + 3,
  });
  const { name, checksumAt } = readGzipHeader(bytesInput(header(0)), 0);
  assert.equal([name, checksumAt], [undefined, undefined]);
});

test('every cut is found', () => {
  const all = withCrc(header(0x1f, EXTRA, 'name\0', 'comment\0'));
  for (let length = 0; length < all.length; length++) {
    const { found, offset } = damageIn(all.subarray(0, length));
    assert.match(found, /^(the end of the file|no end of the)/);
    assert.ok(offset <= length);
  }
});

test('what is not gzip, or a later version of it', () => {
  const cases: Array<[Buffer, typeof Damage, number, string]> = [
    [Buffer.from('not a gzip member'), Damage, 0, '6e6f'],
    [Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0]), UnknownVariant, 2, 'method 7'],
    [header(0x20), UnknownVariant, 3, 'flags 0x20'],
    [Buffer.concat([header(2), Buffer.from('ab')]), Damage, 10, 'the checksum 25185'],
    [header(8, 'n'.repeat(HEADER_TEXT_BYTES_MAX)), UnknownVariant, 10, 'a long file name'],
  ];
  for (const [bytes, type, offset, found] of cases) {
    const damage = damageIn(bytes);
    assert.is(damage.constructor, type);
    assert.is(damage.offset, offset);
    assert.match(damage.found, found);
  }
  assert.not(startsGzip(Buffer.from([0x1f])));
});

test.run();
