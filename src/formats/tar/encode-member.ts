/**
 * Members of a tar archive: the header of POSIX.1-1988 ustar where everything fits, and in front of it an extended
 * header of POSIX.1-2001 pax with just the records for what does not. The same member gives the same bytes: records
 * are sorted by keyword, and there is no access or change time, no part of a second and no name of an owner.
 */
import { isUtf8 } from 'node:buffer';
import { BLOCK_SIZE, paddingAfter } from './header.ts';

/** What a header says of one member; names are byte strings, one character a byte. */
export interface MemberFields {
  /** Without a slash at the end; `.` for the root. */
  readonly path: string;
  readonly type: MemberType;
  /** 0..0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content that follow the header. */
  readonly size: number;
  /** Whole seconds since 1970, negative before it. */
  readonly mtime: number;
  /** Target of a symbolic link, path of the name that a hard link repeats; '' for others. */
  readonly linkName: string;
  /** Of devices; 0 for others. */
  readonly major: number;
  readonly minor: number;
}

export type MemberType = 'file' | 'link' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

/** Records beside those of the fields, such as attributes, by keyword; byte strings both. */
export type ExtraRecords = ReadonlyMap<string, string>;
export const NO_RECORDS: ExtraRecords = new Map();

/** Field `typeflag`. */
const TYPE_FLAGS: Readonly<Record<MemberType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};
const EXTENDED_HEADER = 'x';

const NAME_LENGTH = 100;
const PREFIX_LENGTH = 155;
/** Octal digits before a NUL. */
const ID_MAXIMUM = 0o7777777;
const LONG_MAXIMUM = 0o77777777777;

/** Bytes of the headers of a member: a multiple of BLOCK_SIZE. */
export function memberSpan(member: MemberFields, extra: ExtraRecords = NO_RECORDS): number {
  const body = recordsOf(member, nameOf(member), extra);
  return body === undefined ? BLOCK_SIZE : 2 * BLOCK_SIZE + body.length + paddingAfter(body.length);
}

/**
 * Writes the headers of a member, to be followed by its content and `paddingAfter` zeros.
 *
 * @param target has `memberSpan` bytes of any value at `at`
 * @returns the offset after them
 */
export function writeMember(
  target: Buffer,
  at: number,
  member: MemberFields,
  extra: ExtraRecords = NO_RECORDS,
): number {
  const name = nameOf(member);
  const body = recordsOf(member, name, extra);
  const parts = splitName(name) ?? { name: name.slice(0, NAME_LENGTH), prefix: '' };
  if (body === undefined) return writeHeader(target, at, member, parts, TYPE_FLAGS[member.type]);
  const extended: MemberFields = {
    ...member,
    ...{ mode: 0o644, uid: 0, gid: 0, size: body.length, linkName: '', major: 0, minor: 0 },
  };
  const ownName = { name: extendedName(member.path), prefix: '' };
  const bodyAt = writeHeader(target, at, extended, ownName, EXTENDED_HEADER);
  const end = bodyAt + body.length;
  target.write(body, bodyAt, 'latin1');
  target.fill(0, end, end + paddingAfter(body.length));
  return writeHeader(target, end + paddingAfter(body.length), member, parts, TYPE_FLAGS[member.type]);
}

function nameOf({ type, path }: MemberFields): string {
  return type === 'directory' ? `${path}/` : path;
}

/** A name in two fields, cut at a slash that belongs to neither; undefined where it fits in no way. */
function splitName(name: string): { name: string; prefix: string } | undefined {
  if (name.length <= NAME_LENGTH) return { name, prefix: '' };
  // The leftmost slash that leaves a name short enough: the prefix is as short as it can be.
  const slash = name.indexOf('/', name.length - NAME_LENGTH - 1);
  // The slash at the end of a directory is no border: a name is not empty.
  if (slash < 1 || slash > PREFIX_LENGTH || slash === name.length - 1) return undefined;
  return { name: name.slice(slash + 1), prefix: name.slice(0, slash) };
}

/** What a reader without pax extracts the records as: beside the member, and cut off where it does not fit. */
function extendedName(path: string): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash + 1)}PaxHeaders/${path.slice(slash + 1)}`.slice(0, NAME_LENGTH);
}

/** The body of the extended header, a byte string; undefined for a member that needs none. */
function recordsOf(member: MemberFields, name: string, extra: ExtraRecords): string | undefined {
  const { linkName, size, uid, gid, mtime } = member;
  const isLongName = name.length > NAME_LENGTH && splitName(name) === undefined;
  const isLongLink = linkName.length > NAME_LENGTH;
  const fits = size <= LONG_MAXIMUM && uid <= ID_MAXIMUM && gid <= ID_MAXIMUM && isTime(mtime);
  if (fits && !isLongName && !isLongLink && extra.size === 0) return undefined;
  const records = new Map(extra);
  // By default a value is UTF-8. GNU tar warns of the keyword, which does not matter, and libarchive would of the value.
  const isBinary = (isLongName && !isText(name)) || (isLongLink && !isText(linkName));
  if (isBinary) records.set('hdrcharset', 'BINARY');
  if (isLongName) records.set('path', name);
  if (isLongLink) records.set('linkpath', linkName);
  if (size > LONG_MAXIMUM) records.set('size', String(size));
  if (uid > ID_MAXIMUM) records.set('uid', String(uid));
  if (gid > ID_MAXIMUM) records.set('gid', String(gid));
  if (!isTime(mtime)) records.set('mtime', String(mtime));
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([keyword, value]) => encodeRecord(`${keyword}=${value}\n`)).join('');
}

/** @param text a byte string */
function isText(text: string): boolean {
  return isUtf8(Buffer.from(text, 'latin1'));
}

/** Whether the field of a header holds it. */
function isTime(mtime: number): boolean {
  return mtime >= 0 && mtime <= LONG_MAXIMUM;
}

/** A record `LENGTH KEYWORD=VALUE\n`, whose length counts its own digits. */
function encodeRecord(rest: string): string {
  const size = rest.length + 1;
  let length = size + String(size).length;
  length = size + String(length).length;
  return `${length} ${rest}`;
}

/** What all headers have: fields of zeros in octal, the magic, and spaces for the checksum while it is summed. */
const TEMPLATE: Buffer = Buffer.from(
  [
    '\0'.repeat(100), // name
    `${'0000000\0'.repeat(3)}`, // 100 mode, 108 uid, 116 gid
    `${'00000000000\0'.repeat(2)}`, // 124 size, 136 mtime
    ' '.repeat(8), // 148 chksum
    '\0'.repeat(1 + 100), // 156 typeflag, 157 linkname
    'ustar\x0000', // 257 magic, 263 version
    // 265 uname, 297 gname: which name an id has is decided where the archive is unpacked.
    '\0'.repeat(64),
    '0000000\0'.repeat(2), // 329 devmajor, 337 devminor
    '\0'.repeat(155 + 12), // 345 prefix
  ].join(''),
  'latin1',
);

/** A value that does not fit its field is in a record; the field is 0 then. */
function writeHeader(
  target: Buffer,
  at: number,
  { mode, uid, gid, size, mtime, linkName, major, minor }: MemberFields,
  { name, prefix }: { name: string; prefix: string },
  typeFlag: string,
): number {
  target.set(TEMPLATE, at);
  target.write(name, at, 'latin1');
  writeOctal(target, at + 106, mode);
  if (uid <= ID_MAXIMUM) writeOctal(target, at + 114, uid);
  if (gid <= ID_MAXIMUM) writeOctal(target, at + 122, gid);
  if (size <= LONG_MAXIMUM) writeOctal(target, at + 134, size);
  if (isTime(mtime)) writeOctal(target, at + 146, mtime);
  target[at + 156] = typeFlag.charCodeAt(0);
  if (linkName !== '') target.write(linkName.slice(0, NAME_LENGTH), at + 157, 'latin1');
  writeOctal(target, at + 335, major);
  writeOctal(target, at + 343, minor);
  if (prefix !== '') target.write(prefix, at + 345, 'latin1');
  let sum = 0;
  // A loop over indices: an iterator takes longer than all the rest.
  for (let index = at; index < at + BLOCK_SIZE; index += 1) sum += target[index] as number;
  // Six digits, a NUL and a space, as every writer has it.
  target.write('000000\0', at + 148, 'latin1');
  writeOctal(target, at + 153, sum);
  return at + BLOCK_SIZE;
}

/** Writes the digits of a value over zeros. @param last offset of the last one */
function writeOctal(target: Buffer, last: number, value: number): void {
  let rest = value;
  // Sizes and times exceed 31 bits.
  for (let index = last; rest > 0; index -= 1) {
    const digit = rest % 8;
    target[index] = 0x30 + digit;
    rest = (rest - digit) / 8;
  }
}
