/**
 * The calls that change a tree. Every one reaches its entry through the descriptor of the directory it
 * is in, which was reached from the root by names that are no symlinks (see source/descriptors.ts); none
 * follows a symlink, and none opens a file for writing that may have a name outside the tree.
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath, DescriptorStack } from '../source/descriptors.ts';
import { readMountPoints } from '../source/mount-points.ts';
import { placeOf } from '../source/read-failed.ts';
import { nameOf, parentOf, pathToBytes } from '../tree/path.ts';
import { copyContent } from './copy-content.ts';
import { withEntry } from './held-entry.ts';
import { isNotAllowed } from './not-allowed.ts';
import type { Notes } from './notes.ts';
import type { Operation, Staged } from './operation.ts';

/** Where the new contents are. */
export interface Staging {
  /** Descriptor of the directory. */
  readonly directory: number;
  nameOf(staged: Staged): string;
}

/** Name for a link or symlink on its way to its place, in the directory of the staging. */
const PASSING_NAME = 'passing';

export class TreeWriter {
  readonly #source: string;
  readonly #root: number;
  readonly #staging: Staging;
  readonly #descriptors: DescriptorStack;
  readonly #mounts: ReadonlySet<string>;
  readonly #notes: Notes;

  /**
   * @param source as the user named it, for messages
   * @param root descriptor of the root; stays the caller's
   * @param notes gets what could not be done and is no failure
   */
  constructor(source: string, root: number, staging: Staging, notes: Notes) {
    this.#source = source;
    this.#root = root;
    this.#staging = staging;
    this.#descriptors = new DescriptorStack(root);
    this.#mounts = readMountPoints(root).paths;
    this.#notes = notes;
  }

  /** Throws errors of the system as they are. Carried out again, an operation that is done changes nothing. */
  carryOut(operation: Operation): void {
    const { path } = operation;
    switch (operation.do) {
      case 'unlock':
        withEntry(this.#directoryOf(path), nameOf(path), (entry) => chmodSync(entry.path, operation.mode));
        break;
      case 'remove':
        this.#remove(path, operation.isDirectory);
        break;
      case 'directory':
        this.#makeDirectory(path);
        break;
      case 'symlink':
        this.#makeSymlink(path, operation.target);
        break;
      case 'write':
        unlessDone('ENOENT', () =>
          renameSync(this.#staged(operation.staged), childPath(this.#directoryOf(path), nameOf(path))),
        );
        break;
      case 'fill':
        this.#fill(path, operation.staged, operation.names);
        break;
      case 'relink':
        this.#relink(path, operation.to);
        break;
      case 'set':
        this.#set(operation);
        break;
    }
  }

  close(): void {
    this.#descriptors.close();
  }

  #directoryOf(path: string): number {
    return this.#descriptors.directory(parentOf(path));
  }

  #staged(staged: Staged): Buffer {
    return childPath(this.#staging.directory, this.#staging.nameOf(staged));
  }

  #remove(path: string, isDirectory: boolean): void {
    // The parent itself may be gone, in a second run.
    unlessDone('ENOENT', () => {
      const place = childPath(this.#directoryOf(path), nameOf(path));
      try {
        if (isDirectory) rmdirSync(place);
        else unlinkSync(place);
      } catch (error) {
        if (!this.#isMountInWay(path, error)) throw error;
        this.#notes.mounts.add(path);
      }
    });
  }

  #isMountInWay(path: string, error: unknown): boolean {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EBUSY' && code !== 'ENOTEMPTY') return false;
    return [...this.#mounts].some((mount) => mount === path || mount.startsWith(`${path}/`));
  }

  #makeDirectory(path: string): void {
    const directory = this.#directoryOf(path);
    unlessDone('EEXIST', () => mkdirSync(childPath(directory, nameOf(path)), 0o700));
    if (lstatSync(childPath(directory, nameOf(path))).isDirectory()) return;
    throw this.#replaced(path, 'is no directory');
  }

  #makeSymlink(path: string, target: string): void {
    const passing = childPath(this.#staging.directory, PASSING_NAME);
    unlessDone('ENOENT', () => unlinkSync(passing));
    symlinkSync(pathToBytes(target), passing);
    renameSync(passing, childPath(this.#directoryOf(path), nameOf(path)));
  }

  #relink(path: string, to: string): void {
    const passing = childPath(this.#staging.directory, PASSING_NAME);
    unlessDone('ENOENT', () => unlinkSync(passing));
    linkSync(childPath(this.#directoryOf(to), nameOf(to)), passing);
    renameSync(passing, childPath(this.#directoryOf(path), nameOf(path)));
    // Where both are one file already, rename(2) does nothing and leaves the first.
    unlessDone('ENOENT', () => unlinkSync(passing));
  }

  /** Not truncated on opening: nothing is written before it is known what was opened. */
  #fill(path: string, staged: Staged, names: number): void {
    const place = childPath(this.#directoryOf(path), nameOf(path));
    const target = openSync(place, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      this.#requireFile(path, fstatSync(target), names);
      const content = openSync(this.#staged(staged), constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        copyContent(content, target);
      } finally {
        closeSync(content);
      }
      ftruncateSync(target, staged.size);
    } finally {
      closeSync(target);
    }
  }

  #set({ path, names, owner, mode, mtime }: Extract<Operation, { do: 'set' }>): void {
    if (path === '') {
      if (mode !== undefined) chmodSync(`/proc/self/fd/${this.#root}`, mode);
      if (mtime !== undefined) utimesSync(`/proc/self/fd/${this.#root}`, mtime, mtime);
      return;
    }
    withEntry(this.#directoryOf(path), nameOf(path), (entry) => {
      if (!entry.stats.isDirectory()) this.#requireNames(path, entry.stats, names);
      if (owner !== undefined) this.#setOwner(path, entry.path, owner);
      // After the owner: changing that clears the set-user-id bits.
      if (mode !== undefined) chmodSync(entry.path, mode);
      if (mtime !== undefined) utimesSync(entry.path, mtime, mtime);
    });
  }

  #setOwner(path: string, place: string, [uid, gid]: readonly [number, number]): void {
    try {
      chownSync(place, uid, gid);
    } catch (error) {
      if (!isNotAllowed(error)) throw error;
      this.#notes.owners.add(path);
    }
  }

  #requireFile(path: string, stats: Stats, names: number): void {
    if (!stats.isFile()) throw this.#replaced(path, 'is no file any more');
    this.#requireNames(path, stats, names);
  }

  #requireNames(path: string, stats: Stats, names: number): void {
    if (stats.nlink <= names) return;
    throw this.#replaced(path, `has ${stats.nlink} names, and ${names} when the tree was scanned`);
  }

  #replaced(path: string, what: string): StillrootError {
    return new StillrootError('source-changed', what, {
      where: placeOf(this.#source, path),
      hint: 'Work on a tree that nothing else writes to, and run finalize again.',
    });
  }
}

function unlessDone(code: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
  }
}
