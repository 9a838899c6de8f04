import type { ContentPlace } from '../../source/archive-node.ts';
import { extentsOf, OpenArchivedFile } from '../../source/open-archived-file.ts';
import { readWhole } from '../../source/read-whole.ts';
import type { OpenFile, Source, Warning } from '../../source/source.ts';
import type { Spool } from '../../source/spool.ts';
import type { Entry } from '../../tree/entry.ts';
import type { PartialTree } from './partial-tree.ts';

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
