import { crc32, gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gzipHeader } from '../../src/rewrite/gzip-header.ts';
import { after, apply, differingBytes, faultAt, sample, survivesDamage } from './damage.ts';

const test = suite('gzip-header');

const EPOCH = 1_650_000_000;
/** gzip -N of hello.py. */
const REAL = sample('hello.py.gz');
const BODY = REAL.subarray(19);

/** A header with all optional fields (RFC 1952), as no common tool writes it. */
function full(mtime: number, checksum?: number): Buffer {
  const header = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3]),
    Buffer.from([4, 0, 1, 2, 3, 0]),
    Buffer.from('name\0comment\0'),
  ]);
  header.writeUInt32LE(mtime, 4);
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(checksum ?? crc32(header) & 0xffff);
  return Buffer.concat([header, sum, BODY]);
}

test('the time becomes the epoch, and name and content stay', () => {
  const result = after(gzipHeader, REAL, { epoch: EPOCH });
  assert.is(REAL.readUInt32LE(4), 1_700_000_000);
  assert.is(result.readUInt32LE(4), EPOCH);
  assert.ok(differingBytes(REAL, result).every((at) => at >= 4 && at < 8));
  assert.is(gunzipSync(result).toString(), 'print("hello")\n');
});

test('no time, and a time up to the epoch, stay', () => {
  for (const time of [0, 1, EPOCH]) {
    const bytes = Buffer.from(REAL);
    bytes.writeUInt32LE(time, 4);
    assert.is(apply(gzipHeader, bytes, { epoch: EPOCH }).outcome, 'unchanged');
  }
});

test('a checksum of the header is made again', () => {
  assert.equal(after(gzipHeader, full(1_700_000_000), { epoch: EPOCH }), full(EPOCH));
  assert.is(apply(gzipHeader, full(5), { epoch: EPOCH }).outcome, 'unchanged');
  faultAt(gzipHeader, full(1_700_000_000, 0), 29, /the checksum 0/);
});

test('what is no gzip file is reported', () => {
  faultAt(gzipHeader, Buffer.alloc(20, 'a'), 0, /6161/);
  faultAt(gzipHeader, Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0]), 2, /method 7/);
  faultAt(gzipHeader, Buffer.from([0x1f, 0x8b, 8, 0x20, 0, 0, 0, 0, 0, 0]), 3, /0x20/);
  faultAt(gzipHeader, REAL.subarray(0, 15), 10, /no end/);
  faultAt(gzipHeader, REAL.subarray(0, 20), 19, /end of the file at 20/);
});

test('damage', () => {
  survivesDamage(gzipHeader, REAL, { context: { epoch: EPOCH } });
  survivesDamage(gzipHeader, full(1_700_000_000), { context: { epoch: EPOCH } });
});

test.run();
