/** What the odc and the binary formats have in common: whole device numbers, no checksum. */
import { StillrootError } from '../../errors.ts';
import type { CpioFormat, CpioHeader } from './header.ts';
import { FILE_TYPE_BITS, TYPE_MASK } from './newc.ts';

/** The fields in their order; names and sizes of the fields are those of each format. */
export interface OldFields {
  readonly device: number;
  readonly inode: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly rdevice: number;
  readonly mtime: number;
  readonly nameSize: number;
  readonly fileSize: number;
}

/** Types that have no data and of which HP-UX wrote the number so. */
const NODE_TYPES: ReadonlySet<number> = new Set([
  FILE_TYPE_BITS.character,
  FILE_TYPE_BITS.block,
  FILE_TYPE_BITS.fifo,
  FILE_TYPE_BITS.socket,
]);

/**
 * Device numbers of 16 or 18 bits have the minor number in their lowest eight, as every writer has had it;
 * Linux reads them so too.
 *
 * @throws archive-not-supported for a node as HP-UX wrote it: the number in c_filesize, 1 in c_rdev, no data.
 * Its bits mean something else there, and what comes next would be taken for data.
 */
export function headerOfOld(format: CpioFormat, fields: OldFields, where: string): CpioHeader {
  const { device, inode, mode, uid, gid, nlink, rdevice, mtime, nameSize, fileSize } = fields;
  if (rdevice === 1 && fileSize > 0 && NODE_TYPES.has(mode & TYPE_MASK)) {
    throw new StillrootError(
      'archive-not-supported',
      `a device node has c_rdev 1 and c_filesize ${fileSize}, which is how HP-UX wrote device numbers; wanted c_filesize 0`,
      { where, hint: 'Unpack it with GNU cpio and pack it again.' },
    );
  }
  return {
    format,
    inode,
    mode,
    uid,
    gid,
    nlink,
    mtime,
    fileSize,
    deviceMajor: device >>> 8,
    deviceMinor: device & 0xff,
    rdeviceMajor: rdevice >>> 8,
    rdeviceMinor: rdevice & 0xff,
    nameSize,
    check: 0,
  };
}
