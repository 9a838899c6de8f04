/**
 * The headers of a zip archive whose members are stored as they are: APPNOTE.TXT 6.3.10, the parts of it that every
 * reader knows. Times, versions and permissions are fixed, so the bytes follow from names and contents alone.
 */
import { StillrootError } from '../errors.ts';

export interface ZipMember {
  /** A directory ends with a slash, and has no content. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** CRC-32 of the content, as zlib has it. */
  readonly crc: number;
}

/** Without the zip64 extension: sizes and offsets have 32 bits, of which all ones mean that zip64 has the number. */
export const ZIP_BYTES_MAX = 0xfffffffe;

const LOCAL_SIGNATURE = 0x04034b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;

/** 2.0, the first that knows directories. */
const VERSION_NEEDED = 20;
/** Upper byte 3: permissions are those of Unix. */
const MADE_BY = (3 << 8) | VERSION_NEEDED;
/** Bit 11: the name is UTF-8. */
const FLAG_UTF8 = 1 << 11;
/** 1980-01-01, the first day that there is. */
const DOS_DATE = (0 << 9) | (1 << 5) | 1;
const FILE_MODE = 0o100644;
const DIRECTORY_MODE = 0o040755;
const DOS_DIRECTORY = 0x10;

/** What stands in front of a member's content. */
export function localHeader(member: ZipMember): Buffer {
  const name = nameBytes(member);
  const header = Buffer.alloc(LOCAL_SIZE);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  writeCommon(header, 4, member, name);
  // Offset 28: length of the extra field, 0.
  return Buffer.concat([header, name]);
}

/**
 * What stands behind the last content.
 *
 * @param members in the order of their local headers, which begin at 0 and follow each content without a gap
 */
export function centralDirectory(members: readonly ZipMember[]): Buffer {
  const headers: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    headers.push(centralHeader(member, offset));
    offset += localHeader(member).length + member.size;
  }
  const directory = Buffer.concat(headers);
  requireZipSize(offset + directory.length);
  const end = Buffer.alloc(END_SIZE);
  end.writeUInt32LE(END_SIGNATURE, 0);
  // Offsets 4 and 6: numbers of disks, 0.
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  // Offset 20: length of the comment, 0.
  return Buffer.concat([directory, end]);
}

function centralHeader(member: ZipMember, offset: number): Buffer {
  const name = nameBytes(member);
  const isDirectory = member.name.endsWith('/');
  const header = Buffer.alloc(CENTRAL_SIZE);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE(MADE_BY, 4);
  writeCommon(header, 6, member, name);
  // Offsets 30 to 37: lengths of extra field and comment, number of the disk, internal attributes, all 0.
  const mode = isDirectory ? DIRECTORY_MODE : FILE_MODE;
  header.writeUInt32LE(((mode << 16) | (isDirectory ? DOS_DIRECTORY : 0)) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

/** The fields that both headers have, in one order. */
function writeCommon(header: Buffer, at: number, { size, crc }: ZipMember, name: Buffer): void {
  requireZipSize(size);
  header.writeUInt16LE(VERSION_NEEDED, at);
  header.writeUInt16LE(isAscii(name) ? 0 : FLAG_UTF8, at + 2);
  // at + 4: method, 0 is stored; at + 6: time, midnight.
  header.writeUInt16LE(DOS_DATE, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(size, at + 14);
  header.writeUInt32LE(size, at + 18);
  header.writeUInt16LE(name.length, at + 22);
}

function nameBytes({ name }: ZipMember): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length > 0 && bytes.length <= 0xffff) return bytes;
  throw new StillrootError('name-too-long', `a name of ${bytes.length} bytes in a zip archive`, {
    hint: 'Names of 1 to 65535 bytes are allowed.',
  });
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80);
}

/** @throws file-too-large for what takes zip64, which is not written */
export function requireZipSize(bytes: number): void {
  if (bytes <= ZIP_BYTES_MAX) return;
  throw new StillrootError(
    'file-too-large',
    `the OS package would have ${bytes} bytes or more, but a zip archive has at most ${ZIP_BYTES_MAX}`,
    { hint: 'Use a higher compression level, or leave files out.' },
  );
}
