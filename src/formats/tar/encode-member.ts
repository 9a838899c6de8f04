/**
 * Members of a tar archive: the header of POSIX.1-1988 ustar where everything fits, and in front of it an extended
 * header of POSIX.1-2001 pax with just the records for what does not. The same member gives the same bytes: records
 * are sorted by keyword, and there is no access or change time, no part of a second and no name of an owner.
 */

/** Headers and contents begin at multiples of this. */
export const BLOCK_SIZE = 512;
/** Two blocks of zeros end an archive. */
export const END_SIZE: number = 2 * BLOCK_SIZE;

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
  /** Extended attributes by name, byte strings both. */
  readonly attributes: ReadonlyMap<string, string>;
}

export type MemberType = 'file' | 'link' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

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

/** In front of the name of an extended attribute, as star, GNU tar, libarchive, Go and Python have it. */
const ATTRIBUTE_KEYWORD = 'SCHILY.xattr.';

/** Headers of a member, ready to be followed by its content and `paddingAfter` zeros. */
export function encodeMember(member: MemberFields): Buffer {
  const name = member.type === 'directory' ? `${member.path}/` : member.path;
  const parts = splitName(name);
  const records = new Map<string, string>();
  if (parts === undefined) records.set('path', name);
  if (member.linkName.length > NAME_LENGTH) records.set('linkpath', member.linkName);
  if (member.size > LONG_MAXIMUM) records.set('size', String(member.size));
  if (member.uid > ID_MAXIMUM) records.set('uid', String(member.uid));
  if (member.gid > ID_MAXIMUM) records.set('gid', String(member.gid));
  if (member.mtime < 0 || member.mtime > LONG_MAXIMUM) records.set('mtime', String(member.mtime));
  for (const [attribute, value] of member.attributes) records.set(attributeKeyword(attribute), value);
  const header = encodeHeader(member, parts ?? { name: name.slice(0, NAME_LENGTH), prefix: '' });
  if (records.size === 0) return header;
  const body = encodeRecords(records);
  const extended: MemberFields = {
    ...member,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: body.length,
    mtime: Math.min(Math.max(member.mtime, 0), LONG_MAXIMUM),
    linkName: '',
    major: 0,
    minor: 0,
  };
  return Buffer.concat([
    encodeHeader(extended, { name: extendedName(member.path), prefix: '' }, EXTENDED_HEADER),
    body,
    Buffer.alloc(paddingAfter(body.length)),
    header,
  ]);
}

/** Bytes from `size` to the next border of a block. Sizes exceed 31 bits, so no bit arithmetic. */
export function paddingAfter(size: number): number {
  return (BLOCK_SIZE - (size % BLOCK_SIZE)) % BLOCK_SIZE;
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

/** A keyword ends at the first `=`: GNU tar writes one in a name as `%3D`, and `%` as `%25`. */
function attributeKeyword(attribute: string): string {
  return ATTRIBUTE_KEYWORD + attribute.replaceAll('%', '%25').replaceAll('=', '%3D');
}

/** Records `LENGTH KEYWORD=VALUE\n`, whose length counts its own digits, in the order of their keywords. */
function encodeRecords(records: ReadonlyMap<string, string>): Buffer {
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(sorted.map(([keyword, value]) => encodeRecord(`${keyword}=${value}\n`)).join(''), 'latin1');
}

function encodeRecord(rest: string): string {
  const size = rest.length + 1;
  let length = size + String(size).length;
  length = size + String(length).length;
  return `${length} ${rest}`;
}

function encodeHeader(
  member: MemberFields,
  { name, prefix }: { name: string; prefix: string },
  typeFlag: string = TYPE_FLAGS[member.type],
): Buffer {
  const header = Buffer.alloc(BLOCK_SIZE);
  header.write(name, 0, 'latin1'); // 0 name[100]
  writeOctal(header, 100, 8, member.mode); // 100 mode[8]
  writeOctal(header, 108, 8, member.uid > ID_MAXIMUM ? 0 : member.uid); // 108 uid[8]
  writeOctal(header, 116, 8, member.gid > ID_MAXIMUM ? 0 : member.gid); // 116 gid[8]
  writeOctal(header, 124, 12, member.size > LONG_MAXIMUM ? 0 : member.size); // 124 size[12]
  const isTime = member.mtime >= 0 && member.mtime <= LONG_MAXIMUM;
  writeOctal(header, 136, 12, isTime ? member.mtime : 0); // 136 mtime[12]
  header.fill(' ', 148, 156); // 148 chksum[8]: spaces while it is summed
  header.write(typeFlag, 156, 'latin1'); // 156 typeflag[1]
  header.write(member.linkName.slice(0, NAME_LENGTH), 157, 'latin1'); // 157 linkname[100]
  header.write('ustar\x0000', 257, 'latin1'); // 257 magic[6], 263 version[2]
  // 265 uname[32] and 297 gname[32] stay empty: which name an id has is decided where the archive is unpacked.
  writeOctal(header, 329, 8, member.major); // 329 devmajor[8]
  writeOctal(header, 337, 8, member.minor); // 337 devminor[8]
  header.write(prefix, 345, 'latin1'); // 345 prefix[155]
  let sum = 0;
  for (const byte of header) sum += byte;
  // Six digits, a NUL and a space, as every writer has it.
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Octal digits with zeros in front, and a NUL. */
function writeOctal(header: Buffer, offset: number, length: number, value: number): void {
  header.write(value.toString(8).padStart(length - 1, '0'), offset, 'latin1');
}
