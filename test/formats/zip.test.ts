import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { centralDirectory, localHeader, requireZipSize, ZIP_BYTES_MAX } from '../../src/formats/zip.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('formats/zip');
// CRC-32 of 123456789, the check value of that polynomial.
const MEMBER = { name: 'boot/kernel', size: 9, crc: 0xcbf43926 };

test('a local header, field by field', () => {
  const header = localHeader(MEMBER);
  assert.is(
    header.toString('hex').replace(/(.{2})(?=.)/g, '$1 '),
    [
      '50 4b 03 04', // signature
      '14 00', // version needed: 2.0
      '00 00', // flags
      '00 00', // method: stored
      '00 00 21 00', // 1980-01-01 00:00:00
      '26 39 f4 cb', // CRC-32
      '09 00 00 00', // compressed size
      '09 00 00 00', // size
      '0b 00 00 00', // lengths of name and extra field
      Buffer.from('boot/kernel')
        .toString('hex')
        .replace(/(.{2})(?=.)/g, '$1 '),
    ].join(' '),
  );
});

test('a central directory of a directory and a file', () => {
  const directory = centralDirectory([{ name: 'boot/', size: 0, crc: 0 }, MEMBER]);
  const [first, second, end] = [
    directory.subarray(0, 51),
    directory.subarray(51, 51 + 57),
    directory.subarray(108),
  ];
  assert.is(first.readUInt32LE(0), 0x02014b50);
  assert.is(first.readUInt16LE(4), 0x0314);
  assert.is(first.readUInt32LE(38), ((0o040755 << 16) | 0x10) >>> 0);
  assert.is(first.readUInt32LE(42), 0);
  assert.is(first.toString('latin1', 46), 'boot/');
  assert.is(second.readUInt32LE(16), MEMBER.crc);
  assert.is(second.readUInt32LE(38), (0o100644 << 16) >>> 0);
  // After the local header of the directory.
  assert.is(second.readUInt32LE(42), 35);
  assert.is(end.length, 22);
  assert.equal(
    [end.readUInt32LE(0), end.readUInt16LE(8), end.readUInt16LE(10), end.readUInt32LE(12)],
    [0x06054b50, 2, 2, 108],
  );
  assert.is(end.readUInt32LE(16), 35 + 30 + 11 + 9);
});

test('a name beyond ASCII is marked as UTF-8', () => {
  assert.is(localHeader({ ...MEMBER, name: 'boot/kérnel' }).readUInt16LE(6), 0x0800);
});

test('what would take zip64 is refused, a byte less is not', async () => {
  requireZipSize(ZIP_BYTES_MAX);
  await rejects(() => requireZipSize(ZIP_BYTES_MAX + 1), 'file-too-large', /4294967295 bytes/);
  assert.ok(localHeader({ ...MEMBER, size: ZIP_BYTES_MAX }));
  await rejects(() => localHeader({ ...MEMBER, size: ZIP_BYTES_MAX + 1 }), 'file-too-large');
  const half = { ...MEMBER, size: 2 ** 31 };
  await rejects(() => centralDirectory([half, { ...half, name: 'b' }]), 'file-too-large');
});

test('names have a length that their field can hold', async () => {
  await rejects(() => localHeader({ ...MEMBER, name: '' }), 'name-too-long');
  await rejects(() => localHeader({ ...MEMBER, name: 'x'.repeat(65536) }), 'name-too-long');
  assert.is(localHeader({ ...MEMBER, name: 'x'.repeat(65535) }).length, 30 + 65535);
});

test.run();
