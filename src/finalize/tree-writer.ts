/**
 * The calls that change a tree. Every one reaches its entry through the descriptor of the directory it is in, which was
 * reached from the root without following a symlink (see source/descriptors.ts); none follows a symlink, and none opens
 * a file for writing that may have a name outside the tree.
 */
import {
  type BigIntStats,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmdirSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath, DescriptorStack, openDirectoryAt } from '../source/descriptors.ts';
import { readMountPoints } from '../source/mount-points.ts';
import { placeOf } from '../source/read-failed.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import { type AttributeCopier, copyContent, isNotAllowed, type Place, syncDirectory } from './file-calls.ts';
import { MountGuard } from './mount-guard.ts';
import { makeLink, makeSymlink, moveFile } from './move-into-place.ts';
import type { Names, Operation, Staged } from './operation.ts';
import type { KnownMount } from './seal.ts';
import type { Notes } from './steps.ts';

/** Where the new contents are. */
export interface Staging {
  /** Descriptor of the directory. */
  readonly directory: number;
  nameOf(staged: Staged): string;
}

export interface WriterOptions {
  readonly staging: Staging;
  /** Receives what could not be done without being a failure. */
  readonly notes: Notes;
  readonly attributes?: AttributeCopier | undefined;
  /** See Privileges. */
  readonly isFaked?: boolean;
  /** Mounts in the tree that are to be changed with it. */
  readonly mounts?: readonly KnownMount[];
}

export class TreeWriter {
  readonly #source: string;
  readonly #root: number;
  readonly #staging: Staging;
  readonly #descriptors: DescriptorStack;
  readonly #guard: MountGuard;
  readonly #notes: Notes;
  readonly #isFaked: boolean;
  readonly #attributes: AttributeCopier | undefined;
  /** Paths that receive a new object. */
  readonly #made: ReadonlySet<string>;
  readonly #operations: readonly Operation[];

  /**
   * @param source as the user named it, for messages
   * @param root descriptor of the root; the caller closes it
   * @param operations everything that is to be performed
   */
  constructor(source: string, root: number, operations: readonly Operation[], options: WriterOptions) {
    const { staging, notes, attributes, isFaked, mounts } = options;
    this.#isFaked = isFaked === true;
    this.#attributes = attributes;
    this.#source = source;
    this.#root = root;
    this.#staging = staging;
    this.#guard = new MountGuard(source, root, mounts);
    this.#descriptors = new DescriptorStack(root, (descriptor, path) => this.#guard.check(descriptor, path));
    this.#notes = notes;
    this.#operations = operations;
    this.#made = new Set(operations.filter(makes).map(({ path }) => path));
  }

  /** Throws system errors as they are. Repeating a completed operation changes nothing. */
  carryOut(operation: Operation): void {
    const { path } = operation;
    switch (operation.do) {
      case 'unlock':
        this.#unlock(path, operation.mode);
        break;
      case 'remove':
        this.#remove(path, operation.isDirectory);
        break;
      case 'directory':
        this.#makeDirectory(path);
        break;
      case 'symlink':
        makeSymlink(operation.target, this.#staging.directory, this.#placeOf(path));
        break;
      case 'write':
        this.#write(path, operation.staged);
        break;
      case 'fill':
        this.#fill(operation);
        break;
      case 'relink':
        this.#relink(path, operation.to);
        break;
      case 'set':
        this.#set(operation);
        break;
    }
  }

  /**
   * To be called when everything is done: makes added and removed names as durable as the contents, which are synced
   * one by one.
   */
  syncDirectories(): void {
    for (const path of changedDirectories(this.#operations)) {
      let directory: number;
      try {
        directory = this.#descriptors.directory(path);
      } catch (error) {
        // Gone or replaced, in which case its parent is synced; or its mode lets only root read it.
        if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(codeOf(error) ?? '')) continue;
        throw error;
      }
      syncDirectory(directory);
    }
  }

  close(): void {
    this.#descriptors.close();
    this.#guard.close();
  }

  /** Runs `work` on an entry held by a descriptor, but never on something mounted there. */
  #withEntry(path: string, work: (entry: HeldEntry) => void): void {
    withEntry(this.#directoryOf(path), nameOf(path), (entry) => {
      this.#guard.check(entry.descriptor, path);
      work(entry);
    });
  }

  #directoryOf(path: string): number {
    return this.#descriptors.directory(parentOf(path));
  }

  #placeOf(path: string): Place {
    return { directory: this.#directoryOf(path), name: nameOf(path) };
  }

  /** With a separate descriptor: that of the one directory may be closed when the other is entered. */
  #relink(path: string, to: string): void {
    const directory = openDirectoryAt(this.#directoryOf(to), '.');
    try {
      makeLink({ directory, name: nameOf(to) }, this.#staging.directory, this.#placeOf(path));
    } finally {
      closeSync(directory);
    }
  }

  #staged(staged: Staged): Buffer {
    return childPath(this.#staging.directory, this.#staging.nameOf(staged));
  }

  #unlock(path: string, mode: number): void {
    if (path === '') {
      chmodSync(`/proc/self/fd/${this.#root}`, mode);
      return;
    }
    // In a repeated run it may be gone, or its name may have been taken.
    try {
      this.#withEntry(path, ({ path: held, stats }) => {
        if (stats.isFile() || stats.isDirectory()) chmodSync(held, mode);
      });
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' && !this.#isReplaced(path, error)) throw error;
    }
  }

  #remove(path: string, isDirectory: boolean): void {
    try {
      const place = childPath(this.#directoryOf(path), nameOf(path));
      if (isDirectory) rmdirSync(place);
      else unlinkSync(place);
    } catch (error) {
      // In a repeated run its directory may be gone, or its name may belong to something new.
      if (codeOf(error) === 'ENOENT' || this.#isReplaced(path, error)) return;
      if (!this.#isMountInWay(path, error)) throw error;
      this.#notes.mounts.add(path);
    }
  }

  /** Whether an operation failed because the path, or a directory above it, is already a new object. */
  #isReplaced(path: string, error: unknown): boolean {
    if (!['ENOTDIR', 'EISDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return false;
    for (let at = path; at !== ''; at = parentOf(at)) if (this.#made.has(at)) return true;
    return false;
  }

  #isMountInWay(path: string, error: unknown): boolean {
    const code = codeOf(error);
    if (code !== 'EBUSY' && code !== 'ENOTEMPTY') return false;
    return [...readMountPoints(this.#root).paths].some(
      (mount) => mount === path || mount.startsWith(`${path}/`),
    );
  }

  #makeDirectory(path: string): void {
    const directory = this.#directoryOf(path);
    unlessDone('EEXIST', () => mkdirSync(childPath(directory, nameOf(path)), 0o700));
    if (lstatSync(childPath(directory, nameOf(path))).isDirectory()) return;
    throw this.#replaced(path, 'is not a directory');
  }

  #write(path: string, staged: Staged): void {
    const { directory } = this.#staging;
    const from = { directory, name: this.#staging.nameOf(staged) };
    const to = this.#placeOf(path);
    try {
      moveFile(from, to, this.#attributes);
    } catch (error) {
      // If the staged content is gone, this was done before; if it is present, its target directory is gone.
      const waits = lstatSync(this.#staged(staged), { throwIfNoEntry: false }) !== undefined;
      if (codeOf(error) !== 'ENOENT' || waits) throw error;
    }
  }

  /** Through the held entry: the file opened for writing is the one that was checked before. */
  #fill({ path, staged, names }: Extract<Operation, { do: 'fill' }>): void {
    this.#withEntry(path, (entry) => {
      if (!entry.stats.isFile()) throw this.#replaced(path, 'is no longer a file');
      this.#requireOurs(path, entry, names);
      const target = openSync(entry.path, constants.O_WRONLY);
      try {
        const content = openSync(this.#staged(staged), constants.O_RDONLY | constants.O_NOFOLLOW);
        try {
          copyContent(content, target);
        } finally {
          closeSync(content);
        }
        ftruncateSync(target, staged.size);
        fsyncSync(target);
      } finally {
        closeSync(target);
      }
    });
  }

  #set({ path, names, owner, mode, mtime }: Extract<Operation, { do: 'set' }>): void {
    if (path === '') {
      if (mode !== undefined) chmodSync(`/proc/self/fd/${this.#root}`, mode);
      if (mtime !== undefined) utimesSync(`/proc/self/fd/${this.#root}`, mtime, mtime);
      return;
    }
    this.#withEntry(path, (entry) => {
      if (!entry.stats.isDirectory()) this.#requireOurs(path, entry, names);
      if (owner !== undefined) this.#setOwner(path, entry, owner);
      // After the owner: changing that clears the set-user-id bits.
      if (mode !== undefined) chmodSync(entry.path, mode);
      if (mtime !== undefined) utimesSync(entry.path, mtime, mtime);
    });
  }

  #setOwner(path: string, { path: held, stats }: HeldEntry, [uid, gid]: readonly [number, number]): void {
    try {
      // pseudo resolves the path itself, and would use the target of the held symlink. It only changes its own table;
      // the kernel gets the descriptor.
      if (this.#isFaked && stats.isSymbolicLink()) {
        lchownSync(childPath(this.#directoryOf(path), nameOf(path)), uid, gid);
      } else {
        chownSync(held, uid, gid);
      }
    } catch (error) {
      if (!isNotAllowed(error)) throw error;
      this.#notes.owners.add(path);
    }
  }

  /** Every name that the filesystem counts must be one of those in the tree. */
  #requireOurs(path: string, { stats }: HeldEntry, names: Names = [path]): void {
    if (stats.nlink <= 1n) return;
    const inside = names.filter((name) => this.#isSame(name, stats)).length;
    if (stats.nlink <= BigInt(inside)) return;
    throw this.#replaced(
      path,
      `now has ${stats.nlink} names, ${inside} of them unchanged since the tree was scanned`,
    );
  }

  #isSame(path: string, { dev, ino }: BigIntStats): boolean {
    try {
      const found = lstatSync(childPath(this.#directoryOf(path), nameOf(path)), { bigint: true });
      return found.dev === dev && found.ino === ino;
    } catch (error) {
      // Some names may have been dropped, together with their directories.
      if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return false;
      throw error;
    }
  }

  #replaced(path: string, what: string): StillrootError {
    return new StillrootError('source-changed', what, {
      where: placeOf(this.#source, path),
      hint: 'Make sure that nothing else writes to the tree, and run finalize again.',
    });
  }
}

function unlessDone(code: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function makes({ do: name }: Operation): boolean {
  return name === 'directory' || name === 'symlink' || name === 'write';
}

/**
 * A descriptor that refers to an entry without opening it (open(2), O_PATH): no device is activated, no FIFO blocks, no
 * read permission is needed, and a symlink is not followed. Node has no constant for it; this is its value on every
 * architecture that Node runs on.
 */
const O_PATH = 0o10000000;

/** An entry held by a descriptor: `path` refers to it even if its name is replaced in the meantime. */
export interface HeldEntry {
  /** Even calls that follow links act on the entry itself through this path, including a symlink. */
  readonly path: string;
  readonly descriptor: number;
  readonly stats: BigIntStats;
}

/** Runs `work` on the entry with this name in an open directory; never on what a symlink there points to. */
export function withEntry<T>(directory: number, name: string, work: (entry: HeldEntry) => T): T {
  const descriptor = openSync(childPath(directory, name), O_PATH | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    return work({ path: `/proc/self/fd/${descriptor}`, descriptor, stats });
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Directories in which a list of operations creates, replaces or removes names, and those it creates, in byte order.
 * Some may be gone once the list has been performed.
 */
export function changedDirectories(operations: readonly Operation[]): string[] {
  const paths = new Set<string>();
  for (const { do: name, path } of operations) {
    // These only change inodes.
    if (name === 'set' || name === 'unlock' || name === 'fill') continue;
    paths.add(parentOf(path));
    if (name === 'directory') paths.add(path);
  }
  return [...paths].sort();
}
