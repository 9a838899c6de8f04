/**
 * The portable format of POSIX.1-1990, magic 070707: octal digits, nothing padded. Every name of a hard link
 * carries the data. Read only: the kernel refuses it.
 */
import { type CpioHeader, type HeaderLayout, readDigits } from './header.ts';
import { headerOfOld } from './old-header.ts';

const MAGIC = '070707';

function decode(bytes: Buffer, at: number, where: string): CpioHeader {
  const field = (name: string, offset: number, length: 6 | 11 = 6): number =>
    readDigits(bytes, at + offset, length, 8, name, where);
  // 0 c_magic
  const fields = {
    device: field('c_dev', 6),
    inode: field('c_ino', 12),
    mode: field('c_mode', 18),
    uid: field('c_uid', 24),
    gid: field('c_gid', 30),
    nlink: field('c_nlink', 36),
    rdevice: field('c_rdev', 42),
    mtime: field('c_mtime', 48, 11),
    nameSize: field('c_namesize', 59),
    fileSize: field('c_filesize', 65, 11),
  };
  return headerOfOld('odc', fields, where);
}

export const ODC_LAYOUT: HeaderLayout = {
  magic: MAGIC,
  headerSize: 76,
  alignment: 1,
  nameSizeOffset: 59,
  fileSizeOffset: 65,
  matches: (head) => head.toString('latin1', 0, 6) === MAGIC,
  decode,
};
