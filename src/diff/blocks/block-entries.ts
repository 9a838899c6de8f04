/** The entries that begin in one block. Offsets are counted from the beginning of the block. */
import { StillrootError } from '../../errors.ts';
import { CpioParser } from '../../formats/cpio/cpio-parser.ts';
import { paddingAfter } from '../../formats/cpio/newc.ts';
import { type ArchiveEntry, fromCpio, pathOfName } from '../../source/archive-entry.ts';
import { comparePaths } from '../../tree/path.ts';

const MAGIC = '070701';
/** Enough for a header and the longest name. */
export const HEAD_BYTES: number = 16 * 1024;

export interface BlockEntries {
  readonly entries: readonly ArchiveEntry[];
  /** Where the last of them ends; past the end of the block where its last file continues in the next one. */
  readonly end: number;
  /** Whether the trailer has been read. */
  readonly ended: boolean;
}

/** What a block begins with: an entry, the trailer, or the rest of a file. */
export type Head = ArchiveEntry | 'trailer' | 'rest';

/** @param bytes the first bytes of a block: more than a header, or they are taken for the rest of a file */
export function headOf(bytes: Uint8Array): Head {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'rest';
  const parser = new BlockParser(0);
  parser.push(head);
  return parser.first ?? (parser.ended ? 'trailer' : 'rest');
}

/** Where the entry that begins at `offset` ends, padding included. */
export function endOf({ dataOffset, size }: ArchiveEntry): number {
  return dataOffset + size + paddingAfter(size);
}

/** Takes the bytes of a block in pieces of any size. */
export class BlockParser {
  readonly #entries: ArchiveEntry[] = [];
  readonly #parser: CpioParser;
  readonly #lead: number;
  #skip: number;

  /** @param lead bytes of a file that began before the block */
  constructor(lead: number) {
    this.#lead = lead;
    this.#skip = lead;
    this.#parser = new CpioParser('', { entry: (parsed) => this.#add(fromCpio(parsed)) });
  }

  get first(): ArchiveEntry | undefined {
    return this.#entries[0];
  }

  get ended(): boolean {
    return this.#parser.endMarked;
  }

  /** @throws NotFollowed where it is malformed; the reader of whole archives says how */
  push(bytes: Uint8Array): void {
    const lead = Math.min(this.#skip, bytes.length);
    this.#skip -= lead;
    try {
      if (lead < bytes.length) this.#parser.push(lead === 0 ? bytes : bytes.subarray(lead));
    } catch (error) {
      throw error instanceof StillrootError ? new NotFollowed() : error;
    }
  }

  /**
   * The entries up to and including a path, once what follows them has been seen: by then everything about the path and
   * its contents is known.
   *
   * @returns undefined where more has to be read
   */
  upTo(path: string): { readonly known: BlockEntries; readonly next: string } | undefined {
    const next = this.#entries.at(-1);
    if (next === undefined || comparePaths(next.name, path) <= 0) return undefined;
    const entries = this.#entries.slice(0, -1);
    const last = entries.at(-1);
    if (last === undefined || isParent(last, next.name)) return undefined;
    return { known: { entries, end: next.offset, ended: false }, next: next.name };
  }

  /**
   * @param size bytes of the block, which were all pushed
   * @throws NotFollowed where the block ends inside a header, which never happens in archives written by this program
   */
  finish(size: number): BlockEntries {
    const last = this.#entries.at(-1);
    const end = last === undefined ? this.#lead : endOf(last);
    if (!this.ended && end < size) throw new NotFollowed();
    return { entries: this.#entries, end, ended: this.ended };
  }

  /** Only entries in tree order, named by their path, can be looked up by position. */
  #add(entry: ArchiveEntry): void {
    const last = this.#entries.at(-1);
    if (entry.name !== '.' && pathOfName(entry.name, '') !== entry.name) throw new NotFollowed();
    if (last !== undefined && !isBefore(last, entry)) throw new NotFollowed();
    const { offset, dataOffset } = entry;
    const lead = this.#lead;
    this.#entries.push(
      lead === 0 ? entry : { ...entry, offset: lead + offset, dataOffset: lead + dataOffset },
    );
  }
}

/** The entry of the root precedes all others, regardless of their names. */
export function isBefore(a: ArchiveEntry, b: ArchiveEntry): boolean {
  return a.name === '.' || comparePaths(a.name, b.name) < 0;
}

/** The entry that follows shows whether a directory is empty. */
export function isParent({ type, name }: ArchiveEntry, next: string): boolean {
  return type === 'directory' && next.startsWith(`${name}/`);
}

/**
 * What is known, by path, of files that have only some of their names among these entries. In blocks that both archives
 * share, the other names are the same, and so is the content if it is stored there; so two sides that agree here have
 * the same file.
 */
export function openGroups(entries: readonly ArchiveEntry[]): Map<string, string> {
  const groups = new Map<string, ArchiveEntry[]>();
  for (const entry of entries) {
    if (entry.type !== 'file' || entry.identity === '') continue;
    const others = groups.get(entry.identity);
    if (others === undefined) groups.set(entry.identity, [entry]);
    else others.push(entry);
  }
  const open = new Map<string, string>();
  for (const [identity, members] of groups) {
    if (members.every(({ nlink }) => nlink <= members.length)) continue;
    const known = members.map(({ name, nlink, size }) => [name, nlink, size]);
    for (const { name } of members) open.set(name, JSON.stringify([identity, known]));
  }
  return open;
}

/** @param differing paths with any difference */
export function areSameGroups(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
  differing: ReadonlySet<string>,
): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([path, known]) => b.get(path) === known && !differing.has(path));
}

/**
 * What makes the shortcut impossible: the archive was not written by this program, or its blocks depend on each other
 * in a way not followed here.
 */
export class NotFollowed extends Error {}

/** Content was requested that lies in unread blocks. The catcher reads them and starts over. */
export class UnreadBlocks extends Error {
  /** Block indexes by side. */
  readonly blocks: { readonly a: readonly number[]; readonly b: readonly number[] };

  constructor(blocks: UnreadBlocks['blocks']) {
    super('blocks have to be read');
    this.blocks = blocks;
  }
}
