import { closeSync, fstatSync, readSync, type Stats } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import { DescriptorStack, openFileAt } from './descriptors.ts';
import { placeOf, readFailed } from './read-failed.ts';
import type { OpenTreeRoot, RandomAccessFile, ScannedFile, SharedFiles } from './source.ts';

/** Opens the files of a directory tree. Each thread has its own, since it holds the directories used last. */
export class TreeFiles implements SharedFiles {
  readonly tree: OpenTreeRoot;
  readonly #descriptors: DescriptorStack;

  /** @param tree its root stays open until `close`, and belongs to the caller */
  constructor(tree: OpenTreeRoot) {
    this.tree = tree;
    this.#descriptors = new DescriptorStack(tree.root);
  }

  /** A descriptor of this directory; it stays open until another call needs another directory. */
  directory(path: string): number {
    return this.#descriptors.directory(path);
  }

  /** @throws source-changed, source-unreadable */
  open(file: ScannedFile): RandomAccessFile {
    try {
      const directory = this.#descriptors.directory(parentOf(file.path));
      return new OpenRegularFile(this.tree.name, file, openFileAt(directory, nameOf(file.path)));
    } catch (cause) {
      throw readFailed(this.tree.name, file.path, cause);
    }
  }

  readPart(file: ScannedFile, position: number, target: Uint8Array): void {
    const open = this.open(file);
    try {
      for (let filled = 0; filled < target.length; ) {
        const count = open.readAt(filled === 0 ? target : target.subarray(filled), position + filled);
        if (count === 0) {
          open.requireUnchanged();
          throw endedEarly(placeOf(this.tree.name, file.path), position + filled, file.size);
        }
        filled += count;
      }
      open.requireUnchanged();
    } finally {
      open.close();
    }
  }

  close(): void {
    this.#descriptors.close();
  }
}

/** A file that had fewer bytes than its size says. */
export function endedEarly(where: string, offset: number, size: number): StillrootError {
  return new StillrootError('source-changed', `file ended after ${offset} of ${size} bytes`, {
    where,
    hint: 'Make sure that nothing writes to the tree.',
  });
}

class OpenRegularFile implements RandomAccessFile {
  readonly #source: string;
  readonly #file: ScannedFile;
  readonly #descriptor: number;
  #read = 0;

  constructor(source: string, file: ScannedFile, descriptor: number) {
    this.#source = source;
    this.#file = file;
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
      // What cannot be read in this way may be something else by now: a directory, or a FIFO.
      this.#requireFile(fstatSync(this.#descriptor));
      throw readFailed(this.#source, this.#file.path, cause);
    }
  }

  requireUnchanged(): void {
    this.#verify(this.#file.size);
  }

  verify(): void {
    this.#verify(this.#read);
  }

  #verify(read: number): void {
    const { size, mtime, nanoseconds } = this.#file;
    const stats = fstatSync(this.#descriptor);
    this.#requireFile(stats);
    if (stats.size > size)
      throw this.#changed(`file grew while it was read (${size} -> ${stats.size} bytes)`);
    if (stats.size < size)
      throw this.#changed(`file shrank while it was read (${size} -> ${stats.size} bytes)`);
    if (read !== size) throw this.#changed(`only ${read} of ${size} bytes could be read`);
    if (stats.mtimeMs !== mtime * 1e3 + nanoseconds / 1e6)
      throw this.#changed('file was modified while it was read');
  }

  #requireFile(stats: Stats): void {
    if (!stats.isFile()) throw this.#changed('was a file when the tree was scanned, but no longer is');
  }

  #changed(what: string): StillrootError {
    return new StillrootError('source-changed', what, {
      where: placeOf(this.#source, this.#file.path),
      hint: 'Make sure that nothing writes to the tree.',
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
