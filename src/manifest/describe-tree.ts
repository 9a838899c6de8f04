/** Digest and entries of a tree: of one that is just being packed, and of one that can be read. */
import { createHash } from 'node:crypto';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { EntryList } from './entry-list.ts';
import type { ManifestEntry } from './manifest.ts';
import { TreeDigest } from './tree-digest.ts';

export interface TreeDescription {
  /** See tree-digest.ts. */
  readonly digest: string;
  /** Where they were asked for. */
  readonly entries?: readonly ManifestEntry[];
}

/** Takes the entries of a Plan in the order in which they are packed. */
export class PackedTree {
  readonly #digest = new TreeDigest();
  readonly #entries: EntryList | undefined;
  /** First names of hard-link groups by the inode that they share. */
  readonly #first = new Map<number, string>();

  constructor(withEntries = false) {
    this.#entries = withEntries ? new EntryList() : undefined;
  }

  /** @param content as `onEntry` of PackOptions has it */
  add({ entry, inode, origin }: PlannedEntry, content: string | undefined): void {
    const known = inode === 0 ? undefined : this.#first.get(inode);
    if (inode !== 0 && known === undefined) this.#first.set(inode, entry.path);
    this.#entries?.add(entry, known ?? '', content);
    if (!isRoot(entry, origin)) this.#digest.add(entry, known ?? '', content);
  }

  /** To be called once. */
  finish(): TreeDescription {
    return describe(this.#digest, this.#entries);
  }
}

/**
 * Reads every content of a tree. An archive of stillroot has the digest that its manifest says.
 *
 * @throws StillrootError where a file cannot be read or changes meanwhile
 */
export function describeTree(source: Source, withEntries = false): TreeDescription {
  const digest = new TreeDigest();
  const entries = withEntries ? new EntryList() : undefined;
  const buffer = Buffer.allocUnsafe(READ_SIZE);
  for (const entry of source.tree.entries) {
    const names = entry.type === 'file' ? (entry.links?.paths ?? []) : [];
    const [first = entry.path] = names;
    const isLast = names.length < 2 || names.at(-1) === entry.path;
    const content = entry.type === 'file' && isLast ? contentDigest(source, entry, buffer) : undefined;
    const link = first === entry.path ? '' : first;
    digest.add(entry, link, content);
    entries?.add(entry, link, content);
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

/** The entry of `--root-entry`: readers take it for the root itself, which is no part of the digest. */
function isRoot({ path }: Entry, origin: Entry | null): boolean {
  return path === '.' && origin === null;
}

function describe(digest: TreeDigest, entries: EntryList | undefined): TreeDescription {
  return { digest: digest.finish(), ...(entries === undefined ? {} : { entries: entries.list() }) };
}
