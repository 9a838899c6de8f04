/**
 * Two archives of ours, of which only the blocks are read that are not the same bytes in both, and those that somebody
 * asks for. Blocks begin with entries in tree order, so what is in a block that both share is equal.
 */
import type { ArchiveFile } from '../../source/archive-file.ts';
import type { Source } from '../../source/source.ts';
import { BlockSide, NotFollowed } from './block-side.ts';
import { matchBlocks, openBlocks } from './match-blocks.ts';

/** With less than this part of the archive in common, reading all of it is as fast. */
const SHARED_MIN = 0.4;

/** Lists of package databases are gone through as a whole, so all of them has to be there. */
const WHOLE_DIRECTORIES: readonly string[] = ['var/lib/dpkg', 'var/lib/pacman/local'];

/** Blocks that are decompressed at once. */
const DECODERS = 2;

export class BlockPair {
  readonly a: BlockSide;
  readonly b: BlockSide;
  /** Blocks of A to those of B. */
  readonly #matches: ReadonlyMap<number, number>;
  readonly #back: ReadonlyMap<number, number>;

  private constructor(a: BlockSide, b: BlockSide, matches: ReadonlyMap<number, number>) {
    this.a = a;
    this.b = b;
    this.#matches = matches;
    this.#back = new Map([...matches].map(([left, right]) => [right, left]));
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
    return new BlockPair(new BlockSide(left), new BlockSide(right), matches);
  }

  /** Blocks of A, of which how many are the same in B. */
  get counts(): { readonly blocks: number; readonly same: number } {
    return { blocks: this.a.blocks.access.blocks.length, same: this.#matches.size };
  }

  /**
   * Reads what differs, and what is asked for until nothing is.
   *
   * @param work what is done with the two; done again where it asked for something that had not been read
   * @returns undefined where the archives tie blocks together in a way that is not followed here
   */
  async run<T>(work: (a: Source, b: Source) => Promise<T>): Promise<T | undefined> {
    try {
      await this.#loadBoth(
        unmatched(this.a, this.#matches).concat(await this.#wholeDirectories()),
        unmatched(this.b, this.#back),
      );
      for (;;) {
        const result = await work(this.a.source(), this.b.source());
        const left = await this.a.missedBlocks();
        await this.#loadBoth(left, []);
        // What both have is there now on both sides.
        const right = await this.b.missedBlocks();
        await this.#loadBoth([], right);
        if (left.length === 0 && right.length === 0) return result;
      }
    } catch (error) {
      if (error instanceof NotFollowed) return undefined;
      throw error;
    }
  }

  close(): void {
    this.a.close();
    this.b.close();
  }

  async #wholeDirectories(): Promise<number[]> {
    const wanted: number[] = [];
    for (const path of WHOLE_DIRECTORIES) {
      const first = await this.a.find(path);
      const last = await this.a.find(`${path}/\xff`);
      for (let index = first; index <= last; index += 1) wanted.push(index);
    }
    return wanted;
  }

  /** Until no entry is cut on either side. */
  async #loadBoth(a: readonly number[], b: readonly number[]): Promise<void> {
    let [left, right] = [a, b];
    while (left.length > 0 || right.length > 0) {
      await this.#load(left, right);
      [left, right] = [await this.a.incomplete(), await this.b.incomplete()];
    }
  }

  /** A block that both have is decompressed once. */
  async #load(a: readonly number[], b: readonly number[]): Promise<void> {
    const jobs: (() => Promise<void>)[] = [];
    const left = new Set(a.filter((index) => !this.a.isLoaded(index)));
    for (const index of b) {
      if (this.b.isLoaded(index)) continue;
      const match = this.#back.get(index);
      if (match === undefined) jobs.push(() => this.b.load(index));
      else left.add(match);
    }
    for (const index of left) {
      const match = this.#matches.get(index);
      jobs.push(() => this.a.load(index, this.b, match));
    }
    const workers = Array.from({ length: DECODERS }, async () => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
    });
    await Promise.all(workers);
  }
}

function unmatched({ blocks }: BlockSide, matches: ReadonlyMap<number, number>): number[] {
  return [...blocks.access.blocks.keys()].filter((index) => !matches.has(index));
}
