import { crc32 } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HEADER_TEXT_BYTES_MAX, skipGzipHeader, startsGzip } from '../../../src/formats/gzip/gzip-header.ts';
import { bytesInput } from '../../../src/formats/input.ts';
import { failure } from '../xz/sample.ts';

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
  return skipGzipHeader(bytesInput(bytes), offset, 'f');
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

test('every cut is found', async () => {
  const all = withCrc(header(0x1f, EXTRA, 'name\0', 'comment\0'));
  for (let length = 0; length < all.length; length++) {
    const error = await failure(() => skip(all.subarray(0, length)));
    assert.is(error.code, 'archive-malformed');
    assert.match(error.message, 'cut short');
  }
});

test('what is not gzip, or a later version of it', async () => {
  const cases: Array<[Buffer, string, string]> = [
    [Buffer.from('not a gzip member'), 'archive-malformed', 'f byte 0: no gzip member'],
    [Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0]), 'archive-not-supported', 'f byte 2: gzip method 7'],
    [header(0x20), 'archive-not-supported', 'f byte 3: reserved gzip flags'],
    [Buffer.concat([header(2), Buffer.from('ab')]), 'archive-malformed', 'f byte 10: the CRC16'],
    [header(8, 'n'.repeat(HEADER_TEXT_BYTES_MAX)), 'archive-not-supported', 'a long file name'],
  ];
  for (const [bytes, code, message] of cases) {
    const error = await failure(() => skip(bytes));
    assert.is(error.code, code);
    assert.match(error.message, message);
  }
  assert.not(startsGzip(Buffer.from([0x1f])));
});

test.run();
