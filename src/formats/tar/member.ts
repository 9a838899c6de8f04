import type { Attributes } from '../../tree/attributes.ts';
import type { EntryType } from '../../tree/entry.ts';
import {
  type Dialect,
  ID_RANGE,
  type NumberRange,
  parseDecimal,
  SIZE_RANGE,
  type TarHeader,
} from './header.ts';
import { type PaxHeader, parsePaxTime } from './pax.ts';
import { quote, type TarLimits, type TarProblems } from './problems.ts';
import type { Segment } from './segments.ts';

/** A member of a tar archive, as its headers describe it; contents are read later, by position. */

export interface TarEntry {
  /** Bytes as in the archive, without slashes at the end; may begin with `/` or `./`, and may hold `..`. */
  readonly path: string;
  /** Always `file` for a hard link: the entry it points to has the real type. */
  readonly type: EntryType;
  /** Permission, set-id and sticky bits: 0..0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content of a file, holes included; 0 for other types and for a hard link that stores none. */
  readonly size: number;
  /** Whole seconds since 1970, rounded down; negative before it. */
  readonly mtime: number;
  /** 0..999,999,999, on top of mtime. */
  readonly nanoseconds: number;
  /** Target of a symlink as in the archive, bytes; '' for other types. */
  readonly target: string;
  /** Path of the entry that a hard link points to; bytes as in the archive, without trailing slashes. */
  readonly hardLink: string | undefined;
  /** Device number of a character or block device; 0 for other types. */
  readonly major: number;
  readonly minor: number;
  /** Offset of its first header in the uncompressed archive, including any pax or GNU headers before its own. */
  readonly offset: number;
  /** Offset of its data in the uncompressed archive. */
  readonly dataOffset: number;
  /** Where the bytes of a sparse file are; null for a file without holes. */
  readonly segments: readonly Segment[] | null;
  readonly attributes: Attributes;
  /** Dialect of its header; pax where its own pax header precedes it. */
  readonly dialect: Dialect | 'pax';
  /** From its header, not from a pax header. */
  readonly userName: string;
  readonly groupName: string;
}

// One member of an archive: its header, overridden by the pax and GNU headers before it.

export interface Member {
  readonly entry: Omit<TarEntry, 'size' | 'dataOffset' | 'segments'>;
  /** Bytes that the header counts as data; the type decides whether there are any. */
  readonly storedSize: number;
}

/** What the headers before a member say about it. */
export interface Overrides {
  /** Name and link name by GNU headers of types `L` and `K`. */
  readonly longName: string | undefined;
  readonly longTarget: string | undefined;
  readonly pax: PaxHeader;
  /** Whether a non-global pax header precedes it. */
  readonly hasPax: boolean;
  /** Offset of the first header that belongs to the member. */
  readonly offset: number;
}

const TYPES: ReadonlyMap<string, EntryType> = new Map([
  ['0', 'file'],
  ['\0', 'file'],
  ['1', 'file'],
  ['2', 'symlink'],
  ['3', 'character'],
  ['4', 'block'],
  ['5', 'directory'],
  ['6', 'fifo'],
  ['7', 'file'], // contiguous
  ['D', 'directory'], // of GNU's incremental archives, with a list of names as data
  ['S', 'file'], // sparse, GNU
]);

const PERMISSIONS = 0o7777;

/**
 * @param at of the header in the archive, for messages
 * @throws archive-malformed, archive-not-supported
 */
export function describeMember(
  header: TarHeader,
  { longName, longTarget, pax, hasPax, offset }: Overrides,
  at: number,
  limits: TarLimits,
  problems: TarProblems,
): Member {
  const type = TYPES.get(header.type);
  if (type === undefined) {
    throw problems.notSupported(
      `a member has the type ${quote(header.type)}`,
      at + 156,
      'Pack the tree with GNU tar or bsdtar as pax.',
    );
  }
  if (pax.values.has('GNU.volume.offset')) throw multiVolume(at, problems);
  const isDevice = type === 'character' || type === 'block';
  if (isDevice && header.dialect === 'v7') {
    throw problems.malformed('a device has a v7 header, which cannot store a device number', at);
  }
  const text = (keyword: string): string | undefined => pax.values.get(keyword)?.value;
  const name = text('GNU.sparse.name') ?? text('path') ?? longName ?? header.name;
  const linkName = text('linkpath') ?? longTarget ?? header.linkName;
  checkName(name, 'nameLength', limits, at, problems);
  const isLink = header.type === '1' || type === 'symlink';
  if (isLink) checkName(linkName, 'targetLength', limits, at, problems);
  const number = (keyword: string, otherwise: number, range: NumberRange): number =>
    paxNumber(pax, keyword, otherwise, range, problems);
  return {
    entry: {
      path: withoutSlashes(name),
      // v7 has no type for directories; some later writers leave it out too.
      type: type === 'file' && header.type !== '1' && name.endsWith('/') ? 'directory' : type,
      mode: header.mode & PERMISSIONS,
      uid: number('uid', header.uid, ID_RANGE),
      gid: number('gid', header.gid, ID_RANGE),
      ...timeOf(header, pax, problems),
      target: type === 'symlink' ? linkName : '',
      hardLink: header.type === '1' ? withoutSlashes(linkName) : undefined,
      major: isDevice ? number('SCHILY.devmajor', header.major, ID_RANGE) : 0,
      minor: isDevice ? number('SCHILY.devminor', header.minor, ID_RANGE) : 0,
      offset,
      attributes: pax.attributes,
      dialect: hasPax ? 'pax' : header.dialect,
      userName: header.userName,
      groupName: header.groupName,
    },
    storedSize: number('size', header.size, SIZE_RANGE),
  };
}

/** A part of a file that began in another volume: without the other part it is incomplete. */
export function multiVolume(at: number, problems: TarProblems): Error {
  return problems.notSupported(
    'a file continues here that began in another volume',
    at,
    'Join the volumes, or pack the tree into one.',
  );
}

/** A leading `./` or `/` and trailing slashes do not count: the name of a file in a tree lacks them. */
function checkName(
  name: string,
  limit: keyof typeof LIMITED,
  limits: TarLimits,
  at: number,
  problems: TarProblems,
): void {
  if (name === '') throw problems.malformed(`a member has no ${LIMITED[limit]}`, at);
  const most = limits[limit];
  if (name.length <= most) return;
  const { length } = withoutSlashes(name).replace(/^\.?\//, '');
  if (length > most) throw nameTooLong(length, limit, most, at, problems);
}

const LIMITED = { nameLength: 'name', targetLength: 'link target' } as const;

/**
 * The error for a name or target of `length` bytes, which exceeds the limit of `most`; `at` is its offset
 * in the archive.
 */
export function nameTooLong(
  length: number,
  limit: keyof typeof LIMITED,
  most: number,
  at: number,
  problems: TarProblems,
): Error {
  return problems.overLimit(limit, `a ${LIMITED[limit]} has ${length} bytes, the limit is ${most}`, at);
}

/** One is kept where there is nothing else: the name of the root. */
function withoutSlashes(name: string): string {
  let end = name.length;
  while (end > 1 && name[end - 1] === '/') end -= 1;
  return name.slice(0, end);
}

function timeOf(
  header: TarHeader,
  pax: PaxHeader,
  problems: TarProblems,
): Pick<TarEntry, 'mtime' | 'nanoseconds'> {
  const found = pax.values.get('mtime');
  if (found === undefined) return { mtime: header.mtime, nanoseconds: 0 };
  const time = parsePaxTime(found.value);
  if (time === undefined) {
    throw problems.malformed(`mtime is ${quote(found.value)}, wanted decimal seconds`, found.offset);
  }
  return { mtime: time.seconds, nanoseconds: time.nanoseconds };
}

function paxNumber(
  pax: PaxHeader,
  keyword: string,
  otherwise: number,
  range: NumberRange,
  problems: TarProblems,
): number {
  const found = pax.values.get(keyword);
  if (found === undefined) return otherwise;
  const value = parseDecimal(found.value, range);
  if (value !== undefined) return value;
  throw problems.malformed(
    `${keyword} is ${quote(found.value)}, wanted ${range.minimum} to ${range.maximum}`,
    found.offset,
  );
}
