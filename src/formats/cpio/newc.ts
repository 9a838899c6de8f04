/**
 * The "new ASCII" cpio header, magic 070701: fields <-> bytes. cpio(5), and the kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst. No I/O and no policy: what a field
 * should hold is decided elsewhere.
 */
import { StillrootError } from '../../errors.ts';
import type { EntryType } from '../../tree/entry.ts';
import { showPath } from '../../tree/path.ts';
import { type CpioHeader, type HeaderLayout, paddingTo, readDigits } from './header.ts';

/** Header bytes before the name. */
export const HEADER_SIZE = 110;
/** Headers and file data begin at multiples of this, counted from the start of the archive. */
export const ALIGNMENT = 4;
/** PATH_MAX of the kernel is 4096 with the final NUL; it silently skips longer names. */
export const MAX_NAME_LENGTH = 4095;
/** Every number in a header has eight hex digits. */
export const MAX_FIELD = 0xffff_ffff;
/** An entry of this name ends the archive, for every reader. */
export const TRAILER_NAME = 'TRAILER!!!';

export const MAGIC = '070701';
/** With a checksum of the data; kernels before 5.19 refuse it, so it is only read. */
export const MAGIC_CRC = '070702';

/** The bits of a mode that hold the file type. */
export const TYPE_MASK = 0o170000;
/** File type bits of c_mode, as in stat(2). */
export const FILE_TYPE_BITS: Readonly<Record<EntryType, number>> = {
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  symlink: 0o120000,
  socket: 0o140000,
};

export type NewcHeader = Omit<CpioHeader, 'format'>;

/** Bytes from `size` to the next multiple of four. */
export function paddingAfter(size: number): number {
  return paddingTo(size, ALIGNMENT);
}

/** Bytes that a header with this name takes, padding included. */
export function headerSpan(nameLength: number): number {
  const size = HEADER_SIZE + nameLength + 1;
  return size + paddingAfter(size);
}

const HEX_DIGITS = Buffer.from('0123456789ABCDEF', 'latin1');

/**
 * Writes header, name and padding at `at`, which must be aligned.
 *
 * @param name byte string, without the final NUL
 * @returns the offset after the padding
 */
export function encodeHeader(
  target: Buffer,
  at: number,
  header: Omit<NewcHeader, 'nameSize'>,
  name: string,
): number {
  target.write(MAGIC, at, 'latin1'); //              0  c_magic
  writeHex(target, at + 6, header.inode); //         6  c_ino
  writeHex(target, at + 14, header.mode); //        14  c_mode
  writeHex(target, at + 22, header.uid); //         22  c_uid
  writeHex(target, at + 30, header.gid); //         30  c_gid
  writeHex(target, at + 38, header.nlink); //       38  c_nlink
  writeHex(target, at + 46, header.mtime); //       46  c_mtime
  writeHex(target, at + 54, header.fileSize); //    54  c_filesize
  writeHex(target, at + 62, header.deviceMajor); // 62  c_maj
  writeHex(target, at + 70, header.deviceMinor); // 70  c_min
  writeHex(target, at + 78, header.rdeviceMajor); // 78 c_rmaj
  writeHex(target, at + 86, header.rdeviceMinor); // 86 c_rmin
  writeHex(target, at + 94, name.length + 1); //    94  c_namesize
  writeHex(target, at + 102, header.check); //     102  c_chksum
  target.write(name, at + HEADER_SIZE, 'latin1');
  const end = at + headerSpan(name.length);
  target.fill(0, at + HEADER_SIZE + name.length, end);
  return end;
}

/** What is rewritten where a header stands. */
export type RewrittenFields = Pick<
  NewcHeader,
  'inode' | 'mode' | 'nlink' | 'mtime' | 'deviceMajor' | 'deviceMinor'
>;

/** Writes some fields of the header at `at`, and leaves the others, the name and the padding. */
export function rewriteHeader(target: Buffer, at: number, header: RewrittenFields): void {
  writeHex(target, at + 6, header.inode);
  writeHex(target, at + 14, header.mode);
  writeHex(target, at + 38, header.nlink);
  writeHex(target, at + 46, header.mtime);
  writeHex(target, at + 62, header.deviceMajor);
  writeHex(target, at + 70, header.deviceMinor);
}

function writeHex(target: Buffer, at: number, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > MAX_FIELD) {
    throw new StillrootError(
      'internal',
      `a cpio header field was given ${value}, which eight hex digits cannot hold`,
    );
  }
  for (let digit = 7, rest = value; digit >= 0; digit -= 1, rest >>>= 4) {
    target[at + digit] = HEX_DIGITS[rest & 15] as number;
  }
}

/**
 * Reads the fields of a header at `at`; the name follows it.
 *
 * @param where for messages: the archive and the offset in it
 * @throws archive-malformed where the magic differs or a field has a byte that is not a hex digit
 */
export function decodeHeader(bytes: Buffer, at: number, where: string): CpioHeader {
  const magic = bytes.toString('latin1', at, at + 6); // 0 c_magic
  if (magic !== MAGIC && magic !== MAGIC_CRC) {
    throw new StillrootError('archive-malformed', `cpio magic is "${showPath(magic)}", wanted "${MAGIC}"`, {
      where,
      hint: 'The archive is damaged or incomplete.',
    });
  }
  const field = (name: string, offset: number): number => readDigits(bytes, at + offset, 8, 16, name, where);
  return {
    format: magic === MAGIC ? 'newc' : 'crc',
    inode: field('c_ino', 6),
    mode: field('c_mode', 14),
    uid: field('c_uid', 22),
    gid: field('c_gid', 30),
    nlink: field('c_nlink', 38),
    mtime: field('c_mtime', 46),
    fileSize: field('c_filesize', 54),
    deviceMajor: field('c_maj', 62),
    deviceMinor: field('c_min', 70),
    rdeviceMajor: field('c_rmaj', 78),
    rdeviceMinor: field('c_rmin', 86),
    nameSize: field('c_namesize', 94),
    check: field('c_chksum', 102),
  };
}

/** One archive may have entries with a checksum and without. */
export const NEWC_LAYOUT: HeaderLayout = {
  magic: `${MAGIC} or ${MAGIC_CRC}`,
  headerSize: HEADER_SIZE,
  alignment: ALIGNMENT,
  nameSizeOffset: 94,
  fileSizeOffset: 54,
  matches: (head) => [MAGIC, MAGIC_CRC].includes(head.toString('latin1', 0, 6)),
  decode: decodeHeader,
};
