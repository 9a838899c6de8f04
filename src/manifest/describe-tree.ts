/** Digest and entries of a tree: one being packed, or one that can be read. */
import { createHash, type Hash, hash } from 'node:crypto';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Source } from '../source/source.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import type { ManifestEntry } from './manifest.ts';

export interface TreeDescription {
  /** See TreeDigest. */
  readonly digest: string;
  /** Set if requested. */
  readonly entries?: readonly ManifestEntry[];
}

/** Takes the entries of a Plan in the order in which they are packed. */
export class PackedTree {
  readonly #digest = new TreeDigest();
  readonly #entries: EntryList | undefined;
  /** Hard-link groups by the inode that their names share. */
  readonly #groups = new Map<number, SeenGroup>();

  constructor(withEntries = false) {
    this.#entries = withEntries ? new EntryList() : undefined;
  }

  /** @param content as passed to `onEntry` of PackOptions */
  add(planned: PlannedEntry, content: string | undefined): void {
    const { entry, inode, origin } = planned;
    const { first, digest } = inode === 0 ? { first: '', digest: content } : this.#seeName(planned, content);
    const attributes = attributesDigest(planned.attributes);
    this.#entries?.add(entry, first, digest, attributes);
    if (!isRoot(entry, origin)) this.#digest.add(entry, first, digest, attributes);
  }

  /** Whichever name has the data in the archive, the record of the last one has its digest. */
  #seeName(
    { entry, inode, nlink }: PlannedEntry,
    content: string | undefined,
  ): { first: string; digest: string | undefined } {
    const group = this.#groups.get(inode) ?? { path: entry.path, names: 0, content: undefined };
    this.#groups.set(inode, group);
    group.names += 1;
    group.content ??= content;
    return {
      first: group.path === entry.path ? '' : group.path,
      digest: group.names === nlink ? group.content : undefined,
    };
  }

  /** To be called once. */
  finish(): TreeDescription {
    return describe(this.#digest, this.#entries);
  }
}

interface SeenGroup {
  /** The first name. */
  readonly path: string;
  names: number;
  /** Digest of the content, once a name had it. */
  content: string | undefined;
}

export interface DescribeOptions {
  /** Whether to list the entries. Default: false. */
  readonly withEntries?: boolean;
  /** Attributes of an entry, sorted by name, for comparison with an archive that holds them. Default: none. */
  readonly attributesOf?: ((entry: Entry) => Attributes) | undefined;
}

/**
 * Reads all contents of a tree. For an archive written by stillroot this gives the digest in its manifest.
 *
 * @throws StillrootError where a file cannot be read or changes in the meantime
 */
export function describeTree(
  source: Source,
  { withEntries = false, attributesOf = () => NO_ATTRIBUTES }: DescribeOptions = {},
): TreeDescription {
  const digest = new TreeDigest();
  const entries = withEntries ? new EntryList() : undefined;
  const buffer = Buffer.allocUnsafe(READ_SIZE);
  for (const entry of source.tree.entries) {
    const names = entry.type === 'file' ? (entry.links?.paths ?? []) : [];
    const [first = entry.path] = names;
    const isLast = names.length < 2 || names.at(-1) === entry.path;
    const content = entry.type === 'file' && isLast ? contentDigest(source, entry, buffer) : undefined;
    const link = first === entry.path ? '' : first;
    const attributes = attributesDigest(attributesOf(entry));
    digest.add(entry, link, content, attributes);
    entries?.add(entry, link, content, attributes);
  }
  return describe(digest, entries);
}

const READ_SIZE = 1024 * 1024;

function contentDigest(source: Source, entry: Entry, buffer: Buffer): string {
  const hash = createHash('sha256');
  const file = source.open(entry);
  try {
    for (let count = file.read(buffer); count > 0; count = file.read(buffer)) {
      hash.update(buffer.subarray(0, count));
    }
    file.verify();
  } finally {
    file.close();
  }
  return hash.digest('hex');
}

/** The entry of `--root-entry`: readers take it for the root itself, which is not part of the digest. */
function isRoot({ path }: Entry, origin: Entry | null): boolean {
  return path === '.' && origin === null;
}

function describe(digest: TreeDigest, entries: EntryList | undefined): TreeDescription {
  return { digest: digest.finish(), ...(entries === undefined ? {} : { entries: entries.list() }) };
}

/** Entries as a manifest lists them. Every name of a hard-link group has the digest of the content. */
class EntryList {
  readonly #rows: ManifestEntry[] = [];
  /** Names of a group, by its first one, until the content comes with the last. */
  readonly #waiting = new Map<string, number[]>();

  /** See TreeDigest.add. */
  add(entry: Entry, first: string, content: string | undefined, attributes: string): void {
    const { path, type, mode, uid, gid, mtime, size, target, major, minor } = entry;
    const at = this.#rows.push({
      path: showPath(path),
      // A socket never gets into an archive.
      type: type as ManifestEntry['type'],
      mode: mode.toString(8).padStart(4, '0'),
      uid,
      gid,
      mtime,
      ...(type === 'file' ? { size } : {}),
      ...(content === undefined ? {} : { digest: `sha256:${content}` }),
      ...(type === 'symlink' ? { target: showPath(target) } : {}),
      ...(type === 'character' || type === 'block' ? { device: `${major}:${minor}` } : {}),
      ...(first === '' ? {} : { hardLink: showPath(first) }),
      ...(attributes === '' ? {} : { attributes: `sha256:${attributes}` }),
    });
    if (type !== 'file' || (content !== undefined && first === '')) return;
    if (content === undefined) this.#wait(first === '' ? path : first, at - 1);
    else this.#settle(first, `sha256:${content}`);
  }

  /** In the order in which they were added. */
  list(): readonly ManifestEntry[] {
    return this.#rows;
  }

  #wait(first: string, at: number): void {
    const waiting = this.#waiting.get(first);
    if (waiting === undefined) this.#waiting.set(first, [at]);
    else waiting.push(at);
  }

  #settle(first: string, digest: string): void {
    for (const at of this.#waiting.get(first) ?? []) {
      const row = this.#rows[at];
      if (row !== undefined) this.#rows[at] = { ...row, digest };
    }
    this.#waiting.delete(first);
  }
}

// One digest of a whole tree: SHA-256 over one record per entry, in tree order (comparePaths), without the root. A
// record is
//
//     TYPE MODE UID GID MTIME SIZE MAJOR:MINOR CONTENT NUL PATH NUL TARGET NUL ATTRIBUTES LF
//
// with MODE in four octal digits, MTIME in seconds, and CONTENT the SHA-256 of a file in hexadecimal digits, or `-`
// where there is none. TARGET is that of a symlink; for all names of a hard-link group but the first it is the first
// name. The CONTENT of a group is given with its last name, wherever its data is in an archive. Paths and targets are bytes.
//
// ATTRIBUTES is nothing for an entry without extended attributes, and in an archive that holds none; else the SHA-256 in
// hexadecimal digits over a line `NAME NUL DIGEST LF` for each in order of the names, DIGEST being that of the value.
//
// It does not depend on the archive: equal trees have equal digests in every format, version and profile.

/** @param attributes sorted by name. @returns '' where there are none */
function attributesDigest(attributes: Attributes): string {
  if (attributes.size === 0) return '';
  const lines = [...attributes].map(
    ([name, value]) => `${name}\0${hash('sha256', Buffer.from(value, 'latin1'))}\n`,
  );
  return hash('sha256', Buffer.from(lines.join(''), 'latin1'));
}

/** Characters that are collected before they are hashed: a call costs more than hashing one record. */
const BATCH = 64 * 1024;

export class TreeDigest {
  readonly #hash: Hash = createHash('sha256');
  #batch = '';

  /**
   * @param first first name of the hard-link group, for its other names; otherwise ''
   * @param content SHA-256 of the content in hex; undefined for entries without content and for all names of a
   *   hard-link group but the last
   * @param attributes digest of its extended attributes in hex, '' where it has none or the archive holds none
   */
  add(entry: Entry, first: string, content: string | undefined, attributes = ''): void {
    const { type, mode, uid, gid, mtime, size, major, minor, path, target } = entry;
    const octal = mode.toString(8).padStart(4, '0');
    this.#batch += `${type} ${octal} ${uid} ${gid} ${mtime} ${size} ${major}:${minor} ${content ?? '-'}\0${path}\0${first || target}\0${attributes}\n`;
    if (this.#batch.length >= BATCH) this.#flush();
  }

  /** `sha256:HEX`. To be called once. */
  finish(): string {
    this.#flush();
    return `sha256:${this.#hash.digest('hex')}`;
  }

  #flush(): void {
    this.#hash.update(this.#batch, 'latin1');
    this.#batch = '';
  }
}
