import { closeSync, fstatSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { DescriptorStack, openFileAt } from './descriptors.ts';
import { readAttributes } from './extended-attributes.ts';
import { placeOf, readFailed, readWhole } from './read-failed.ts';
import type { RandomAccessFile, Source, Warning } from './source.ts';

/** The scanned tree of a directory, and its contents through open descriptors. */
export class DirectorySource implements Source {
  readonly name: string;
  readonly tree: Tree;
  readonly warnings: readonly Warning[];
  readonly #root: number;
  readonly #descriptors: DescriptorStack;

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
    this.#descriptors = new DescriptorStack(root);
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
        : readAttributes(this.#descriptors.directory(parentOf(path)), nameOf(path), names);
    } catch (cause) {
      throw readFailed(this.name, path, cause);
    }
  }

  open(entry: Entry): RandomAccessFile {
    try {
      const directory = this.#descriptors.directory(parentOf(entry.path));
      return new OpenRegularFile(this.name, entry, openFileAt(directory, nameOf(entry.path)));
    } catch (cause) {
      throw readFailed(this.name, entry.path, cause);
    }
  }

  readFile(entry: Entry, limit: number): Buffer {
    return readWhole(this.name, entry, limit, () => this.open(entry));
  }

  close(): void {
    this.#descriptors.close();
    closeSync(this.#root);
  }
}

class OpenRegularFile implements RandomAccessFile {
  readonly #source: string;
  readonly #entry: Entry;
  readonly #descriptor: number;
  #read = 0;

  constructor(source: string, entry: Entry, descriptor: number) {
    this.#source = source;
    this.#entry = entry;
    this.#descriptor = descriptor;
  }

  read(target: Uint8Array): number {
    const count = this.#readFrom(target, null);
    this.#read += count;
    return count;
  }

  readAt(target: Uint8Array, position: number): number {
    return this.#readFrom(target, position);
  }

  /** @param position null for the current one */
  #readFrom(target: Uint8Array, position: number | null): number {
    try {
      return readSync(this.#descriptor, target, 0, target.length, position);
    } catch (cause) {
      throw readFailed(this.#source, this.#entry.path, cause);
    }
  }

  requireUnchanged(): void {
    this.#verify(this.#entry.size);
  }

  verify(): void {
    this.#verify(this.#read);
  }

  #verify(read: number): void {
    const { size, mtime, nanoseconds } = this.#entry;
    const stats = fstatSync(this.#descriptor);
    const changed = (what: string): StillrootError =>
      new StillrootError('source-changed', what, {
        where: placeOf(this.#source, this.#entry.path),
        hint: 'Make sure that nothing writes to the tree.',
      });
    if (!stats.isFile()) throw changed('was a file when the tree was scanned, but no longer is');
    if (stats.size > size) throw changed(`file grew while it was read (${size} -> ${stats.size} bytes)`);
    if (stats.size < size) throw changed(`file shrank while it was read (${size} -> ${stats.size} bytes)`);
    if (read !== size) throw changed(`only ${read} of ${size} bytes could be read`);
    if (stats.mtimeMs !== mtime * 1e3 + nanoseconds / 1e6)
      throw changed('file was modified while it was read');
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
