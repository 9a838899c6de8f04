/** What an archive says about a file, independent of its names. */

import { StillrootError } from '../errors.ts';
import type { Segment } from '../formats/tar/segments.ts';
import { ACCESS_LIST, decodeAccessList, modeWithList } from '../tree/access-list.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry, EntryType, HardLinkGroup } from '../tree/entry.ts';
import { type ArchiveEntry, showName } from './archive-entry.ts';
import { overLimit } from './read-limits.ts';

/** Where an archive's bytes are. */
export interface ArchivePlace {
  /** For messages: the archive; offsets in it count from its beginning. */
  readonly name: string;
  /** Offset of the archive's first byte in the file that is read. */
  readonly base: number;
  /** Whether that file is the temporary file rather than the archive file itself. */
  readonly spooled: boolean;
}

/** Where the content of a file is. */
export interface ContentPlace {
  readonly spooled: boolean;
  /** Offset of its first byte where it has no holes. */
  readonly offset: number;
  /** Segments of a sparse file; `dataOffset` counts from `base`. */
  readonly segments: readonly Segment[] | null;
  readonly base: number;
}

/** What the names of one file share, like an inode of a filesystem. */
export interface Node {
  type: EntryType;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  nanoseconds: number;
  target: string;
  major: number;
  minor: number;
  /** According to the archive; fewer names may be found. */
  nlink: number;
  names: number;
  attributes: Attributes;
  place: ContentPlace | null;
  /** Where it was read, for messages. */
  archive: ArchivePlace | undefined;
  offset: number;
}

/** A new node for an entry, with one name. */
export function makeNode(entry: ArchiveEntry, type: EntryType, archive: ArchivePlace): Node {
  const isDevice = type === 'character' || type === 'block';
  const node: Node = {
    type,
    mode: type === 'symlink' ? 0o777 : modeOf(entry),
    uid: entry.uid,
    gid: entry.gid,
    size: 0,
    mtime: entry.mtime,
    nanoseconds: entry.nanoseconds,
    target: entry.target,
    major: isDevice ? entry.major : 0,
    minor: isDevice ? entry.minor : 0,
    nlink: type === 'directory' ? 1 : entry.nlink,
    names: 1,
    attributes: entry.attributes,
    place: null,
    archive,
    offset: entry.offset,
  };
  if (type === 'file') setContent(node, entry, archive);
  return node;
}

/** As it is once the access list of the entry, if it has one, is applied. */
function modeOf({ mode, attributes }: ArchiveEntry): number {
  const list = attributes.size === 0 ? undefined : attributes.get(ACCESS_LIST);
  const entries = list === undefined ? undefined : decodeAccessList(list);
  return entries === undefined ? mode : modeWithList(mode, entries);
}

/** Makes the content of an entry that of a node. */
export function setContent(node: Node, entry: ArchiveEntry, { base, spooled }: ArchivePlace): void {
  node.size = entry.size;
  node.place =
    entry.size === 0 ? null : { spooled, offset: base + entry.dataOffset, segments: entry.segments, base };
}

/** Node of a directory that the archive lacks and other entries need. */
export function impliedDirectory(): Node {
  return {
    ...{ type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0, nanoseconds: 0, target: '' },
    ...{
      major: 0,
      minor: 0,
      nlink: 1,
      names: 1,
      attributes: NO_ATTRIBUTES,
      place: null,
      archive: undefined,
      offset: 0,
    },
  };
}

/** A node as an entry of the tree at `path`. */
export function toEntry(path: string, node: Node, links: HardLinkGroup | null): Entry {
  const { type, mode, uid, gid, size, mtime, nanoseconds, target, major, minor } = node;
  return { path, type, mode, uid, gid, size, mtime, nanoseconds, target, major, minor, links };
}

/** 0xFFFFFFFF is not a valid id: to chown(2) it means "leave unchanged". */
const MAX_ID = 0xffff_fffe;

/**
 * The type of an entry that a tree can have.
 *
 * @param path where it goes
 * @param fileSize the most bytes that a file may have
 * @throws archive-malformed, archive-not-supported, archive-limit
 */
export function checkedType(entry: ArchiveEntry, path: string, fileSize: number, where: string): EntryType {
  if (entry.type === undefined) {
    throw new StillrootError('archive-not-supported', `${showName(path)} has an invalid file type`, {
      where,
      hint: 'Leave it out when you write the archive.',
    });
  }
  if (entry.uid > MAX_ID || entry.gid > MAX_ID || entry.uid < 0 || entry.gid < 0) {
    throw malformedEntry(
      `${showName(path)} belongs to ${entry.uid}:${entry.gid}, but ids range from 0 to ${MAX_ID}`,
      where,
    );
  }
  if (entry.size > fileSize) {
    throw overLimit('uncompressedSize', `${showName(path)} has ${entry.size} bytes`, where);
  }
  return entry.type;
}

/** An entry that no tree can have. */
export function malformedEntry(
  what: string,
  where: string,
  hint: string = 'No tree can have such an entry; the archive is damaged or crafted.',
): StillrootError {
  return new StillrootError('archive-malformed', what, { where, hint });
}
