/** A member of a tar archive, as its headers describe it; contents are read later, by position. */
import type { Attributes } from '../../tree/attributes.ts';
import type { EntryType } from '../../tree/entry.ts';
import type { Dialect } from './header.ts';
import type { Segment } from './segments.ts';

export interface TarEntry {
  /** Bytes as in the archive, without slashes at the end; may begin with `/` or `./`, and may hold `..`. */
  readonly path: string;
  /** Of a hard link always `file`: what it is, the entry that it points to says. */
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
  /** Path of the entry that a hard link is another name of, bytes as in the archive, without slashes at the end. */
  readonly hardLink: string | undefined;
  /** Device number of a character or block device; 0 for other types. */
  readonly major: number;
  readonly minor: number;
  /** Of its first header in the uncompressed archive: the pax or GNU headers in front of its own count. */
  readonly offset: number;
  /** Of its data in the uncompressed archive. */
  readonly dataOffset: number;
  /** Where the bytes of a sparse file are; null for a file without holes. */
  readonly segments: readonly Segment[] | null;
  /** Names of extended attributes, sorted, such as security.capability. */
  readonly attributes: readonly string[];
  /** Their values by name; see tree/attributes.ts. */
  readonly attributeValues: Attributes;
  /** Of its header; pax where a pax header of its own stands in front of it. */
  readonly dialect: Dialect | 'pax';
  /** Of its header, not of a pax header. */
  readonly userName: string;
  readonly groupName: string;
}
