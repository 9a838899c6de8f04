import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ODC_LAYOUT } from '../../../src/formats/cpio/old-formats.ts';

const test = suite('formats/cpio/odc');

const HEADER =
  '070707' + // c_magic
  '000401' + // c_dev
  '777777' + // c_ino
  '104755' + // c_mode
  '000001' + // c_uid
  '000002' + // c_gid
  '000003' + // c_nlink
  '201403' + // c_rdev
  '37777777777' + // c_mtime
  '000005' + // c_namesize
  '77777777777'; // c_filesize

test('every field', () => {
  assert.is(HEADER.length, ODC_LAYOUT.headerSize);
  assert.equal(ODC_LAYOUT.decode(Buffer.from(`..${HEADER}`), 2, 'w'), {
    format: 'odc',
    inode: 0o777777,
    mode: 0o104755,
    uid: 1,
    gid: 2,
    nlink: 3,
    mtime: 0xffff_ffff,
    fileSize: 2 ** 33 - 1,
    deviceMajor: 1,
    deviceMinor: 1,
    rdeviceMajor: 0x103,
    rdeviceMinor: 3,
    nameSize: 5,
    check: 0,
  });
});

test('the offsets that messages name are those of the fields', () => {
  const at = (offset: number, digits: number): string => HEADER.slice(offset, offset + digits);
  assert.is(at(ODC_LAYOUT.nameSizeOffset, 6), '000005');
  assert.is(at(ODC_LAYOUT.fileSizeOffset, 11), '77777777777');
});

test('its magic and no other', () => {
  const matches = (text: string): boolean => ODC_LAYOUT.matches(Buffer.from(text));
  assert.ok(matches('070707'));
  assert.not.ok(matches('070701'));
  assert.not.ok(matches('07070'));
});

test.run();
