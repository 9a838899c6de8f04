import { constants } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StillrootError } from '../../../src/errors.ts';
import {
  ALIGNMENT,
  decodeHeader,
  encodeHeader,
  FILE_TYPE_BITS,
  HEADER_SIZE,
  headerSpan,
  MAGIC,
  MAGIC_CRC,
  MAX_FIELD,
  MAX_NAME_LENGTH,
  paddingAfter,
  TRAILER_NAME,
  TYPE_MASK,
} from '../../../src/formats/cpio/newc.ts';

const test = suite('formats/cpio/newc');

const FIELDS = {
  inode: 0x1a2b3c4d,
  mode: 0o100644,
  uid: 1000,
  gid: 1001,
  nlink: 2,
  mtime: 0xfffffffe,
  fileSize: 5,
  deviceMajor: 0,
  deviceMinor: 0,
  rdeviceMajor: 4095,
  rdeviceMinor: 1048575,
  check: 0,
};

test('types are those of stat(2)', () => {
  assert.equal(FILE_TYPE_BITS, {
    socket: constants.S_IFSOCK,
    symlink: constants.S_IFLNK,
    file: constants.S_IFREG,
    block: constants.S_IFBLK,
    directory: constants.S_IFDIR,
    character: constants.S_IFCHR,
    fifo: constants.S_IFIFO,
  });
  assert.is(TYPE_MASK, constants.S_IFMT);
});

test('the limits of the format and of the kernel', () => {
  assert.equal([HEADER_SIZE, ALIGNMENT, MAX_NAME_LENGTH, MAX_FIELD], [110, 4, 4095, 2 ** 32 - 1]);
  assert.equal([MAGIC, MAGIC_CRC, TRAILER_NAME], ['070701', '070702', 'TRAILER!!!']);
});

test('a header is byte for byte what the format says', () => {
  const bytes = Buffer.alloc(200, 0xaa);
  const end = encodeHeader(bytes, 4, FIELDS, 'etc/a');
  assert.is(
    bytes.toString('latin1', 4, end),
    '070701' +
      '1A2B3C4D' + // c_ino
      '000081A4' + // c_mode
      '000003E8' + // c_uid
      '000003E9' + // c_gid
      '00000002' + // c_nlink
      'FFFFFFFE' + // c_mtime
      '00000005' + // c_filesize
      '0000000000000000' + // c_maj, c_min
      '00000FFF000FFFFF' + // c_rmaj, c_rmin
      '00000006' + // c_namesize
      '00000000' + // c_chksum
      'etc/a\0',
  );
  assert.is(end, 4 + 116);
  assert.is(bytes[end], 0xaa, 'nothing behind the padding is touched');
});

test('name and padding end at a multiple of four, and the padding is NUL', () => {
  for (let length = 0; length < 9; length += 1) {
    const bytes = Buffer.alloc(200, 0xaa);
    const end = encodeHeader(bytes, 0, FIELDS, 'n'.repeat(length));
    assert.is(end % 4, 0);
    assert.is(end, headerSpan(length));
    assert.ok(bytes.subarray(110 + length, end).every((byte) => byte === 0));
    assert.ok(end - (110 + length) >= 1, 'at least the NUL of the name');
  }
});

test('padding is right beyond 31 bits', () => {
  assert.is(paddingAfter(0), 0);
  assert.is(paddingAfter(1), 3);
  assert.is(paddingAfter(2 ** 31 + 2), 2);
  assert.is(paddingAfter(2 ** 32 - 1), 1);
});

test('every header that is written is read back', () => {
  const field = fc.integer({ min: 0, max: MAX_FIELD });
  fc.assert(
    fc.property(fc.tuple(...Array.from({ length: 12 }, () => field)), (v) => {
      const [inode, mode, uid, gid, nlink, mtime, fileSize, a, b, c, d, check] = v as number[] as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const header = {
        inode,
        mode,
        uid,
        gid,
        nlink,
        mtime,
        fileSize,
        deviceMajor: a,
        deviceMinor: b,
        rdeviceMajor: c,
        rdeviceMinor: d,
        check,
      };
      const bytes = Buffer.alloc(headerSpan(3));
      encodeHeader(bytes, 0, header, 'abc');
      assert.equal(decodeHeader(bytes, 0, 'x'), { format: 'newc', nameSize: 4, ...header });
    }),
  );
});

test('a value that eight digits cannot hold is refused, not wrapped', () => {
  for (const mtime of [-1, 2 ** 32, 0.5, Number.NaN]) {
    assert.throws(
      () => encodeHeader(Buffer.alloc(200), 0, { ...FIELDS, mtime }, 'a'),
      (error: unknown) => error instanceof StillrootError && error.code === 'internal',
    );
  }
});

test('lower-case digits are read, anything else is not', () => {
  const bytes = Buffer.alloc(headerSpan(1));
  encodeHeader(bytes, 0, FIELDS, 'a');
  const lower = Buffer.from(bytes.toString('latin1').toLowerCase(), 'latin1');
  assert.is(decodeHeader(lower, 0, 'x').inode, FIELDS.inode);
  for (const bad of ['0x000001', ' 0000001', '0000000g', '-0000001']) {
    const broken = Buffer.from(bytes);
    broken.write(bad, 22, 'latin1');
    assert.throws(() => decodeHeader(broken, 0, 'here'), /^here: c_uid is ".*", wanted eight hex digits/);
  }
});

test('the old formats and junk are named', () => {
  for (const magic of ['070707', 'TRAILE', '\xfd7zXZ\0']) {
    const bytes = Buffer.alloc(110);
    bytes.write(magic, 0, 'latin1');
    assert.throws(() => decodeHeader(bytes, 0, 'here'), /^here: cpio magic is/);
  }
});

test.run();
