import type { ContentPlace } from '../../source/archive-node.ts';
import { extentsOf, OpenArchivedFile } from '../../source/open-archived-file.ts';
import { readWhole } from '../../source/read-failed.ts';
import type { OpenFile, Source, Warning } from '../../source/source.ts';
import type { Spool } from '../../source/spool.ts';
import type { Entry } from '../../tree/entry.ts';
import { comparePaths } from '../../tree/path.ts';
import { Tree } from '../../tree/tree.ts';

/** What was read of an archive, as a source. */
export class PartialSource implements Source {
  readonly name: string;
  readonly tree: PartialTree;
  readonly warnings: readonly Warning[];
  readonly hasWholeSeconds = true;
  /** What its archive has for the root is compared as a part of its layer. */
  readonly hasRoot = false;
  readonly #places: ReadonlyMap<Entry, ContentPlace>;
  readonly #spool: Spool;
  readonly #require: (offset: number, size: number) => void;
  /** Files of which some names are not in the tree; see `openGroups`. */
  readonly groups: ReadonlyMap<string, string>;

  constructor(
    name: string,
    tree: PartialTree,
    rest: {
      readonly places: ReadonlyMap<Entry, ContentPlace>;
      readonly warnings: readonly Warning[];
      readonly spool: Spool;
      readonly groups: ReadonlyMap<string, string>;
      /** Throws where these bytes of the archive are not read. */
      readonly require: (offset: number, size: number) => void;
    },
  ) {
    this.name = name;
    this.tree = tree;
    this.warnings = rest.warnings;
    this.#places = rest.places;
    this.#spool = rest.spool;
    this.groups = rest.groups;
    this.#require = rest.require;
  }

  /** Where the content begins in the uncompressed archive; undefined where it has none. */
  placeOf(entry: Entry): number | undefined {
    return this.#places.get(entry)?.offset;
  }

  /** @throws UnreadBlocks where not all of it is read */
  open(entry: Entry): OpenFile {
    const offset = this.placeOf(entry);
    if (offset !== undefined) this.#require(offset, entry.size);
    const extents = extentsOf(entry.size, this.#places.get(entry));
    const read = (target: Uint8Array, position: number): number => this.#spool.read(target, position);
    return new OpenArchivedFile(entry.size, extents, read, () => {});
  }

  readFile(entry: Entry, limit: number): Buffer {
    return readWhole(this.name, entry, limit, () => this.open(entry));
  }

  /** The side closes what it reads from. */
  close(): void {}
}

/** Paths from `first` up to and without `end`, in tree order; undefined is behind every path. */
export interface PathRange {
  readonly first: string;
  readonly end: string | undefined;
}

interface PartialTreeOptions {
  /** Directories that stand for those of which only what is below is known. */
  readonly implied: ReadonlySet<string>;
  /** What was read; what is not in the tree and lies in one of these is not in the archive. */
  readonly ranges: readonly PathRange[];
  /** Told of every path that was asked for and might be in what was not read. */
  readonly onMiss: (path: string) => void;
}

/**
 * The part of a tree that lies in some blocks of its archive. Whoever asks for a path in another block is told that it
 * is not there, and the question is noted: with an answer that matters the block is read and all is asked again.
 *
 * Only the path that is asked for counts, not the directories above it. A symlink among them stands right in front of
 * where the path would be, and so in the block that is read then.
 */
export class PartialTree extends Tree {
  readonly #implied: ReadonlySet<string>;
  readonly #ranges: readonly PathRange[];
  readonly #onMiss: (path: string) => void;
  #isWalking = false;

  constructor(root: Entry, entries: readonly Entry[], { implied, ranges, onMiss }: PartialTreeOptions) {
    super(root, entries);
    this.#implied = implied;
    this.#ranges = ranges;
    this.#onMiss = onMiss;
  }

  override get(path: string): Entry | undefined {
    const entry = super.get(path);
    if (!this.#isWalking) this.#note(path, entry);
    return entry;
  }

  override resolve(path: string): Entry | undefined {
    const entry = this.#walking(() => super.resolve(path));
    this.#note(entry?.path ?? this.#target(path), entry);
    return entry;
  }

  /**
   * Directories in blocks that were not read are taken for what their names say, and not for symlinks, but for those
   * of the root: in most trees some of these are.
   */
  override canonical(path: string): string | undefined {
    const slash = path.indexOf('/');
    if (slash > 0) {
      const first = path.slice(0, slash);
      // Where something is known that is below it, it is a directory.
      if (super.get(first) === undefined) this.#note(first, undefined);
    }
    return this.#walking(() => super.canonical(path));
  }

  /** Where a path leads of which the last component, or a symlink on the way, is not known. */
  #target(path: string): string {
    for (let at = path; at.includes('/'); ) {
      at = at.slice(0, at.lastIndexOf('/'));
      const entry = this.#walking(() => super.resolve(at));
      if (entry !== undefined) return `${entry.path}${path.slice(at.length)}`.replace(/^\//, '');
    }
    return path;
  }

  #walking<T>(work: () => T): T {
    const before = this.#isWalking;
    this.#isWalking = true;
    try {
      return work();
    } finally {
      this.#isWalking = before;
    }
  }

  #note(path: string, entry: Entry | undefined): void {
    if (path === '' || (entry !== undefined && !this.#implied.has(entry.path))) return;
    const isRead = this.#ranges.some(
      ({ first, end }) =>
        comparePaths(first, path) <= 0 && (end === undefined || comparePaths(path, end) < 0),
    );
    if (!isRead) this.#onMiss(path);
  }
}
