import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../../src/errors.ts';
import { headerOfOld } from '../../../src/formats/cpio/old-formats.ts';

const test = suite('formats/cpio/old-header');

const FIELDS = {
  device: 0,
  inode: 1,
  mode: 0o20644,
  uid: 0,
  gid: 0,
  nlink: 1,
  rdevice: 0,
  mtime: 0,
  nameSize: 2,
  fileSize: 0,
};

test('device numbers are split at eight bits, of 16 and of 18 bits', () => {
  const { deviceMajor, deviceMinor, rdeviceMajor, rdeviceMinor } = headerOfOld(
    'odc',
    { ...FIELDS, device: 0xffff, rdevice: 0o777777 },
    'w',
  );
  assert.equal([deviceMajor, deviceMinor, rdeviceMajor, rdeviceMinor], [255, 255, 1023, 255]);
});

test('a node with its number in c_filesize is not supported', () => {
  const node = { ...FIELDS, rdevice: 1, fileSize: 0x0103 };
  for (const mode of [0o20644, 0o60644, 0o10644, 0o140644]) {
    assert.throws(
      () => headerOfOld('odc', { ...node, mode }, 'w'),
      (error: StillrootError) =>
        error.code === 'archive-not-supported' && /^w: .*c_filesize 259.*HP-UX/.test(error.message),
    );
  }
});

test('what only looks a little like one is read', () => {
  const read = (fields: object): number => headerOfOld('odc', { ...FIELDS, ...fields }, 'w').fileSize;
  assert.is(read({ rdevice: 1, fileSize: 0 }), 0);
  assert.is(read({ rdevice: 2, fileSize: 9 }), 9);
  assert.is(read({ rdevice: 1, fileSize: 9, mode: 0o100644 }), 9);
  assert.is(read({ rdevice: 1, fileSize: 9, mode: 0o120777 }), 9);
});

test.run();
