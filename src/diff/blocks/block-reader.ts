/**
 * Reads blocks of an archive written by this program, and finds out which entries are in them. Blocks begin with
 * entries in tree order, except those that continue a file larger than a block.
 */
import type { ArchiveEntry } from '../../source/archive-entry.ts';
import type { ArchiveFile, BlockAccess, Compression } from '../../source/archive-file.ts';
import { areSameBytes } from '../../source/input-file.ts';
import { DEFAULT_SPOOL_DIRECTORY, Spool } from '../../source/spool.ts';
import { comparePaths } from '../../tree/path.ts';
import {
  type BlockEntries,
  BlockParser,
  endOf,
  HEAD_BYTES,
  type Head,
  headOf,
  isParent,
  NotFollowed,
} from './block-entries.ts';

/** Bytes read at a time for later parsing. */
const PARSE_BYTES = 256 * 1024;

/** A block of the other archive with the same bytes. */
export interface Twin {
  readonly reader: BlockReader;
  readonly index: number;
}

interface ReadBlock {
  /** Undefined until it is known where the first entry begins. */
  readonly known: BlockEntries | undefined;
  /** How many of its first bytes are in the spool. */
  readonly bytes: number;
  /** The name of the first unknown entry, where not all of the block was read. */
  readonly next: string | undefined;
}

export class BlockReader {
  readonly blocks: BlockFile;
  readonly spool: Spool;
  readonly #twinOf: (index: number) => Twin | undefined;
  readonly #read = new Map<number, ReadBlock>();
  readonly #heads = new Map<number, Head>();
  /** For blocks that begin with the rest of a file: the block whose first entry is that file. */
  readonly #covers = new Map<number, number>();

  constructor(blocks: BlockFile, twinOf: (index: number) => Twin | undefined) {
    this.blocks = blocks;
    this.#twinOf = twinOf;
    this.spool = new Spool(DEFAULT_SPOOL_DIRECTORY, `the decompressed content of ${blocks.file.name}`);
  }

  get count(): number {
    return this.blocks.access.blocks.length;
  }

  /** Where a block begins in the uncompressed archive; for the index after the last block, the size of the archive. */
  startOf(index: number): number {
    return this.blocks.access.blocks[index]?.uncompressedOffset ?? this.blocks.access.size;
  }

  isWhole(index: number): boolean {
    return this.#read.get(index)?.bytes === this.#sizeOf(index);
  }

  get(index: number): ReadBlock | undefined {
    return this.#read.get(index);
  }

  /** Indexes of the blocks that have been read, ascending. */
  indexes(): number[] {
    return [...this.#read.keys()].sort((x, y) => x - y);
  }

  /** What a block begins with, where that is known. */
  knownHead(index: number): Head | undefined {
    const own = this.#heads.get(index);
    const twin = this.#twinOf(index);
    return own !== undefined || twin === undefined ? own : twin.reader.#heads.get(twin.index);
  }

  /**
   * The file that a block continues, where it began in a block that need not be read for that; its offset is counted
   * from the beginning of the archive.
   */
  coverOf(index: number): ArchiveEntry | undefined {
    const from = this.#covers.get(index);
    const head = from === undefined ? undefined : this.knownHead(from);
    if (from === undefined || head === undefined || head === 'trailer' || head === 'rest') return undefined;
    return shifted(head, this.startOf(from));
  }

  /**
   * Reads a block, and fills in the other side's too if it has the same one.
   *
   * @param until only what the block says about this path and those before it is wanted
   */
  async load(index: number, until?: string): Promise<void> {
    const twin = this.#twinOf(index);
    let parser: BlockParser | undefined;
    let bytes = 0;
    let part: ReturnType<BlockParser['upTo']>;
    for await (const piece of this.blocks.access.stream(index, index + 1)) {
      if (bytes === 0) {
        const head = headOf(piece);
        this.#heads.set(index, head);
        if (head !== 'rest') parser = new BlockParser(0);
      }
      this.spool.write(piece, this.startOf(index) + bytes);
      if (twin !== undefined) twin.reader.spool.write(piece, twin.reader.startOf(twin.index) + bytes);
      bytes += piece.length;
      parser?.push(piece);
      part = until === undefined ? undefined : parser?.upTo(until);
      if (part !== undefined) break;
    }
    const block: ReadBlock =
      part === undefined
        ? { known: parser?.finish(bytes), bytes, next: undefined }
        : { known: part.known, bytes: part.known.end, next: part.next };
    this.#read.set(index, block);
    if (twin !== undefined) twin.reader.#read.set(twin.index, block);
  }

  /**
   * Finds out where the entries begin in blocks that begin with the rest of a file, and whether entries are cut off.
   *
   * @returns blocks that have to be read for that; none where everything is known
   */
  async settle(): Promise<number[]> {
    const wanted = new Set<number>();
    for (const index of this.indexes()) {
      const block = this.#read.get(index) as ReadBlock;
      if (block.known === undefined) {
        const lead = await this.#lead(index, wanted);
        if (lead !== undefined) this.#read.set(index, { ...block, known: this.#parse(index, lead) });
      } else if (this.#isKnown(index - 1)) {
        // Not so where the rest of a file looks like an entry.
        const lead = block.known.entries[0]?.offset ?? block.known.end;
        if (this.#endOf(index - 1) !== this.startOf(index) + lead) throw new NotFollowed();
      }
    }
    for (const index of this.indexes()) {
      const block = this.#read.get(index) as ReadBlock;
      const next = index + 1;
      if (block.known === undefined || block.next !== undefined || next === this.count) continue;
      if (block.known.ended) throw new NotFollowed();
      if (this.#endOf(index) > this.startOf(next) || this.#read.has(next)) continue;
      const head = await this.head(next);
      if (head === 'rest') throw new NotFollowed();
      const last = block.known.entries.at(-1);
      if (head !== 'trailer' && last !== undefined && isParent(last, head.name)) wanted.add(next);
    }
    return [...wanted];
  }

  /** Bytes of a file at the beginning of a block; undefined where another block has to be read first. */
  async #lead(index: number, wanted: Set<number>): Promise<number | undefined> {
    const before = index - 1;
    const start = this.startOf(index);
    if (this.#isKnown(before)) {
      const lead = this.#endOf(before) - start;
      if (lead <= 0) throw new NotFollowed();
      return lead;
    }
    let from = before;
    while (from >= 0 && (await this.head(from)) === 'rest') from -= 1;
    const head = from < 0 ? 'rest' : await this.head(from);
    if (head === 'rest' || head === 'trailer') throw new NotFollowed();
    const end = this.startOf(from) + endOf(head);
    if (end > start) {
      this.#covers.set(index, from);
      return end - start;
    }
    // Any file but the first of its block, in this block or a later one.
    if (!this.#isKnown(from)) wanted.add(from);
    else if (this.#endOf(from) > start) return this.#endOf(from) - start;
    else if (!this.isWhole(before)) wanted.add(before);
    return undefined;
  }

  #parse(index: number, lead: number): BlockEntries {
    const start = this.startOf(index);
    const size = this.#sizeOf(index);
    const parser = new BlockParser(0);
    const buffer = Buffer.allocUnsafe(PARSE_BYTES);
    for (let at = Math.min(lead, size); at < size && !parser.ended; ) {
      const count = this.spool.read(buffer.subarray(0, Math.min(PARSE_BYTES, size - at)), start + at);
      if (count === 0) throw new NotFollowed();
      at += count;
      parser.push(buffer.subarray(0, count));
    }
    if (lead >= size) return { entries: [], end: lead, ended: false };
    const { entries, end, ended } = parser.finish(size - lead);
    return { entries: entries.map((entry) => shifted(entry, lead)), end: lead + end, ended };
  }

  /**
   * Index of the block in which a path is, or would be. Among blocks that begin with the rest of a file, the first
   * candidate: once that is read, the answer may change.
   */
  async find(path: string): Promise<number> {
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      let middle = (low + high) >> 1;
      let head = await this.head(middle);
      while (head === 'rest' && middle > low + 1) {
        middle -= 1;
        head = await this.head(middle);
      }
      if (head === 'rest') {
        // Blocks low + 1 to middle continue a file; what follows them decides.
        middle = (low + high) >> 1;
        while (head === 'rest' && middle + 1 < high) {
          middle += 1;
          head = await this.head(middle);
        }
        if (head === 'rest') break;
      }
      if (head !== 'trailer' && comparePaths(head.name, path) <= 0) low = middle;
      else high = middle;
    }
    let index = low;
    // All remaining candidates begin with the rest of a file.
    while (index + 1 < high) {
      const cut = await this.#cutEntry(index);
      if (cut === undefined || comparePaths(path, cut.name) <= 0) break;
      const behind = this.blocks.access.blockAt(Math.min(cut.end, this.startOf(high) - 1));
      if (behind <= index) throw new NotFollowed();
      index = behind;
    }
    return index;
  }

  /** The file that continues in the next block, and where it ends; undefined where that is not known. */
  async #cutEntry(index: number): Promise<{ readonly name: string; readonly end: number } | undefined> {
    const head = await this.head(index);
    const known = this.#isKnown(index) ? this.#read.get(index)?.known?.entries.at(-1) : undefined;
    for (const entry of [head, known]) {
      if (entry === undefined || entry === 'rest' || entry === 'trailer') continue;
      const end = this.startOf(index) + endOf(entry);
      if (end > this.startOf(index + 1)) return { name: entry.name, end };
    }
    return undefined;
  }

  /** What a block begins with. If the block has not been read, only its beginning is decompressed. */
  async head(index: number): Promise<Head> {
    const known = this.knownHead(index);
    if (known !== undefined) return known;
    const head = headOf(await this.blocks.access.readBeginning(index, HEAD_BYTES));
    this.#heads.set(index, head);
    return head;
  }

  /** Blocks that hold some of these bytes of the uncompressed archive and have not been read that far. */
  unread(offset: number, size: number): number[] {
    const found: number[] = [];
    const end = offset + size;
    for (let index = this.blocks.access.blockAt(offset); index < this.count; index += 1) {
      const start = this.startOf(index);
      if (start >= end) break;
      const needed = Math.min(end, this.startOf(index + 1)) - start;
      if ((this.#read.get(index)?.bytes ?? 0) < needed) found.push(index);
    }
    return found;
  }

  close(): void {
    this.spool.close();
  }

  /** Whether a block has been read and parsed completely. */
  #isKnown(index: number): boolean {
    return this.isWhole(index) && this.#read.get(index)?.known !== undefined;
  }

  #sizeOf(index: number): number {
    return this.startOf(index + 1) - this.startOf(index);
  }

  /** Where the entries of a block end, in the uncompressed archive. */
  #endOf(index: number): number {
    return this.startOf(index) + (this.#read.get(index)?.known?.end ?? 0);
  }
}

/** The same entry, with its offsets shifted. */
export function shifted(entry: ArchiveEntry, by: number): ArchiveEntry {
  return { ...entry, offset: entry.offset + by, dataOffset: entry.dataOffset + by };
}

// Which blocks of two files are byte-identical. Their content is the same and need not be decompressed.

export interface BlockFile {
  readonly file: ArchiveFile;
  readonly compression: Compression;
  readonly access: BlockAccess;
}

/**
 * The only member of the file, if it has several blocks. Files with a boot configuration are left to the
 * complete reader.
 */
export function openBlocks(file: ArchiveFile): BlockFile | undefined {
  if (file.end !== file.size) return undefined;
  const member = file.memberAt(0);
  if (member?.offset !== 0) return undefined;
  const access = member.random();
  if (access?.kind !== 'blocks' || access.blocks.length < 2) return undefined;
  return file.memberAt(access.nextOffset) === undefined
    ? { file, compression: member.compression, access }
    : undefined;
}

/** Maps the index of each shared block in A to its index in B; both ascend. */
export function matchBlocks(a: BlockFile, b: BlockFile): Map<number, number> {
  const places = new Map<string, number[]>();
  b.access.blocks.forEach((block, index) => {
    const key = keyOf(block);
    places.set(key, [...(places.get(key) ?? []), index]);
  });
  const matches = new Map<number, number>();
  let next = 0;
  a.access.blocks.forEach((block, index) => {
    const found = places.get(keyOf(block))?.find((other) => other >= next && areEqual(a, index, b, other));
    if (found === undefined) return;
    matches.set(index, found);
    next = found + 1;
  });
  return matches;
}

/**
 * The shared blocks whose content does not follow from their bytes alone in a file made to mislead: those behind what
 * the two files do not share, as far as a block reaches back.
 *
 * @param matches indexes of shared blocks, of A and of B
 * @returns indexes of A
 */
export function unproven(a: BlockFile, matches: ReadonlyMap<number, number>): number[] {
  const { blocks, reach } = a.access;
  const found: number[] = [];
  // Bytes of content in front of the block that both have; at the beginning of both nothing else can be.
  let shared = Number.POSITIVE_INFINITY;
  let before = -1;
  for (const [index, other] of [...matches].sort(([x], [y]) => x - y)) {
    const isNext = index === 0 ? other === 0 : before === index - 1 && matches.get(before) === other - 1;
    if (!isNext) shared = 0;
    if (shared < reach) found.push(index);
    shared += blocks[index]?.uncompressedSize ?? 0;
    before = index;
  }
  return found;
}

type Block = BlockAccess['blocks'][number];

function keyOf({ packedSize, uncompressedSize, check }: Block): string {
  return `${packedSize} ${uncompressedSize} ${check}`;
}

/** Compares header, compressed data and check: everything a block consists of. */
function areEqual(a: BlockFile, index: number, b: BlockFile, other: number): boolean {
  const left = a.access.blocks[index] as Block;
  const right = b.access.blocks[other] as Block;
  const places = [
    { file: a.file, offset: left.offset },
    { file: b.file, offset: right.offset },
  ] as const;
  return areSameBytes(...places, left.packedSize);
}
