/** An archive of ours of which some blocks are read, as a source. */
import { CpioParser } from '../../cpio/cpio-parser.ts';
import { paddingAfter } from '../../cpio/newc.ts';
import { fromCpio } from '../../source/archive-entry.ts';
import { ArchiveTreeBuilder } from '../../source/archive-tree.ts';
import { READ_LIMITS } from '../../source/read-limits.ts';
import type { Source } from '../../source/source.ts';
import { DEFAULT_SPOOL_DIRECTORY, Spool } from '../../source/spool.ts';
import { comparePaths } from '../../tree/path.ts';
import type { ArchiveLayer, HeaderFacts } from '../archive-layer.ts';
import type { LayerSide } from '../compare-layers.ts';
import type { BlockFile } from './match-blocks.ts';
import { PartialSource } from './partial-source.ts';
import { PartialTree, type PathRange } from './partial-tree.ts';

const MAGIC = '070701';
/** Enough for a header and the longest name. */
const HEAD_BYTES = 16 * 1024;
/** How much of a spooled block is parsed at once: headers follow each other, and contents are skipped. */
const PARSE_BYTES = 16 * 1024;

/** What makes the shortcut impossible: the archive is none of ours, or ties blocks together in a way not followed here. */
export class NotFollowed extends Error {}

interface Run {
  readonly first: number;
  /** Of the last block of the run. */
  readonly last: number;
}

export class BlockSide {
  readonly blocks: BlockFile;
  readonly #spool: Spool;
  readonly #loaded = new Set<number>();
  /** First name of a block; null where the rest of a file begins it; '' behind the last entry. */
  readonly #heads = new Map<number, string | null>();
  readonly missed: Set<string> = new Set();
  /** Paths of which is known that the archive does not have them. */
  readonly #absent = new Set<string>();
  #headers: HeaderFacts[] = [];

  constructor(blocks: BlockFile) {
    this.blocks = blocks;
    this.#spool = new Spool(DEFAULT_SPOOL_DIRECTORY, blocks.file.name);
  }

  isLoaded(index: number): boolean {
    return this.#loaded.has(index);
  }

  /** Of what was read by the last source. The digests are of no archive, and no two are equal. */
  layer(): LayerSide {
    const { file, access } = this.blocks;
    const sizes = access.blocks.map(({ uncompressedSize }) => uncompressedSize);
    const layer: ArchiveLayer = {
      fileSize: file.size,
      members: [{ compression: 'xz', blocks: sizes }],
      formats: ['newc'],
      headers: this.#headers,
      payloadDigest: file.name,
      fileDigest: file.name,
    };
    return { layer, early: new Uint8Array(0), root: undefined };
  }

  /**
   * Reads a block, for itself and for the other side where that has the same one.
   *
   * @param twin index of the block on the other side
   */
  async load(index: number, other?: BlockSide, twin?: number): Promise<void> {
    let offset = 0;
    for await (const piece of this.blocks.access.stream(index, index + 1)) {
      this.#take(index, piece, offset);
      if (other !== undefined && twin !== undefined) other.#take(twin, piece, offset);
      offset += piece.length;
    }
    this.#loaded.add(index);
    if (other !== undefined && twin !== undefined) other.#loaded.add(twin);
  }

  #take(index: number, piece: Uint8Array, offset: number): void {
    if (offset === 0) this.#heads.set(index, headOf(piece));
    this.#spool.write(piece, this.#startOf(index) + offset);
  }

  /** Blocks that have to be read as well, for no entry to be cut: none where all runs are whole. */
  async incomplete(): Promise<number[]> {
    const wanted: number[] = [];
    for (const { first, last } of this.#runs()) {
      if (this.#heads.get(first) === null) {
        wanted.push(first - 1);
        continue;
      }
      const { end, lastEntry } = this.#parse({ first, last });
      if (last + 1 === this.blocks.access.blocks.length) continue;
      const isCut = end > this.#startOf(last + 1);
      const head = await this.head(last + 1);
      // Whether a directory is empty is seen from what comes next.
      const isParent = lastEntry?.isDirectory === true && head?.startsWith(`${lastEntry.name}/`) === true;
      if (isCut || isParent || head === null) wanted.push(last + 1);
    }
    return wanted;
  }

  /** Index of the block in which a path is, or would be. */
  async find(path: string): Promise<number> {
    let low = 0;
    let high = this.blocks.access.blocks.length;
    while (high - low > 1) {
      let middle = (low + high) >> 1;
      let head = await this.head(middle);
      while (head === null && middle > low + 1) {
        middle -= 1;
        head = await this.head(middle);
      }
      if (head === null) {
        // Blocks low + 1 up to the middle go on with a file; what is behind them decides.
        middle = (low + high) >> 1;
        while (head === null && middle + 1 < high) {
          middle += 1;
          head = await this.head(middle);
        }
        if (head === null) break;
      }
      if (head !== '' && comparePaths(head, path) <= 0) low = middle;
      else high = middle;
    }
    return low;
  }

  /** First name of a block. Of one that is not read only its beginning is decompressed. */
  async head(index: number): Promise<string | null> {
    const known = this.#heads.get(index);
    if (known !== undefined) return known;
    const pieces = this.blocks.access.stream(index, index + 1);
    let head: string | null = null;
    try {
      for await (const piece of pieces) {
        head = headOf(piece);
        break;
      }
    } finally {
      await pieces.return();
    }
    this.#heads.set(index, head);
    return head;
  }

  /** Blocks of the paths that were asked for and are not read; those that are read now have no such path. */
  async missedBlocks(): Promise<number[]> {
    const wanted = new Set<number>();
    for (const path of this.missed) {
      const index = await this.find(path);
      if (this.#loaded.has(index)) this.#absent.add(path);
      else wanted.add(index);
    }
    this.missed.clear();
    return [...wanted];
  }

  source(): Source {
    const { name } = this.blocks.file;
    const builder = new ArchiveTreeBuilder(name, READ_LIMITS);
    builder.begin({ name, base: 0, spooled: true });
    const ranges: PathRange[] = [];
    this.#headers = [];
    for (const run of this.#runs()) {
      const { entries } = this.#parse(run);
      for (const entry of entries) builder.add(entry);
      this.#headers.push(
        ...entries.map(({ name: path, inode, nlink }) => ({ name: path, inode, nlink, segment: 0 })),
      );
      const isLast = run.last + 1 === this.blocks.access.blocks.length;
      const end = isLast ? undefined : (this.#heads.get(run.last + 1) ?? entries.at(-1)?.name);
      if (entries[0] !== undefined)
        ranges.push({ first: run.first === 0 ? '' : entries[0].name, end: end === '' ? undefined : end });
    }
    const { tree, places, warnings } = builder.finish();
    const links = tree.entries.some((entry) => entry.type === 'file' && (entry.links?.outside ?? 0) > 0);
    // The other names, and with them the content, may be in any block.
    if (links) throw new NotFollowed();
    const implied = new Set(
      warnings.flatMap(({ code, path }) => (code === 'implied-directory' ? [path] : [])),
    );
    const onMiss = (path: string): void => {
      if (!this.#absent.has(path)) this.missed.add(path);
    };
    const others = warnings.filter(({ code }) => code !== 'implied-directory');
    return new PartialSource(name, new PartialTree(tree.root, tree.entries, { implied, ranges, onMiss }), {
      places,
      warnings: others,
      spool: this.#spool,
    });
  }

  close(): void {
    this.#spool.close();
  }

  #startOf(index: number): number {
    return this.blocks.access.blocks[index]?.uncompressedOffset ?? this.blocks.access.size;
  }

  #runs(): Run[] {
    const runs: { first: number; last: number }[] = [];
    for (const index of [...this.#loaded].sort((x, y) => x - y)) {
      const run = runs.at(-1);
      if (run?.last === index - 1) run.last = index;
      else runs.push({ first: index, last: index });
    }
    return runs;
  }

  #parse({ first, last }: Run): {
    entries: ReturnType<typeof fromCpio>[];
    /** Offset behind the last entry, in the uncompressed archive. */
    end: number;
    lastEntry: { name: string; isDirectory: boolean } | undefined;
  } {
    const start = this.#startOf(first);
    const stop = this.#startOf(last + 1);
    const entries: ReturnType<typeof fromCpio>[] = [];
    let previous: string | undefined;
    const parser = new CpioParser(this.blocks.file.name, {
      entry: (parsed) => {
        const entry = fromCpio(parsed);
        // Only what is in tree order can be found by where it should be.
        if (previous !== undefined && previous !== '.' && comparePaths(previous, entry.name) >= 0)
          throw new NotFollowed();
        previous = entry.name;
        entries.push({ ...entry, offset: start + entry.offset, dataOffset: start + entry.dataOffset });
      },
    });
    const buffer = Buffer.allocUnsafe(PARSE_BYTES);
    for (let at = start; at < stop && !parser.ended; ) {
      const count = this.#spool.read(buffer.subarray(0, Math.min(PARSE_BYTES, stop - at)), at);
      if (count === 0) throw new NotFollowed();
      at += parser.push(buffer.subarray(0, count));
      const skipped = Math.min(parser.skippable, stop - at);
      parser.skip(skipped);
      at += skipped;
    }
    if (parser.ended && last + 1 < this.blocks.access.blocks.length) throw new NotFollowed();
    const final = entries.at(-1);
    const end = final === undefined ? stop : final.dataOffset + final.size + paddingAfter(final.size);
    // A header that is cut by the end of the run: blocks of ours begin with one, or with the rest of a file.
    if (!parser.ended && end < stop) throw new NotFollowed();
    return {
      entries,
      end,
      lastEntry:
        final === undefined ? undefined : { name: final.name, isDirectory: final.type === 'directory' },
    };
  }
}

/** @returns null where no entry begins the block; '' for the trailer */
function headOf(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
  if (head.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  let name: string | undefined;
  const parser = new CpioParser('', {
    entry: (entry) => {
      name ??= entry.name;
    },
  });
  parser.push(head);
  return name ?? (parser.ended ? '' : null);
}
