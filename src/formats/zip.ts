import { StillrootError } from '../errors.ts';
import { damaged, needBytes } from './damage.ts';

/**
 * The parts of a ZIP file (APPNOTE 6.3.10, section 4.3), little endian. The central directory at the end
 * says where each member's local header is.
 *
 * - end record, 22 bytes: 0 signature, 4 this disk u16, 6 disk of the directory u16, 8 entries here u16,
 *   10 entries u16, 12 directory size u32, 16 directory offset u32, 20 comment length u16
 * - central header, 46 bytes: 0 signature, 8 flags u16, 12 time u16, 14 date u16, 28 name length u16,
 *   30 extra length u16, 32 comment length u16, 34 disk u16, 42 local header offset u32
 * - local header, 30 bytes: 0 signature, 6 flags u16, 10 time u16, 12 date u16, 26 name length u16,
 *   28 extra length u16
 */
const END = { signature: 0x06054b50, length: 22 };
const CENTRAL = { signature: 0x02014b50, length: 46, time: 12 };
const LOCAL = { signature: 0x04034b50, length: 30, time: 10 };
const ZIP64_LOCATOR = { signature: 0x07064b50, length: 20 };
const MAX_COMMENT = 0xffff;
/** Bit 0 of the flags. With PKWARE's encryption the time of a member is part of its key check. */
const ENCRYPTED = 0x0001;

/** One header of a member, local or central. */
export interface ZipHeader {
  /** Offset of the DOS time u16, followed by the date u16. */
  readonly timeAt: number;
  readonly extraAt: number;
  readonly extraLength: number;
}

export interface ZipMember {
  /** As a byte string. */
  readonly name: string;
  readonly central: ZipHeader;
  readonly local: ZipHeader;
}

/** All members in the order of the central directory. @throws Damage */
export function readZipDirectory(bytes: Buffer): ZipMember[] {
  const end = findEnd(bytes);
  const zip64 = end - ZIP64_LOCATOR.length;
  if (zip64 >= 0 && bytes.readUInt32LE(zip64) === ZIP64_LOCATOR.signature) {
    damaged(zip64, 'a ZIP64 archive', 'a ZIP archive of less than 4 GiB and 65,535 members');
  }
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  if (bytes.readUInt16LE(end + 4) !== 0 || bytes.readUInt16LE(end + 6) !== 0) {
    damaged(end + 4, 'a part of a split archive', 'a whole ZIP archive');
  }
  // A program before the archive, as in self-extracting archives, shifts all offsets.
  const start = end - size;
  const moved = start - bytes.readUInt32LE(end + 16);
  if (start < 0 || moved < 0) damaged(end + 12, `a directory of ${size} bytes`, 'a directory in the file');
  const members: ZipMember[] = [];
  let at = start;
  while (members.length < count) {
    const member = readMember(bytes, at, moved);
    members.push(member);
    at = member.next;
  }
  if (at !== end) damaged(at, `${end - at} bytes behind the directory`, `the end of ${count} entries`);
  return members;
}

/** The last end record whose comment reaches to the end of the file. */
function findEnd(bytes: Buffer): number {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(END.signature);
  const first = Math.max(0, bytes.length - END.length - MAX_COMMENT);
  for (let at = bytes.length - END.length; at >= first; at--) {
    at = bytes.lastIndexOf(signature, at);
    if (at < first) break;
    if (at + END.length + bytes.readUInt16LE(at + 20) === bytes.length) return at;
  }
  return damaged(bytes.length, 'no end record', 'the end record of a ZIP archive');
}

function readMember(bytes: Buffer, at: number, moved: number): ZipMember & { next: number } {
  needBytes(bytes, at, CENTRAL.length, 'a central header');
  checkSignature(bytes, at, CENTRAL.signature, 'a central header');
  if ((bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0) {
    damaged(at + 8, 'an encrypted member', 'members without encryption');
  }
  const nameLength = bytes.readUInt16LE(at + 28);
  const extraLength = bytes.readUInt16LE(at + 30);
  const commentLength = bytes.readUInt16LE(at + 32);
  const next = at + CENTRAL.length + nameLength + extraLength + commentLength;
  needBytes(bytes, at, next - at, 'name and extra fields');
  const name = bytes.toString('latin1', at + CENTRAL.length, at + CENTRAL.length + nameLength);
  return {
    name,
    central: { timeAt: at + CENTRAL.time, extraAt: at + CENTRAL.length + nameLength, extraLength },
    local: readLocal(bytes, bytes.readUInt32LE(at + 42) + moved, name),
    next,
  };
}

function readLocal(bytes: Buffer, at: number, name: string): ZipHeader {
  needBytes(bytes, at, LOCAL.length, 'a local header');
  checkSignature(bytes, at, LOCAL.signature, 'a local header');
  const nameLength = bytes.readUInt16LE(at + 26);
  const extraLength = bytes.readUInt16LE(at + 28);
  const extraAt = at + LOCAL.length + nameLength;
  needBytes(bytes, at, extraAt + extraLength - at, 'name and extra fields');
  if (bytes.toString('latin1', at + LOCAL.length, extraAt) !== name) {
    damaged(at + LOCAL.length, 'another name', 'the name that the central directory has');
  }
  return { timeAt: at + LOCAL.time, extraAt, extraLength };
}

function checkSignature(bytes: Buffer, at: number, wanted: number, what: string): void {
  if (bytes.readUInt32LE(at) !== wanted) damaged(at, bytes.toString('hex', at, at + 4), what);
}

// Writing: members are stored uncompressed, using only what every reader supports. Times, versions and permissions are fixed, so
// the bytes depend only on names and contents.

export interface StoredMember {
  /** A directory ends with a slash, and has no content. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** CRC-32 of the content, as in zlib. */
  readonly crc: number;
}

/** Without the zip64 extension: sizes and offsets have 32 bits, and all ones mean that the number is in zip64. */
export const ZIP_BYTES_MAX = 0xfffffffe;

/** 2.0, the first version that supports directories. */
const VERSION_NEEDED = 20;
/** Upper byte 3: permissions are those of Unix. */
const MADE_BY = (3 << 8) | VERSION_NEEDED;
/** Bit 11: the name is UTF-8. */
const FLAG_UTF8 = 1 << 11;
/** 1980-01-01, the earliest date. */
const DOS_DATE = (0 << 9) | (1 << 5) | 1;
const FILE_MODE = 0o100644;
const DIRECTORY_MODE = 0o040755;
const DOS_DIRECTORY = 0x10;

/** What precedes a member's content. */
export function localHeader(member: StoredMember): Buffer {
  const name = nameBytes(member);
  const header = Buffer.alloc(LOCAL.length);
  header.writeUInt32LE(LOCAL.signature, 0);
  writeCommon(header, 4, member, name);
  // Offset 28: length of the extra field, 0.
  return Buffer.concat([header, name]);
}

/**
 * What follows the last content.
 *
 * @param members in the order of their local headers, which begin at 0 and follow each content without a gap
 */
export function centralDirectory(members: readonly StoredMember[]): Buffer {
  const headers: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    headers.push(centralHeader(member, offset));
    offset += localHeader(member).length + member.size;
  }
  const directory = Buffer.concat(headers);
  requireZipSize(offset + directory.length);
  const end = Buffer.alloc(END.length);
  end.writeUInt32LE(END.signature, 0);
  // Offsets 4 and 6: numbers of disks, 0.
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  // Offset 20: length of the comment, 0.
  return Buffer.concat([directory, end]);
}

function centralHeader(member: StoredMember, offset: number): Buffer {
  const name = nameBytes(member);
  const isDirectory = member.name.endsWith('/');
  const header = Buffer.alloc(CENTRAL.length);
  header.writeUInt32LE(CENTRAL.signature, 0);
  header.writeUInt16LE(MADE_BY, 4);
  writeCommon(header, 6, member, name);
  // Offsets 30 to 37: lengths of extra field and comment, number of the disk, internal attributes, all 0.
  const mode = isDirectory ? DIRECTORY_MODE : FILE_MODE;
  header.writeUInt32LE(((mode << 16) | (isDirectory ? DOS_DIRECTORY : 0)) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

/** The fields common to both headers, in the same order. */
function writeCommon(header: Buffer, at: number, { size, crc }: StoredMember, name: Buffer): void {
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

function nameBytes({ name }: StoredMember): Buffer {
  const bytes = Buffer.from(name, 'utf8');
  if (bytes.length > 0 && bytes.length <= 0xffff) return bytes;
  throw new StillrootError('name-too-long', `a name of ${bytes.length} bytes in a zip archive`, {
    hint: 'Names of 1 to 65535 bytes are allowed.',
  });
}

function isAscii(bytes: Buffer): boolean {
  return bytes.every((byte) => byte < 0x80);
}

/** @throws file-too-large where zip64 would be needed, which is not written */
export function requireZipSize(bytes: number): void {
  if (bytes <= ZIP_BYTES_MAX) return;
  throw new StillrootError(
    'file-too-large',
    `the OS package would have ${bytes} bytes or more, but a zip archive has at most ${ZIP_BYTES_MAX}`,
    { hint: 'Use a higher compression level, or leave files out.' },
  );
}
