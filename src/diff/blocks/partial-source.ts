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
  /** The archive's entry for the root is compared as part of its layer. */
  readonly hasRoot = false;
  readonly #places: ReadonlyMap<Entry, ContentPlace>;
  readonly #spool: Spool;
  readonly #require: (offset: number, size: number) => void;
  /** Files with some of their names outside the tree; see `openGroups`. */
  readonly groups: ReadonlyMap<string, string>;

  constructor(
    name: string,
    tree: PartialTree,
    rest: {
      readonly places: ReadonlyMap<Entry, ContentPlace>;
      readonly warnings: readonly Warning[];
      readonly spool: Spool;
      readonly groups: ReadonlyMap<string, string>;
      /** Throws if these bytes of the archive have not been read. */
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

  /** @throws UnreadBlocks if not all of it has been read */
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

/** Paths from `first` up to but excluding `end`, in tree order; undefined sorts after every path. */
export interface PathRange {
  readonly first: string;
  readonly end: string | undefined;
}

interface PartialTreeOptions {
  /** Placeholders for directories of which only what is below them is known. */
  readonly implied: ReadonlySet<string>;
  /** The ranges that were read: a path in one of them that is not in the tree is not in the archive. */
  readonly ranges: readonly PathRange[];
  /** Called with every requested path that might lie in what was not read. */
  readonly onMiss: (path: string) => void;
}

/**
 * The part of a tree that lies in some blocks of its archive. A request for a path in another block is answered with
 * "absent" and recorded; if the answer matters, the block is read and the work repeated.
 *
 * Only the requested path counts, not the directories above it. A symlink among them comes right before the place where
 * the path would be, and so is in the block that is then read.
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
   * Directories in unread blocks are assumed not to be symlinks, except those at the root: most trees have some
   * symlinks there.
   */
  override canonical(path: string): string | undefined {
    const slash = path.indexOf('/');
    if (slash > 0) {
      const first = path.slice(0, slash);
      // If anything below it is known, it is a directory.
      if (super.get(first) === undefined) this.#note(first, undefined);
    }
    return this.#walking(() => super.canonical(path));
  }

  /** Where a path leads whose last component, or a symlink on the way, is not known. */
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
