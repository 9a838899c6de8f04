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

/** A value that does not fit its field is in a record; the field is 0 then. */
function writeHeader(
  target: Buffer,
  at: number,
  member: MemberFields,
  { name, prefix }: { name: string; prefix: string },
  typeFlag: string,
): number {
  const { mode, uid, gid, size, mtime, linkName, major, minor } = member;
  const header = target.subarray(at, at + BLOCK_SIZE);
  header.fill(0);
  header.write(name, 0, 'latin1'); // 0 name[100]
  // 100 mode[8], 108 uid[8], 116 gid[8], 124 size[12], 136 mtime[12], 148 chksum[8]: spaces while it is summed,
  // 156 typeflag[1]
  const owner = `${octal(uid > ID_MAXIMUM ? 0 : uid, 7)}\0${octal(gid > ID_MAXIMUM ? 0 : gid, 7)}\0`;
  const amounts = `${octal(size > LONG_MAXIMUM ? 0 : size, 11)}\0${octal(isTime(mtime) ? mtime : 0, 11)}\0`;
  header.write(`${octal(mode, 7)}\0${owner}${amounts}        ${typeFlag}`, 100, 'latin1');
  if (linkName !== '') header.write(linkName.slice(0, NAME_LENGTH), 157, 'latin1'); // 157 linkname[100]
  header.write('ustar\x0000', 257, 'latin1'); // 257 magic[6], 263 version[2]
  // 265 uname[32] and 297 gname[32] stay empty: which name an id has is decided where the archive is unpacked.
  header.write(`${octal(major, 7)}\0${octal(minor, 7)}\0`, 329, 'latin1'); // 329 devmajor[8], 337 devminor[8]
  if (prefix !== '') header.write(prefix, 345, 'latin1'); // 345 prefix[155]
  let sum = 0;
  for (const byte of header) sum += byte;
  // Six digits, a NUL and a space, as every writer has it.
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return at + BLOCK_SIZE;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
