import { crc32, gunzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readZipDirectory } from '../../src/formats/zip.ts';
import { arHeader, gzipHeader, zipTimes } from '../../src/rewrite/archive-headers.ts';
import { after, apply, differingBytes, faultAt, sample, survivesDamage } from './damage.ts';

const test = suite('archive-headers');

const EPOCH = 1_650_000_000;
/** gzip -N of hello.py. */
const GZIP = sample('hello.py.gz');
const BODY = GZIP.subarray(19);

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
  const result = after(gzipHeader, GZIP, { epoch: EPOCH });
  assert.is(GZIP.readUInt32LE(4), 1_700_000_000);
  assert.is(result.readUInt32LE(4), EPOCH);
  assert.ok(differingBytes(GZIP, result).every((at) => at >= 4 && at < 8));
  assert.is(gunzipSync(result).toString(), 'print("hello")\n');
});

test('no time, and a time up to the epoch, stay', () => {
  for (const time of [0, 1, EPOCH]) {
    const bytes = Buffer.from(GZIP);
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
  faultAt(gzipHeader, GZIP.subarray(0, 15), 10, /no end/);
  faultAt(gzipHeader, GZIP.subarray(0, 20), 19, /end of the file at 20/);
});

test('damage', () => {
  survivesDamage(gzipHeader, GZIP, { context: { epoch: EPOCH } });
  survivesDamage(gzipHeader, full(1_700_000_000), { context: { epoch: EPOCH } });
});

/** Symbol table, long names, hello.o of 1000:1001 with mode 664, a text file with mode 755. */
const LIBRARY = sample('libhello.a');

/** Headers by name, as text. */
function headersOf(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 8; at < bytes.length; ) {
    const header = bytes.toString('latin1', at, at + 60);
    const size = Number(header.slice(48, 58));
    headers[header.slice(0, 16).trim()] = header.slice(16, 58);
    at += 60 + size + (size % 2);
  }
  return headers;
}

test('times, owners and modes are held still, contents stay', () => {
  const result = after(arHeader, LIBRARY, { epoch: EPOCH });
  const headers = headersOf(result);
  assert.equal(Object.keys(headers), ['/', '//', 'hello.o/', '/0']);
  assert.match(headers['hello.o/'] as string, /^1650000000 {2}0 {5}0 {5}644 {5}1072 {6}$/);
  assert.match(headers['/0'] as string, /^1650000000 {2}0 {5}0 {5}755 {5}5 {9}$/);
  assert.match(headers['/'] as string, /^1650000000 {2}0 {5}0 {5}0 {7}/);
  assert.is(headers['//'], headersOf(LIBRARY)['//']);
  const hello = LIBRARY.indexOf('hello.o/') + 60;
  assert.equal(result.subarray(hello, hello + 1072), LIBRARY.subarray(hello, hello + 1072));
});

test('an earlier time stays, and so does what `ar D` makes', () => {
  const still = after(arHeader, LIBRARY, { epoch: 0 });
  assert.is(apply(arHeader, still, { epoch: EPOCH }).outcome, 'unchanged');
  const earlier = Buffer.from(still);
  earlier.write('1600000000  ', earlier.indexOf('hello.o/') + 16, 'latin1');
  assert.is(apply(arHeader, earlier, { epoch: EPOCH }).outcome, 'unchanged');
});

test('an archive without members', () => {
  assert.is(apply(arHeader, '!<arch>\n').outcome, 'unchanged');
});

test('fields of spaces, as Windows tools leave them, stay', () => {
  const member = `${'x/'.padEnd(16)}${' '.repeat(32)}${'0'.padEnd(10)}\`\n`;
  assert.is(apply(arHeader, `!<arch>\n${member}`).outcome, 'unchanged');
});

test('linker scripts and objects are named .a too', () => {
  for (const text of ['/* GNU ld script */\nGROUP ( libm-2.36.a )\n', '\x7fELF\x02', '!<arch>']) {
    assert.is(apply(arHeader, text).outcome, 'unchanged');
  }
});

test('thin and broken archives are reported', () => {
  faultAt(arHeader, '!<thin>\nx', 0, /thin/);
  faultAt(arHeader, LIBRARY.subarray(0, LIBRARY.length - 3), LIBRARY.length - 6, /end of the file at 1377/);
  const first = Buffer.from(LIBRARY);
  first.write('xx', 8 + 58, 'latin1');
  faultAt(arHeader, first, 66, /xx/);
  const size = Buffer.from(LIBRARY);
  size.write('-1', 8 + 48, 'latin1');
  faultAt(arHeader, size, 56, /-1/);
});

test('damage', () => {
  survivesDamage(arHeader, LIBRARY, { context: { epoch: EPOCH } });
});

/** 2022-04-15 05:20:00 in UTC, as DOS writes it. */
const EPOCH_DOS = (((2022 - 1980) << 25) | (4 << 21) | (15 << 16) | (5 << 11) | (20 << 5)) >>> 0;
/** 1980-01-01 00:00:00. */
const FIRST_DOS = (1 << 21) | (1 << 16);
/** Info-ZIP, with extended timestamps; directory/ and directory/hello.py of Nov 2023. */
const ZIP = sample('hello.zip');
/** jar of OpenJDK 17. */
const JAR = sample('hello.jar');

function dosTimes(bytes: Buffer): number[] {
  return readZipDirectory(bytes).flatMap(({ central, local }) => [
    bytes.readUInt32LE(central.timeAt),
    bytes.readUInt32LE(local.timeAt),
  ]);
}

/** Times of the extended timestamp fields, of all headers. */
function unixTimes(bytes: Buffer): number[] {
  return readZipDirectory(bytes).flatMap(({ central, local }) =>
    [central, local].flatMap(({ extraAt, extraLength }) => {
      const times: number[] = [];
      for (let at = extraAt; at < extraAt + extraLength; at += 4 + bytes.readUInt16LE(at + 2)) {
        if (bytes.readUInt16LE(at) !== 0x5455) continue;
        const end = at + 4 + bytes.readUInt16LE(at + 2);
        for (let time = at + 5; time < end; time += 4) times.push(bytes.readInt32LE(time));
      }
      return times;
    }),
  );
}

test('times of both headers and of the extra fields become the epoch', () => {
  assert.is(dosTimes(ZIP).length, 4);
  // The access time, which zip records too, is that of the run.
  assert.ok(unixTimes(ZIP).length >= 6 && unixTimes(ZIP).every((time) => time >= 1_700_000_000));
  const result = after(zipTimes, ZIP, { epoch: EPOCH });
  assert.equal(new Set(dosTimes(result)), new Set([EPOCH_DOS]));
  assert.equal(new Set(unixTimes(result)), new Set([EPOCH]));
  assert.is(result.length, ZIP.length);
});

test('a jar too', () => {
  const result = after(zipTimes, JAR, { epoch: EPOCH });
  assert.equal(new Set(dosTimes(result)), new Set([EPOCH_DOS]));
  assert.ok(differingBytes(JAR, result).length <= dosTimes(JAR).length * 4);
});

test('DOS knows no time before 1980', () => {
  const result = after(zipTimes, ZIP, { epoch: 0 });
  assert.equal(new Set(dosTimes(result)), new Set([FIRST_DOS]));
  assert.equal(new Set(unixTimes(result)), new Set([0]));
});

test('earlier times stay', () => {
  assert.is(apply(zipTimes, ZIP, { epoch: 2 ** 31 - 1 }).outcome, 'unchanged');
  const still = after(zipTimes, ZIP, { epoch: 0 });
  assert.is(apply(zipTimes, still, { epoch: EPOCH }).outcome, 'unchanged');
});

test('signed jars stay', () => {
  const signed = Buffer.from(ZIP);
  for (let at = signed.indexOf('directory/hello.py'); at !== -1; at = signed.indexOf('directory/hello.py')) {
    signed.write('META-INF/HELLO0.SF', at, 'latin1');
  }
  assert.is(apply(zipTimes, signed, { epoch: EPOCH }).outcome, 'unchanged');
});

/** One member with this extra field in the central directory, built by APPNOTE. */
function withExtra(extra: Buffer, flags = 0): Buffer {
  const local = Buffer.alloc(31);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(1, 26);
  local.write('a', 30);
  const central = Buffer.alloc(47);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(flags, 8);
  central.writeUInt16LE(1, 28);
  central.writeUInt16LE(extra.length, 30);
  central.write('a', 46);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(47 + extra.length, 12);
  end.writeUInt32LE(31, 16);
  return Buffer.concat([local, central, extra, end]);
}

/** 0x000a, length 32, reserved, tag 1, length 24, three times. */
function ntfs(ticks: bigint): Buffer {
  const extra = Buffer.alloc(36);
  extra.writeUInt16LE(0x000a, 0);
  extra.writeUInt16LE(32, 2);
  extra.writeUInt16LE(1, 8);
  extra.writeUInt16LE(24, 10);
  for (const at of [12, 20, 28]) extra.writeBigUInt64LE(ticks, at);
  return extra;
}

test('times of Windows become the epoch', () => {
  // 1601 to 1970 are 11,644,473,600 seconds of 10,000,000 ticks.
  const ticks = (seconds: number): bigint => BigInt(seconds + 11_644_473_600) * 10_000_000n;
  assert.equal(
    after(zipTimes, withExtra(ntfs(ticks(1_700_000_000) + 1n)), { epoch: EPOCH }),
    withExtra(ntfs(ticks(EPOCH))),
  );
  assert.is(apply(zipTimes, withExtra(ntfs(ticks(5))), { epoch: EPOCH }).outcome, 'unchanged');
  survivesDamage(zipTimes, withExtra(ntfs(ticks(1_700_000_000))), { context: { epoch: EPOCH } });
});

test('stray bytes behind the extra fields are padding', () => {
  assert.is(apply(zipTimes, withExtra(Buffer.alloc(3)), { epoch: EPOCH }).outcome, 'unchanged');
});

test('a program in front, as in self-extracting archives, moves the offsets', () => {
  const moved = Buffer.concat([Buffer.from('#!/bin/sh\n'), ZIP]);
  assert.equal(after(zipTimes, moved, { epoch: EPOCH }).subarray(10), after(zipTimes, ZIP, { epoch: EPOCH }));
});

test('what cannot be changed safely is reported', () => {
  faultAt(zipTimes, withExtra(Buffer.alloc(0), 1), 39, /encrypted/);
  faultAt(zipTimes, withExtra(Buffer.from([1, 0, 9, 0])), 78, /9 bytes/);
  const zip64 = Buffer.concat([Buffer.alloc(20), withExtra(Buffer.alloc(0)).subarray(-22)]);
  zip64.writeUInt32LE(0x07064b50, 0);
  faultAt(zipTimes, zip64, 0, /ZIP64/);
  faultAt(zipTimes, ZIP.subarray(0, ZIP.length - 1), ZIP.length - 1, /no end record/);
  const split = withExtra(Buffer.alloc(0));
  split.writeUInt16LE(1, split.length - 18);
  faultAt(zipTimes, split, split.length - 18, /split/);
});

test('damage', () => {
  survivesDamage(zipTimes, ZIP, { context: { epoch: EPOCH } });
  survivesDamage(zipTimes, JAR, { context: { epoch: EPOCH }, step: 3 });
});

test.run();
