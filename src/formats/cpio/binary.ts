/**
 * The old binary format: thirteen 16-bit words in the byte order of the machine that wrote it, name and data
 * each padded to an even length. Numbers of 32 bits are two words, the more significant first whatever the
 * byte order, as on the PDP-11. Every name of a hard link carries the data. Read only: the kernel refuses it.
 */
import type { CpioFormat, CpioHeader, HeaderLayout } from './header.ts';
import { headerOfOld } from './old-header.ts';

const MAGIC = 0o070707;

function binaryLayout(
  format: CpioFormat,
  magic: string,
  word: (bytes: Buffer, at: number) => number,
): HeaderLayout {
  function decode(bytes: Buffer, at: number, where: string): CpioHeader {
    const short = (offset: number): number => word(bytes, at + offset);
    const long = (offset: number): number => short(offset) * 0x10000 + short(offset + 2);
    const fields = {
      //                    0  c_magic
      device: short(2), //    2  c_dev
      inode: short(4), //     4  c_ino
      mode: short(6), //      6  c_mode
      uid: short(8), //       8  c_uid
      gid: short(10), //     10  c_gid
      nlink: short(12), //   12  c_nlink
      rdevice: short(14), // 14  c_rdev
      mtime: long(16), //    16  c_mtime
      nameSize: short(20), //20  c_namesize
      fileSize: long(22), // 22  c_filesize
    };
    return headerOfOld(format, fields, where);
  }
  return {
    magic,
    headerSize: 26,
    alignment: 2,
    nameSizeOffset: 20,
    fileSizeOffset: 22,
    matches: (head) => word(head, 0) === MAGIC,
    decode,
  };
}

export const BINARY_LITTLE_LAYOUT: HeaderLayout = binaryLayout('binary-little', 'bytes C7 71', (bytes, at) =>
  bytes.readUInt16LE(at),
);
export const BINARY_BIG_LAYOUT: HeaderLayout = binaryLayout('binary-big', 'bytes 71 C7', (bytes, at) =>
  bytes.readUInt16BE(at),
);
