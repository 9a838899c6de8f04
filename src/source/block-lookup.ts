/**
 * Finds paths in an archive written by stillroot without decompressing all of it: its blocks begin with entries in
 * tree order, except for the later parts of a large file, so the block is found by binary search. Any other archive
 * is detected, or nothing is found; either way the caller then reads the archive from its beginning.
 */
import { CpioParser } from '../formats/cpio/cpio-parser.ts';
import { MAGIC, paddingAfter } from '../formats/cpio/newc.ts';
import { comparePaths } from '../tree/path.ts';
import { type ArchiveEntry, fromCpio, pathOfName } from './archive-entry.ts';
import type { ArchiveFile, BlockAccess } from './archive-file.ts';
import { type ArchiveParser, HEAD_SIZE, startArchive } from './archive-parser.ts';
import { kindOfEntry } from './early-archives.ts';
import { type ReadLimits, readLimits } from './read-limits.ts';

/** A found entry; offsets are counted in the uncompressed bytes of the member that was searched. */
export interface FoundEntries {
  readonly entries: readonly ArchiveEntry[];
  /** 0 where nothing precedes the archive. */
  readonly segment: number;
}

/** A larger block is not held in memory. Stillroot writes at most 112 MiB. */
const MAX_BLOCK_SIZE: number = 128 * 1024 * 1024;

export class BlockLookUp {
  /** Blocks that were decompressed as a whole. */
  readonly blocks: Set<number> = new Set();
  /** Number of block beginnings decoded. */
  probes = 0;
  readonly #file: ArchiveFile;
  readonly #limits: ReadLimits;
  readonly #onBlock: (bytes: Uint8Array, offset: number) => void;
  /** First name of a block; null where it does not begin with an entry. */
  readonly #heads = new Map<number, string | null>();
  #held: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  /** @param onBlock called once for each block decompressed as a whole, with its offset in the uncompressed bytes */
  constructor(
    file: ArchiveFile,
    limits: Partial<ReadLimits> = {},
    onBlock: (bytes: Uint8Array, offset: number) => void = () => {},
  ) {
    this.#file = file;
    this.#limits = readLimits(limits);
    this.#onBlock = onBlock;
  }

  /**
   * @param wanted paths, each with everything below it
   * @returns undefined where the file is not such an archive, or lacks some of the paths where they belong
   */
  async find(wanted: readonly string[]): Promise<FoundEntries | undefined> {
    const place = this.#findBlocks(wanted);
    if (place === undefined) return undefined;
    const found = new Map<string, ArchiveEntry>();
    for (const path of wanted) {
      if (found.has(path)) continue;
      const entries = await this.#findPath(place.access, path);
      if (entries === undefined) return undefined;
      for (const entry of entries) found.set(entry.name, entry);
    }
    const entries = [...found].sort(([a], [b]) => comparePaths(a, b)).map(([, entry]) => entry);
    return { entries, segment: place.segment };
  }

  /** The last member of the file, where only early archives precede it. */
  #findBlocks(wanted: readonly string[]): { access: BlockAccess; segment: number } | undefined {
    // The contents of early archives are not looked up.
    if (wanted.some((path) => kindOfEntry(path, 'file') === 'early' || path === 'kernel')) return undefined;
    let offset = 0;
    for (let segment = 0; ; segment += 1) {
      const member = this.#file.memberAt(offset);
      const access = member?.random();
      if (member === undefined || access === undefined) return undefined;
      if (access.kind === 'blocks') {
        const isLast = this.#file.memberAt(access.nextOffset) === undefined;
        return isLast && access.blocks.length > 1 ? { access, segment } : undefined;
      }
      const end = this.#passEarly(member.offset, access.size);
      if (end === undefined) return undefined;
      offset = end;
    }
  }

  /** @returns the offset after the archive; undefined where it is not an early one */
  #passEarly(start: number, size: number): number | undefined {
    let isEarly = true;
    const onEntry = ({ name, type }: ArchiveEntry): void => {
      isEarly &&= kindOfEntry(pathOfName(name, this.#file.name), type) !== 'tree';
    };
    const head = this.#file.read(start, HEAD_SIZE);
    const parser: ArchiveParser | undefined = startArchive(
      head,
      this.#file.name,
      { entry: onEntry },
      this.#limits,
    );
    if (parser === undefined) return undefined;
    let offset = start;
    while (!parser.ended && offset < start + size && isEarly) {
      const bytes = this.#file.read(offset, READ_SIZE);
      if (bytes.length === 0) return undefined;
      offset += parser.push(bytes);
      const unread = Math.min(parser.skippable, start + size - offset);
      parser.skip(unread);
      offset += unread;
    }
    return isEarly && parser.ended && parser.format !== 'tar' ? offset : undefined;
  }

  async #findPath(access: BlockAccess, path: string): Promise<ArchiveEntry[] | undefined> {
    const first = await this.#searchBlock(access, path);
    if (first === undefined) return undefined;
    const start = access.blocks[first]?.uncompressedOffset ?? 0;
    const found: ArchiveEntry[] = [];
    let last: ArchiveEntry | undefined;
    let isOrdered = true;
    const onEntry = (entry: ArchiveEntry): void => {
      isOrdered &&= last === undefined || last.name === ROOT || comparePaths(last.name, entry.name) < 0;
      last = entry;
      if (entry.name !== path && !isBelow(path, entry.name)) return;
      const { offset, dataOffset } = entry;
      found.push({ ...entry, offset: start + offset, dataOffset: start + dataOffset });
    };
    const parser = new CpioParser(
      this.#file.name,
      { entry: (parsed) => onEntry(fromCpio(parsed)) },
      this.#limits,
    );
    for (let index = first; index < access.blocks.length; index += 1) {
      // Its first entry shows whether the wanted entries continue here, except for the rest of a file.
      if (index > first && parser.skippable === 0) {
        const head = await this.#head(access, index);
        if (head === null) return undefined;
        if (!isBelow(path, head)) break;
      }
      const bytes = await this.#block(access, index);
      if (bytes === undefined) return undefined;
      const used = parser.push(bytes);
      // A block that began inside a file, with bytes that happen to look like an entry, does not end where an entry ends.
      if (used < bytes.length || !isOrdered || (parser.ended && index + 1 < access.blocks.length))
        return undefined;
      const end = start + (last === undefined ? 0 : endOf(last));
      const blockEnd = (access.blocks[index]?.uncompressedOffset ?? 0) + bytes.length;
      if (!parser.ended && end < blockEnd) return undefined;
      // The rest of the last entry, in the next block, is wanted only if the entry is.
      if (last !== undefined && found.at(-1)?.name !== last.name) break;
    }
    return found[0]?.name === path ? found : undefined;
  }

  /** The last block whose first entry does not come after the path. */
  async #searchBlock(access: BlockAccess, path: string): Promise<number | undefined> {
    let low = 0;
    let high = access.blocks.length;
    let lowHead = await this.#head(access, 0);
    let highHead: string | undefined;
    // The first entry of an archive may be the root.
    if (lowHead === null || (lowHead !== ROOT && comparePaths(lowHead, path) > 0)) return undefined;
    while (high - low > 1) {
      let middle = Math.floor((low + high) / 2);
      let head = await this.#head(access, middle);
      // The later parts of a large file do not begin with an entry; the file itself began in an earlier block.
      while (head === null && middle > low + 1) {
        middle -= 1;
        head = await this.#head(access, middle);
      }
      if (head === null) {
        // All from low + 1 up to the old middle are parts: continue after them.
        const next = await this.#nextHead(access, low + 1, high);
        if (next === undefined || comparePaths(next.head, path) > 0) break;
        middle = next.index;
        head = next.head;
      }
      const isAscending =
        (lowHead === ROOT || comparePaths(lowHead as string, head) < 0) &&
        (highHead === undefined || comparePaths(head, highHead) < 0);
      if (!isAscending) return undefined;
      if (comparePaths(head, path) <= 0) {
        low = middle;
        lowHead = head;
      } else {
        high = middle;
        highHead = head;
      }
    }
    return low;
  }

  async #nextHead(
    access: BlockAccess,
    from: number,
    end: number,
  ): Promise<{ index: number; head: string } | undefined> {
    for (let index = from; index < end; index += 1) {
      const head = await this.#head(access, index);
      if (head !== null) return { index, head };
    }
    return undefined;
  }

  /** Name of the entry with which a block begins. */
  async #head(access: BlockAccess, index: number): Promise<string | null> {
    const known = this.#heads.get(index);
    if (known !== undefined) return known;
    const head = await this.#probe(access, index);
    this.#heads.set(index, head);
    return head;
  }

  async #probe(access: BlockAccess, index: number): Promise<string | null> {
    this.probes += 1;
    let name: string | null = null;
    const parser = new CpioParser(this.#file.name, {
      entry: (entry) => {
        name ??= entry.name;
      },
    });
    const bytes = Buffer.from(await access.readBeginning(index, PROBE_SIZE));
    if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
    // Only the first header is wanted; the bytes after it may end anywhere.
    parser.push(bytes);
    // The trailer comes after every entry, and can begin a block.
    return name ?? (parser.ended ? LAST : null);
  }

  async #block(access: BlockAccess, index: number): Promise<Uint8Array | undefined> {
    if (this.#held?.index === index) return this.#held.bytes;
    const block = access.blocks[index];
    const size = block?.uncompressedSize ?? 0;
    if (size > MAX_BLOCK_SIZE) return undefined;
    const bytes = await access.readBlock(index);
    if (!this.blocks.has(index)) this.#onBlock(bytes, block?.uncompressedOffset ?? 0);
    this.blocks.add(index);
    this.#held = { index, bytes };
    return bytes;
  }
}

/** The name of an entry for the root itself; it comes first. */
const ROOT = '.';
const READ_SIZE = 64 * 1024;
/** A header with the longest name, and a bit more. */
const PROBE_SIZE = 16 * 1024;
/** Sorts after every name. */
const LAST = '\xff'.repeat(4096);

function isBelow(directory: string, path: string): boolean {
  return path.length > directory.length && path[directory.length] === '/' && path.startsWith(directory);
}

/** Where the next entry begins. */
function endOf({ dataOffset, size }: ArchiveEntry): number {
  return dataOffset + size + paddingAfter(size);
}
