/** The supported formats, distinguished by their magic, and the headers of those older than newc: odc and old binary. */
import { StillrootError } from '../../errors.ts';
import { showPath } from '../../tree/path.ts';
import { type CpioFormat, type CpioHeader, type HeaderLayout, MAGIC_SIZE, readDigits } from './header.ts';
import { FILE_TYPE_BITS, NEWC_LAYOUT, TYPE_MASK } from './newc.ts';

// What the odc and the binary formats have in common: whole device numbers, no checksum.

/** The fields in order; each format has its own names and sizes for them. */
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

/** Types without data, whose device number HP-UX wrote into c_filesize. */
const NODE_TYPES: ReadonlySet<number> = new Set([
  FILE_TYPE_BITS.character,
  FILE_TYPE_BITS.block,
  FILE_TYPE_BITS.fifo,
  FILE_TYPE_BITS.socket,
]);

/**
 * Device numbers of 16 or 18 bits have the minor number in their lowest eight bits, as every writer has stored it;
 * Linux reads them the same way.
 *
 * @throws archive-not-supported for a node as HP-UX wrote it: the number in c_filesize, 1 in c_rdev, no data.
 * Its bits mean something else there, and whatever follows would be taken for data.
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

// The portable format of POSIX.1-1990, magic 070707: octal digits, nothing padded. Every name of a hard link
// carries the data. Read only: the kernel refuses it.

const ODC_MAGIC = '070707';

function decodeOdc(bytes: Buffer, at: number, where: string): CpioHeader {
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
  magic: ODC_MAGIC,
  headerSize: 76,
  alignment: 1,
  nameSizeOffset: 59,
  fileSizeOffset: 65,
  matches: (head) => head.toString('latin1', 0, 6) === ODC_MAGIC,
  decode: decodeOdc,
};

// The old binary format: thirteen 16-bit words in the byte order of the machine that wrote it, name and data
// each padded to an even length. Numbers of 32 bits are two words, the more significant first whatever the
// byte order, as on the PDP-11. Every name of a hard link carries the data. Read only: the kernel refuses it.

const BINARY_MAGIC = 0o070707;

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
    matches: (head) => word(head, 0) === BINARY_MAGIC,
    decode,
  };
}

export const BINARY_LITTLE_LAYOUT: HeaderLayout = binaryLayout('binary-little', 'bytes C7 71', (bytes, at) =>
  bytes.readUInt16LE(at),
);
export const BINARY_BIG_LAYOUT: HeaderLayout = binaryLayout('binary-big', 'bytes 71 C7', (bytes, at) =>
  bytes.readUInt16BE(at),
);

const LAYOUTS: readonly HeaderLayout[] = [NEWC_LAYOUT, ODC_LAYOUT, BINARY_LITTLE_LAYOUT, BINARY_BIG_LAYOUT];

/** Formats of other programs that borrowed the magic. */
const RELATIVES: Readonly<Record<string, string>> = {
  '070703': 'the newc format with extended attributes, a proposal that Linux never adopted',
  '070727': "afio's large-file format",
  '07070X': 'the payload of an RPM package, whose metadata is in the package header',
};

/** Whether a file that begins with these bytes is a cpio archive, even one of an unsupported format. */
export function startsCpio(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).subarray(0, MAGIC_SIZE);
  if (head.toString('latin1', 0, 4) === '0707') return true;
  return head.length === MAGIC_SIZE && findLayout(head) !== undefined;
}

/** @param head the first MAGIC_SIZE bytes of an entry */
export function findLayout(head: Buffer): HeaderLayout | undefined {
  return LAYOUTS.find((layout) => layout.matches(head));
}

/**
 * The error for an entry whose magic is not the expected one.
 *
 * @param before the layout of the entries before it; undefined for the first entry
 */
export function wrongMagic(head: Buffer, before: HeaderLayout | undefined, where: string): StillrootError {
  const magic = head.toString('latin1', 0, MAGIC_SIZE);
  const relative = RELATIVES[magic];
  if (relative !== undefined && before === undefined) {
    return new StillrootError('archive-not-supported', `cpio magic is "${magic}": ${relative}`, {
      where,
      hint: 'Supported formats: newc, crc, odc and old binary.',
    });
  }
  const wanted =
    before === undefined ? LAYOUTS.map((layout) => layout.magic).join(', ') : `${before.magic} as before`;
  return new StillrootError('archive-malformed', `cpio magic is "${showPath(magic)}", wanted ${wanted}`, {
    where,
    hint: 'The archive is damaged or incomplete.',
  });
}
