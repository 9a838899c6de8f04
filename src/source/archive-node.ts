/** What an archive says about a file, independent of its names. */

import type { Segment } from '../formats/tar/segments.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry, EntryType, HardLinkGroup } from '../tree/entry.ts';

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
