import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BINARY_BIG_LAYOUT, BINARY_LITTLE_LAYOUT } from '../../../src/formats/cpio/old-formats.ts';

const test = suite('formats/cpio/binary');

/** As a PDP-11 would have it: the bytes of each word swapped, the words of a long number not. */
const LITTLE = Buffer.from(
  'c771' + // c_magic
    '0108' + // c_dev
    'fffe' + // c_ino
    'ed89' + // c_mode 104755
    '0100' + // c_uid
    'feff' + // c_gid
    '0300' + // c_nlink
    'c80a' + // c_rdev
    '9649d202' + // c_mtime 0x499602d2
    '0500' + // c_namesize
    '01004523', // c_filesize 0x12345
  'hex',
);
const FIELDS = {
  inode: 0xfeff,
  mode: 0o104755,
  uid: 1,
  gid: 0xfffe,
  nlink: 3,
  mtime: 1_234_567_890,
  fileSize: 0x12345,
  deviceMajor: 8,
  deviceMinor: 1,
  rdeviceMajor: 10,
  rdeviceMinor: 200,
  nameSize: 5,
  check: 0,
};

test('every field, in both byte orders', () => {
  assert.is(LITTLE.length, BINARY_LITTLE_LAYOUT.headerSize);
  const decode = BINARY_LITTLE_LAYOUT.decode;
  // The most significant word of the time as the PDP-11 stores it is 0x4996.
  assert.equal(decode(Buffer.concat([Buffer.from('.'), LITTLE]), 1, 'w'), {
    format: 'binary-little',
    ...FIELDS,
  });
  assert.equal(BINARY_BIG_LAYOUT.decode(Buffer.from(LITTLE).swap16(), 0, 'w'), {
    format: 'binary-big',
    ...FIELDS,
  });
});

test('numbers without a sign', () => {
  const ones = Buffer.alloc(26, 0xff);
  const { mtime, fileSize, uid } = BINARY_LITTLE_LAYOUT.decode(ones, 0, 'w');
  assert.equal([mtime, fileSize, uid], [0xffff_ffff, 0xffff_ffff, 0xffff]);
});

test('the offsets that messages name are those of the fields', () => {
  assert.is(LITTLE.readUInt16LE(BINARY_LITTLE_LAYOUT.nameSizeOffset), 5);
  assert.is(LITTLE.readUInt16LE(BINARY_LITTLE_LAYOUT.fileSizeOffset), 1);
});

test('each byte order has its magic', () => {
  assert.ok(BINARY_LITTLE_LAYOUT.matches(LITTLE));
  assert.not.ok(BINARY_BIG_LAYOUT.matches(LITTLE));
  assert.ok(BINARY_BIG_LAYOUT.matches(Buffer.from(LITTLE).swap16()));
});

test.run();
