/**
 * The header of an entry independent of its format, and how each format lays it out. cpio(5).
 * No I/O.
 */
import { StillrootError } from '../../errors.ts';
import { showPath } from '../../tree/path.ts';

/**
 * newc is magic 070701; crc is 070702, newc with a checksum of the data; odc is the octal text of POSIX.1,
 * 070707; the binary formats are 16-bit words of a little-endian or a big-endian machine, the number 070707.
 */
export type CpioFormat = 'newc' | 'crc' | 'odc' | 'binary-little' | 'binary-big';

export interface CpioHeader {
  readonly format: CpioFormat;
  readonly inode: number;
  /** File type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  /** Seconds since 1970; no format has a sign. */
  readonly mtime: number;
  readonly fileSize: number;
  /** Device that held the file. */
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Device number of a device node. */
  readonly rdeviceMajor: number;
  readonly rdeviceMinor: number;
  /** Bytes of the name with its final NUL. */
  readonly nameSize: number;
  /** Sum of the bytes of the data modulo 2^32 in the crc format; meaningless in the others, 0 where there is no field. */
  readonly check: number;
}

/** Header, name, padding, data, padding: what the parser needs to know about each. */
export interface HeaderLayout {
  /** The magics of the layout, for messages. */
  readonly magic: string;
  readonly headerSize: number;
  /** Name and data are each padded so that what follows begins at a multiple of this from the start of the archive. */
  readonly alignment: number;
  /** Offsets in the header, for messages. */
  readonly nameSizeOffset: number;
  readonly fileSizeOffset: number;
  /** @param head the first MAGIC_SIZE bytes of the header */
  readonly matches: (head: Buffer) => boolean;
  /**
   * @param where for messages: the archive and the offset of the header in it
   * @throws archive-malformed, archive-not-supported
   */
  readonly decode: (bytes: Buffer, at: number, where: string) => CpioHeader;
}

/** Number of bytes that distinguish the formats. */
export const MAGIC_SIZE = 6;

/** Bytes from `size` to the next multiple of `alignment`. Not `&` arithmetic on offsets: those exceed 31 bits. */
export function paddingTo(size: number, alignment: number): number {
  return (alignment - (size % alignment)) % alignment;
}

const COUNT_TEXT: Readonly<Record<number, string>> = { 6: 'six', 8: 'eight', 11: 'eleven' };

/**
 * A number of exactly `length` digits.
 *
 * @param field name, for messages
 * @throws archive-malformed where one is not a digit; spaces, signs and 0x are not digits
 */
export function readDigits(
  bytes: Buffer,
  at: number,
  length: 6 | 8 | 11,
  radix: 8 | 16,
  field: string,
  where: string,
): number {
  let value = 0;
  for (let index = at; index < at + length; index += 1) {
    const digit = digitOf(bytes[index] ?? 0);
    if (digit >= radix) {
      const found = showPath(bytes.toString('latin1', at, at + length));
      const wanted = `${COUNT_TEXT[length]} ${radix === 16 ? 'hex' : 'octal'} digits`;
      const hint = 'The archive is damaged or incomplete.';
      throw new StillrootError('archive-malformed', `${field} is "${found}", wanted ${wanted}`, {
        where,
        hint,
      });
    }
    value = value * radix + digit;
  }
  return value;
}

/** Both cases: GNU cpio writes upper case, libarchive lower. Returns a value above every radix for a non-digit. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  if (lower >= 0x61 && lower <= 0x66) return lower - 0x61 + 10;
  return 0xff;
}
