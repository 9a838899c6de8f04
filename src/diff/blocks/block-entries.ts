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
  /** Behind the last of them; more than the block has where its last file goes on in the next one. */
  readonly end: number;
  /** Whether the trailer is there. */
  readonly ended: boolean;
}

/** What begins a block: an entry, the trailer, or the rest of a file. */
export type Head = ArchiveEntry | 'trailer' | 'rest';

/** @param bytes the first of a block: more than a header, or they are taken for the rest of a file */
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
   * The entries up to and with a path, as soon as what comes behind them has been met: all that is said of the path is
   * known then, and so is what is in it.
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
   * @throws NotFollowed where the block ends inside a header, as none of ours does
   */
  finish(size: number): BlockEntries {
    const last = this.#entries.at(-1);
    const end = last === undefined ? this.#lead : endOf(last);
    if (!this.ended && end < size) throw new NotFollowed();
    return { entries: this.#entries, end, ended: this.ended };
  }

  /** Only what is in tree order, and has its path for a name, can be found by where it should be. */
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

/** The entry of the root stands in front of all others, whatever they are called. */
export function isBefore(a: ArchiveEntry, b: ArchiveEntry): boolean {
  return a.name === '.' || comparePaths(a.name, b.name) < 0;
}

/** Whether a directory is empty is seen from what comes next. */
export function isParent({ type, name }: ArchiveEntry, next: string): boolean {
  return type === 'directory' && next.startsWith(`${name}/`);
}

/**
 * Files of which not all names are among these entries: what is known of each, by path. In blocks that both archives
 * have, the other names are the same, and so is the content if it stands there; so two sides that say the same here have
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

/** @param differing paths of which something differs */
export function areSameGroups(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
  differing: ReadonlySet<string>,
): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([path, known]) => b.get(path) === known && !differing.has(path));
}

/** What makes the shortcut impossible: the archive is none of ours, or ties blocks together in a way not followed here. */
export class NotFollowed extends Error {}

/** Content was asked for that lies in blocks which are not read. Caught where they are: all is done again with them. */
export class UnreadBlocks extends Error {
  /** Indexes by side. */
  readonly blocks: { readonly a: readonly number[]; readonly b: readonly number[] };

  constructor(blocks: UnreadBlocks['blocks']) {
    super('blocks have to be read');
    this.blocks = blocks;
  }
}
