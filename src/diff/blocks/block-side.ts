/** An archive written by this program, of which some blocks have been read, as a source. */
import type { ArchiveEntry } from '../../source/archive-entry.ts';
import { ArchiveTreeBuilder } from '../../source/archive-tree.ts';
import { READ_LIMITS } from '../../source/read-limits.ts';
import type { Entry } from '../../tree/entry.ts';
import { comparePaths } from '../../tree/path.ts';
import type { ArchiveLayer, HeaderFacts } from '../archive-layer.ts';
import { type LayerSide, NOTHING_AROUND } from '../compare-layers.ts';
import type { SideName } from '../finding.ts';
import { isBefore, NotFollowed, openGroups, UnreadBlocks } from './block-entries.ts';
import { type BlockReader, shifted } from './block-reader.ts';
import { PartialSource, PartialTree, type PathRange } from './partial-source.ts';

/** Consecutive blocks that have been read, with nothing unread between their entries. */
interface Run {
  readonly first: number;
  readonly last: number;
}

export class BlockSide {
  readonly reader: BlockReader;
  readonly #role: SideName;
  /** Paths that were requested and are not in what was read. */
  readonly #missed = new Set<string>();
  /** Paths known to be absent from the archive. */
  readonly #absent = new Set<string>();
  #headers: HeaderFacts[] = [];
  /** Set where the archive has an entry for the root that has been read. */
  #root: Entry | undefined;

  constructor(role: SideName, reader: BlockReader) {
    this.#role = role;
    this.reader = reader;
  }

  /** The layer of what the last source read. Its digests belong to no archive, and no two are equal. */
  layer(): LayerSide {
    const { file, compression, access } = this.reader.blocks;
    const sizes = access.blocks.map(({ uncompressedSize }) => uncompressedSize);
    const layer: ArchiveLayer = {
      fileSize: file.size,
      members: [{ compression, blocks: sizes }],
      formats: ['newc'],
      headers: this.#headers,
      payloadDigest: file.name,
      fileDigest: file.name,
    };
    return { layer, early: NOTHING_AROUND, root: this.#root };
  }

  /**
   * Unread blocks of the requested paths, each with the last of these paths; none of them is in what has been read so
   * far.
   */
  async missedBlocks(): Promise<Map<number, string | undefined>> {
    const wanted = await this.blocksOf(this.#missed);
    this.#missed.clear();
    return wanted;
  }

  /** The same for any paths. */
  async blocksOf(paths: Iterable<string>): Promise<Map<number, string | undefined>> {
    const wanted = new Map<number, string | undefined>();
    for (const path of paths) {
      const index = await this.reader.find(path);
      const block = this.reader.get(index);
      if (block?.known !== undefined && (block.next === undefined || comparePaths(path, block.next) < 0)) {
        this.#absent.add(path);
        continue;
      }
      const other = wanted.get(index) ?? path;
      // A block that was read in part is read completely the second time.
      wanted.set(index, block === undefined ? later(other, path) : undefined);
    }
    return wanted;
  }

  source(): PartialSource {
    const { name } = this.reader.blocks.file;
    const builder = new ArchiveTreeBuilder(name, READ_LIMITS);
    builder.begin({ name, base: 0, spooled: true });
    const ranges: PathRange[] = [];
    const added = new Set<string>();
    const all: ArchiveEntry[] = [];
    for (const { first, last } of this.#runs()) {
      const entries = this.#entriesOf(first, last);
      for (const entry of entries) {
        if (added.has(entry.name)) continue;
        added.add(entry.name);
        builder.add(entry);
        all.push(entry);
      }
      const start = entries[0];
      if (start !== undefined) {
        ranges.push({
          first: first === 0 ? '' : start.name,
          end: this.#rangeEnd(last, entries.at(-1)?.name),
        });
      }
    }
    this.#headers = all.map(({ name: path, inode, nlink }) => ({ name: path, inode, nlink, segment: 0 }));
    const { tree, places, warnings, hasRoot } = builder.finish();
    this.#root = hasRoot ? tree.root : undefined;
    const implied = new Set(
      warnings.flatMap(({ code, path }) => (code === 'implied-directory' ? [path] : [])),
    );
    const onMiss = (path: string): void => {
      if (!this.#absent.has(path)) this.#missed.add(path);
    };
    return new PartialSource(name, new PartialTree(tree.root, tree.entries, { implied, ranges, onMiss }), {
      places,
      warnings: warnings.filter(({ code }) => code !== 'implied-directory'),
      spool: this.reader.spool,
      groups: openGroups(all),
      require: (offset, size) => this.#require(offset, size),
    });
  }

  #require(offset: number, size: number): void {
    const blocks = this.reader.unread(offset, size);
    if (blocks.length > 0) throw new UnreadBlocks({ a: [], b: [], [this.#role]: blocks });
  }

  #runs(): Run[] {
    const runs: { first: number; last: number }[] = [];
    for (const index of this.reader.indexes()) {
      const run = runs.at(-1);
      if (run?.last === index - 1 && this.reader.isWhole(index - 1)) run.last = index;
      else runs.push({ first: index, last: index });
    }
    return runs;
  }

  /** The file that is cut by the beginning of the run comes first. */
  #entriesOf(first: number, last: number): ArchiveEntry[] {
    const cover = this.reader.coverOf(first);
    const found: ArchiveEntry[] = cover === undefined ? [] : [cover];
    for (let index = first; index <= last; index += 1) {
      for (const entry of this.reader.get(index)?.known?.entries ?? []) {
        const previous = found.at(-1);
        if (previous !== undefined && !isBefore(previous, entry)) throw new NotFollowed();
        found.push(shifted(entry, this.reader.startOf(index)));
      }
    }
    return found;
  }

  /** The first unknown path after a run; undefined where there is none. */
  #rangeEnd(last: number, lastName: string | undefined): string | undefined {
    const block = this.reader.get(last);
    if (block?.next !== undefined) return block.next;
    if (last + 1 === this.reader.count) return undefined;
    const head = this.reader.knownHead(last + 1);
    if (head === 'trailer') return undefined;
    return head === undefined || head === 'rest' ? lastName : head.name;
  }
}

function later(a: string, b: string): string {
  return comparePaths(a, b) < 0 ? b : a;
}
