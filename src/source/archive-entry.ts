/** What an archive of any format says about one name: the entries of all parsers in one shape. */

import { StillrootError } from '../errors.ts';
import type { ParsedEntry } from '../formats/cpio/cpio-parser.ts';
import type { CpioFormat } from '../formats/cpio/header.ts';
import { FILE_TYPE_BITS, TYPE_MASK } from '../formats/cpio/newc.ts';
import type { TarEntry } from '../formats/tar/member.ts';
import type { Segment } from '../formats/tar/segments.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import { ENTRY_TYPES, type EntryType } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import type { Compression } from './archive-file.ts';

export interface ArchiveEntry {
  /** Bytes as in the archive: may begin with `/` or `./`, and may hold `..`. */
  readonly name: string;
  /** Undefined where the header has file type bits that Linux does not know. */
  readonly type: EntryType | undefined;
  /** Permission, set-id and sticky bits: 0..0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content or, of a symlink in a cpio archive, of its target; for other types, the value in the header. */
  readonly size: number;
  /** Whole seconds since 1970, rounded down; negative before it. */
  readonly mtime: number;
  /** 0..999,999,999, on top of mtime. */
  readonly nanoseconds: number;
  /** Target of a symlink, bytes; '' for other types. */
  readonly target: string;
  /** Device number of a character or block device. */
  readonly major: number;
  readonly minor: number;
  /** Link count of a cpio header. tar has none: 1. */
  readonly nlink: number;
  /** Inode number of a cpio header. tar has none: 0. */
  readonly inode: number;
  /** Equal for the names of one file of a cpio archive: device and inode. '' in tar. */
  readonly identity: string;
  /** tar: name of the entry that this hard link points to, as in the archive. */
  readonly hardLink: string | undefined;
  /** Offset of its first header, from the beginning of the archive. */
  readonly offset: number;
  /** Offset of its data, likewise. */
  readonly dataOffset: number;
  /** Where the bytes of a sparse file of a tar archive are; null for a file without holes. */
  readonly segments: readonly Segment[] | null;
  readonly attributes: Attributes;
  readonly written: Written;
}

/** What a header records about how and where the archive was written, which no tree has. '' where a format lacks it. */
export interface Written {
  /** tar: the dialect of the header. */
  readonly dialect: '' | 'v7' | 'ustar' | 'gnu' | 'pax';
  /** cpio: number of the device that held the file, such as `254:0`. */
  readonly device: string;
  /** tar: names of owner and group, such as `root:root`; bytes. */
  readonly owner: string;
}

/** Archive formats. Old binary is one format in two byte orders. */
export type ArchiveFormatName = CpioFormat | 'tar';

const TYPE_OF_BITS: ReadonlyMap<number, EntryType> = new Map(
  ENTRY_TYPES.map((type) => [FILE_TYPE_BITS[type], type]),
);

/** The type in the upper bits of a mode, as in stat(2). */
export function typeOfMode(mode: number): EntryType | undefined {
  return TYPE_OF_BITS.get(mode & TYPE_MASK);
}

/** An entry of a cpio archive of any format. */
export function fromCpio({ header, name, target, offset, dataOffset }: ParsedEntry): ArchiveEntry {
  return {
    name,
    type: typeOfMode(header.mode),
    mode: header.mode & 0o7777,
    uid: header.uid,
    gid: header.gid,
    size: header.fileSize,
    mtime: header.mtime,
    nanoseconds: 0,
    target,
    major: header.rdeviceMajor,
    minor: header.rdeviceMinor,
    nlink: header.nlink,
    inode: header.inode,
    identity: header.nlink > 1 ? `${header.deviceMajor}:${header.deviceMinor}:${header.inode}` : '',
    hardLink: undefined,
    offset,
    dataOffset,
    segments: null,
    attributes: NO_ATTRIBUTES,
    written: { dialect: '', device: `${header.deviceMajor}:${header.deviceMinor}`, owner: '' },
  };
}

/** An entry of a tar archive of any format. */
export function fromTar(entry: TarEntry): ArchiveEntry {
  const { path, type, mode, uid, gid, size, mtime, nanoseconds, target, major, minor } = entry;
  const { hardLink, offset, dataOffset, segments, attributes, dialect, userName, groupName } = entry;
  const owner = userName === '' && groupName === '' ? '' : `${userName}:${groupName}`;
  return {
    ...{ name: path, type, mode, uid, gid, size, mtime, nanoseconds, target, major, minor },
    ...{
      nlink: 1,
      inode: 0,
      identity: '',
      hardLink,
      offset,
      dataOffset,
      segments,
      attributes,
    },
    written: { dialect, device: '', owner },
  };
}

export interface ArchiveStart {
  /** 0 for the first archive of the file, 1 for the next, ... */
  readonly segment: number;
  readonly compression: Compression;
  /** Where the archive begins in the file or, in a compressed one, the compressed member that holds it. */
  readonly fileOffset: number;
  /** Where the archive begins in the uncompressed bytes of that member; 0 for an uncompressed one. */
  readonly memberOffset: number;
}

export interface ArchiveEnd {
  readonly segment: number;
  /** Undefined for an archive without entries. */
  readonly format: ArchiveFormatName | undefined;
  /** False for an archive that just stops between two entries, which looks like one truncated there. */
  readonly endMarked: boolean;
}

/**
 * The path in the tree for a name in an archive; '' is the root. Slashes at either end, repeated slashes
 * and `.` components are ignored, as in any path (POSIX.1, 4.13 Pathname Resolution): GNU cpio
 * and busybox store `etc//x` for what `find etc//` prints. `..` could lead out of the tree and is refused.
 *
 * @param where for messages
 * @throws archive-malformed
 */
export function pathOfName(name: string, where: string): string {
  // Nearly all names are plain, and there may be millions.
  if (PLAIN.test(name)) return name;
  const refuse = (what: string): StillrootError =>
    new StillrootError('archive-malformed', `the name ${showName(name)} ${what}`, {
      where,
      hint: 'Archivers do not write such names; do not trust the archive.',
    });
  if (name === '') throw refuse('is empty');
  if (name.includes('\0')) throw refuse('contains a NUL byte');
  const names = name.split('/').filter((each) => each !== '' && each !== '.');
  if (names.includes('..')) throw refuse('contains "..", and could lead out of the tree');
  return names.join('/');
}

/** Components that are not empty and do not begin with a dot, so neither `.` nor `..`. */
const PLAIN = /^[^/.\0][^/\0]*(?:\/[^/.\0][^/\0]*)*$/;

/** Enough of a name to recognize it. */
const SHOWN = 100;

/** A name for messages: quoted, escaped, and shortened if long. */
export function showName(name: string): string {
  return name.length > SHOWN ? `"${showPath(name.slice(0, SHOWN))}..."` : `"${showPath(name)}"`;
}
