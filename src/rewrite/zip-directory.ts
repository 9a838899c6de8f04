import { damaged, needBytes } from '../formats/damage.ts';

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
  /** Offset of the DOS time u16, with the date u16 behind it. */
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
  // A program in front, as self-extracting archives have, moves all offsets.
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
