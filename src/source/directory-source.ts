import { closeSync } from 'node:fs';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { readAttributes } from './extended-attributes.ts';
import { readFailed, readWhole } from './read-failed.ts';
import type { RandomAccessFile, Source, Warning } from './source.ts';
import { TreeFiles } from './tree-files.ts';

/** The scanned tree of a directory, and its contents through open descriptors. */
export class DirectorySource implements Source {
  readonly name: string;
  readonly tree: Tree;
  readonly warnings: readonly Warning[];
  readonly files: TreeFiles;
  readonly #root: number;

  readonly attributesOf: Source['attributesOf'];

  /** @param named names of the attributes of entries that have any, by path; undefined where they cannot be read */
  constructor(
    name: string,
    root: number,
    tree: Tree,
    warnings: readonly Warning[],
    named?: ReadonlyMap<string, readonly string[]>,
  ) {
    this.name = name;
    this.tree = tree;
    this.warnings = warnings;
    this.#root = root;
    this.files = new TreeFiles({ name, root });
    this.attributesOf =
      named === undefined
        ? undefined
        : (entry, isWanted = () => true) =>
            this.#readAttributes(entry, (named.get(entry.path) ?? []).filter(isWanted));
  }

  #readAttributes({ path }: Entry, names: readonly string[]): Attributes {
    if (names.length === 0) return NO_ATTRIBUTES;
    try {
      return path === ''
        ? readAttributes(this.#root, '.', names)
        : readAttributes(this.files.directory(parentOf(path)), nameOf(path), names);
    } catch (cause) {
      throw readFailed(this.name, path, cause);
    }
  }

  open(entry: Entry): RandomAccessFile {
    return this.files.open(entry);
  }

  readFile(entry: Entry, limit: number): Buffer {
    return readWhole(this.name, entry, limit, () => this.open(entry));
  }

  close(): void {
    this.files.close();
    closeSync(this.#root);
  }
}
