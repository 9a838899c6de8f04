/** What an archive says of a file, whatever its names. */

import type { Segment } from '../formats/tar/segments.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry, EntryType, HardLinkGroup } from '../tree/entry.ts';

/** Where an archive's bytes are. */
export interface ArchivePlace {
  /** For messages: the archive, whose offsets count from its beginning. */
  readonly name: string;
  /** Of the archive's first byte, in the file that is read from. */
  readonly base: number;
  /** Whether that is the temporary file and not the archive file itself. */
  readonly spooled: boolean;
}

/** Where the content of a file is. */
export interface ContentPlace {
  readonly spooled: boolean;
  /** Of its first byte where it has no holes. */
  readonly offset: number;
  /** Of a sparse file; `dataOffset` counts from `base`. */
  readonly segments: readonly Segment[] | null;
  readonly base: number;
}

/** What the names of one file share, as an inode of a filesystem. */
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
  /** What the archive says of it; the names that are found may be fewer. */
  nlink: number;
  names: number;
  attributes: readonly string[];
  attributeValues: Attributes;
  place: ContentPlace | null;
  /** Where it was read, for messages. */
  archive: ArchivePlace | undefined;
  offset: number;
}

/** Of a directory that the archive does not have and other entries need. */
export function impliedDirectory(): Node {
  return {
    ...{ type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, mtime: 0, nanoseconds: 0, target: '' },
    ...{
      major: 0,
      minor: 0,
      nlink: 1,
      names: 1,
      attributes: [],
      attributeValues: NO_ATTRIBUTES,
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
