/**
 * Two archives written by this program. Only blocks that differ, and those explicitly requested, are read. Blocks begin
 * with entries in tree order, so the contents of a shared block are equal.
 */
import { availableParallelism } from 'node:os';
import { MANAGERS } from '../../packages/managers.ts';
import { movedPlaces } from '../../packages/moved-directories.ts';
import type { ArchiveFile } from '../../source/archive-file.ts';
import type { Entry } from '../../tree/entry.ts';
import { COMPARE_BYTES, type SameRanges } from '../compare-entries.ts';
import type { SideName } from '../finding.ts';
import { NotFollowed, UnreadBlocks } from './block-entries.ts';
import { type BlockFile, BlockReader, matchBlocks, openBlocks, type Twin, unproven } from './block-reader.ts';
import { BlockSide } from './block-side.ts';
import type { PartialSource } from './partial-source.ts';

/** If a smaller fraction than this is shared, reading the whole archive is as fast. */
const SHARED_MIN = 0.4;

/** Package database listings are scanned as a whole, so all of their entries must be present. */
const WHOLE_DIRECTORIES: readonly string[] = MANAGERS.flatMap(({ wholeDirectories }) =>
  wholeDirectories.flatMap((path) => movedPlaces(path)),
);

/**
 * Requested in every tree, to identify it and to find out which directories are symlinks. They are read together with
 * what differs. A path missing from this list only costs time: the work is repeated once the path has been requested,
 * with the same result.
 */
const ASKED_PATHS: readonly string[] = [
  ...['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'],
  ...['etc/os-release', 'usr/lib/os-release', 'usr/lib/apk/db/installed', 'usr/lib/opkg/status'],
  ...['usr/lib/sysimage/libdnf5', 'usr/lib/sysimage/rpm/rpmdb.sqlite', 'usr/share/rpm/rpmdb.sqlite'],
];

/** Each has a thread and a dictionary. */
const DECODERS_MAX = 4;

/** Blocks by index, each with the path up to which it is wanted, if not all of it is. */
type Wanted = Iterable<readonly [index: number, until?: string | undefined]>;

export class BlockPair {
  readonly a: BlockSide;
  readonly b: BlockSide;
  /** Maps blocks of A to those of B. */
  readonly #matches: ReadonlyMap<number, number>;
  readonly #back: ReadonlyMap<number, number>;

  private constructor(a: BlockFile, b: BlockFile, matches: ReadonlyMap<number, number>) {
    this.#matches = matches;
    this.#back = new Map([...matches].map(([left, right]) => [right, left]));
    this.a = new BlockSide('a', new BlockReader(a, (index) => twin(this.b, this.#matches.get(index))));
    this.b = new BlockSide('b', new BlockReader(b, (index) => twin(this.a, this.#back.get(index))));
  }

  /** @returns undefined where the archives are not of this kind, or have too little in common */
  static open(a: ArchiveFile, b: ArchiveFile): BlockPair | undefined {
    const left = openBlocks(a);
    const right = openBlocks(b);
    if (left === undefined || right === undefined) return undefined;
    const matches = matchBlocks(left, right);
    const shared = [...matches.keys()].reduce(
      (sum, index) => sum + (left.access.blocks[index]?.uncompressedSize ?? 0),
      0,
    );
    if (shared < SHARED_MIN * Math.max(left.access.size, right.access.size)) return undefined;
    return new BlockPair(left, right, matches);
  }

  /** The number of blocks of A, and how many of them are the same in B. */
  get counts(): { readonly blocks: number; readonly same: number } {
    return { blocks: this.a.reader.count, same: this.#matches.size };
  }

  /**
   * Reads what differs, then whatever is requested, until nothing more is.
   *
   * @param work called with both sides; called again if it requested something that had not been read
   * @returns undefined where blocks of the archives depend on each other in a way that is not followed here
   */
  async run<T>(
    work: (a: PartialSource, b: PartialSource, isKnown: SameRanges) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      // Most archives of other tools are rejected at their first entry.
      await this.a.reader.head(0);
      // Read only to see that they decode on their own.
      const { blocks } = this.a.reader;
      for (const index of unproven(blocks, this.#matches)) await blocks.access.readBlock(index);
      // Decoders run in their own threads, so the rest can be located in the meantime.
      await this.#loadBoth(unmatched(this.a, this.#matches), unmatched(this.b, this.#back), this.#asked());
      // What has been read may reveal that something lies further on.
      for (let asked = await this.#asked(); asked.size > 0; asked = await this.#asked()) {
        await this.#loadBoth(asked, []);
      }
      for (;;) {
        const done = await this.#attempt(work);
        const left = await this.a.missedBlocks();
        await this.#loadBoth(left, []);
        // Shared blocks are now present on both sides.
        const right = await this.b.missedBlocks();
        await this.#loadBoth([], right);
        if (done.unread !== undefined) await this.#loadBoth(wholly(done.unread.a), wholly(done.unread.b));
        else if (left.size === 0 && right.size === 0) return done.result;
      }
    } catch (error) {
      if (error instanceof NotFollowed) return undefined;
      throw error;
    }
  }

  async #attempt<T>(
    work: (a: PartialSource, b: PartialSource, isKnown: SameRanges) => Promise<T>,
  ): Promise<
    { readonly result: T; readonly unread?: undefined } | { readonly unread: UnreadBlocks['blocks'] }
  > {
    const readers = { a: this.a.reader, b: this.b.reader };
    const sources = { a: this.a.source(), b: this.b.source() };
    try {
      return { result: await work(sources.a, sources.b, sameContents(readers, sources, this.#matches)) };
    } catch (error) {
      if (error instanceof UnreadBlocks) return { unread: error.blocks };
      throw error;
    }
  }

  close(): void {
    this.a.reader.close();
    this.b.reader.close();
  }

  /** Unread blocks of A that hold any of the paths above. Blocks that only B has differ, and are read anyway. */
  async #asked(): Promise<Map<number, string | undefined>> {
    const wanted = await this.a.blocksOf(ASKED_PATHS);
    for (const path of WHOLE_DIRECTORIES) {
      const first = await this.a.reader.find(path);
      const last = await this.a.reader.find(`${path}/\xff`);
      for (let index = first; index <= last; index += 1) {
        if (!this.a.reader.isWhole(index)) wanted.set(index, undefined);
      }
    }
    return wanted;
  }

  /** Until no entry is cut on either side. */
  async #loadBoth(a: Wanted, b: Wanted, more?: Promise<Wanted>): Promise<void> {
    await this.#load(a, b, more);
    for (;;) {
      const left = wholly(await this.a.reader.settle());
      const right = wholly(await this.b.reader.settle());
      if (left.length === 0 && right.length === 0) return;
      await this.#load(left, right);
    }
  }

  /**
   * Several at a time, large ones first. A shared block is decompressed once.
   *
   * @param further blocks of A to add
   */
  async #load(a: Wanted, b: Wanted, more: Promise<Wanted> = Promise.resolve([])): Promise<void> {
    const jobs: Job[] = [];
    const queued = { a: new Set<number>(), b: new Set<number>() };
    const add = (role: SideName, index: number, until: string | undefined): void => {
      const { reader } = this[role];
      if (queued[role].has(index) || reader.isWhole(index)) return;
      queued[role].add(index);
      const size = reader.blocks.access.blocks[index]?.packedSize ?? 0;
      jobs.push({ size, run: () => reader.load(index, until) });
      jobs.sort((x, y) => y.size - x.size);
    };
    for (const [index, until] of a) add('a', index, until);
    for (const [index, until] of b) {
      const match = this.#back.get(index);
      if (match === undefined) add('b', index, until);
      else add('a', match, until);
    }
    const added = more.then((wanted) => {
      for (const [index, until] of wanted) add('a', index, until);
    });
    const work = async (): Promise<void> => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job.run();
    };
    const decoders = Math.min(availableParallelism(), DECODERS_MAX);
    const workers = Array.from({ length: decoders }, async () => {
      await work();
      await added;
      await work();
    });
    await Promise.all(workers);
  }
}

interface Job {
  /** Compressed bytes. */
  readonly size: number;
  readonly run: () => Promise<void>;
}

function unmatched({ reader: { blocks } }: BlockSide, matches: ReadonlyMap<number, number>): [number][] {
  return wholly([...blocks.access.blocks.keys()].filter((index) => !matches.has(index)));
}

function wholly(indexes: readonly number[]): [number][] {
  return indexes.map((index) => [index]);
}

function twin({ reader }: BlockSide, index: number | undefined): Twin | undefined {
  return index === undefined ? undefined : { reader, index };
}

// Whether two files are byte-identical, without reading what lies in blocks that both archives share.

/** Bytes of the two uncompressed archives. */
interface RangePair {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** Each pair of entries is compared once. */
function sameContents(
  readers: { readonly a: BlockReader; readonly b: BlockReader },
  sources: { readonly a: PartialSource; readonly b: PartialSource },
  matches: ReadonlyMap<number, number>,
): SameRanges {
  const known = new WeakMap<Entry, { readonly other: Entry; readonly same: boolean }>();
  const buffers = [Buffer.allocUnsafe(COMPARE_BYTES), Buffer.allocUnsafe(COMPARE_BYTES)] as const;

  function areSame(range: RangePair): boolean {
    const unread = { a: readers.a.unread(range.a, range.size), b: readers.b.unread(range.b, range.size) };
    if (unread.a.length > 0 || unread.b.length > 0) throw new UnreadBlocks(unread);
    for (let done = 0; done < range.size; done += COMPARE_BYTES) {
      const length = Math.min(COMPARE_BYTES, range.size - done);
      const [left, right] = buffers.map((buffer) => buffer.subarray(0, length)) as [Buffer, Buffer];
      const isRead =
        readers.a.spool.read(left, range.a + done) === length &&
        readers.b.spool.read(right, range.b + done) === length;
      if (!isRead || !left.equals(right)) return false;
    }
    return true;
  }

  /** The parts of two contents that do not lie at the same place in shared blocks. */
  function* ranges(a: number, b: number, size: number): Generator<RangePair> {
    const end = a + size;
    for (let index = readers.a.blocks.access.blockAt(a); readers.a.startOf(index) < end; index += 1) {
      const from = Math.max(a, readers.a.startOf(index));
      const to = Math.min(end, readers.a.startOf(index + 1));
      const twin = matches.get(index);
      const other = b + from - a;
      if (twin !== undefined && from - readers.a.startOf(index) === other - readers.b.startOf(twin)) continue;
      yield { a: from, b: other, size: to - from };
    }
  }

  return (a, b) => {
    const found = known.get(a);
    if (found?.other === b) return found.same;
    const left = sources.a.placeOf(a);
    const right = sources.b.placeOf(b);
    if (left === undefined || right === undefined) return false;
    let same = true;
    for (const range of ranges(left, right, a.size)) same &&= areSame(range);
    known.set(a, { other: b, same });
    return same;
  };
}
