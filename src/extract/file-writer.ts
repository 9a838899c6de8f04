import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  type Stats,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { childPath } from '../source/descriptors.ts';
import type { ArchivedTree } from '../source/open-source.ts';
import type { Entry } from '../tree/entry.ts';
import { pathToBytes } from '../tree/path.ts';
import { alreadyThere, type Metadata } from './metadata.ts';

/** Bytes read and written at a time. */
const PIECE_SIZE = 1024 * 1024;

/** Identifies a file regardless of its names. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** Writes everything but directories. An incomplete file never has its final name, even after an error. */
export class FileWriter {
  readonly #name: string;
  readonly #metadata: Metadata;
  readonly #force: boolean;
  readonly #buffer: Buffer = Buffer.allocUnsafe(PIECE_SIZE);

  /** @param name of the target directory, for messages */
  constructor(name: string, metadata: Metadata, force: boolean) {
    this.#name = name;
    this.#metadata = metadata;
    this.#force = force;
  }

  /** @param directory descriptor of its parent */
  writeFile(directory: number, name: string, entry: Entry, source: ArchivedTree): FileIdentity {
    let identity: FileIdentity | undefined;
    this.#place(directory, name, entry, (path) => {
      // Without --force the name itself is taken first, and released if something fails.
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      const descriptor = openSync(path, flags, 0o600);
      try {
        this.#copy(descriptor, entry, source);
        this.#metadata.setOpen(descriptor, entry);
        const { dev, ino } = fstatSync(descriptor, { bigint: true });
        identity = { device: dev, inode: ino };
      } finally {
        closeSync(descriptor);
      }
    });
    return identity as FileIdentity;
  }

  writeSymlink(directory: number, name: string, entry: Entry): FileIdentity {
    let identity: FileIdentity | undefined;
    this.#place(directory, name, entry, (path) => {
      symlinkSync(pathToBytes(entry.target), path);
      this.#metadata.setNamed(path, entry);
      const { dev, ino } = lstatSync(path, { bigint: true });
      identity = { device: dev, inode: ino };
    });
    return identity as FileIdentity;
  }

  /** @returns why it could not be created; undefined on success */
  writeSpecial(directory: number, name: string, entry: Entry): string | undefined {
    // The program that creates it only takes names as text, so it is renamed afterwards.
    const temporary = temporaryName();
    const why = makeSpecialFile(directory, temporary, entry);
    if (why !== undefined) return why;
    const path = childPath(directory, temporary);
    try {
      this.#metadata.setNamed(path, entry);
      this.#place(directory, name, entry, (target) => linkSync(path, target));
    } finally {
      unlinkSync(path);
    }
    return undefined;
  }

  /**
   * @param from another name of the file
   * @returns false if the filesystem does not support hard links, or no more of them
   */
  link(directory: number, name: string, entry: Entry, from: Buffer, wanted: FileIdentity): boolean {
    const { dev, ino } = lstatSync(from, { bigint: true });
    if (dev !== wanted.device || ino !== wanted.inode) return false;
    try {
      this.#place(directory, name, entry, (path) => linkSync(from, path));
      return true;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (['EPERM', 'EMLINK', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP'].includes(code)) return false;
      throw error;
    }
  }

  /** @param make creates a new file at that path, or fails with EEXIST; what it leaves after an error is removed */
  #place(directory: number, name: string, entry: Entry, make: (path: Buffer) => void): void {
    const target = childPath(directory, name);
    const isThere = lstatSync(target, { throwIfNoEntry: false });
    if (isThere !== undefined && (!this.#force || isThere.isDirectory())) {
      throw alreadyThere(this.#name, entry.path, kindOf(isThere));
    }
    const path = isThere === undefined ? target : childPath(directory, temporaryName());
    try {
      make(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
        throw alreadyThere(this.#name, entry.path, 'the path');
      }
      removeQuietly(path);
      throw error;
    }
    if (isThere === undefined) return;
    try {
      renameSync(path, target);
    } finally {
      // If both are names of one file, rename(2) keeps both.
      removeQuietly(path);
    }
  }

  #copy(descriptor: number, entry: Entry, source: ArchivedTree): void {
    const file = source.open(entry);
    try {
      let position = 0;
      while (position < entry.size) {
        position += file.skipHole();
        const count = file.read(this.#buffer);
        if (count === 0) break;
        for (let done = 0; done < count; ) {
          done += writeSync(descriptor, this.#buffer, done, count - done, position + done);
        }
        position += count;
      }
      // A hole at the end is not written; this sets the full length.
      ftruncateSync(descriptor, entry.size);
      file.verify();
      if (position < entry.size) throw new Error(`${position} of ${entry.size} bytes could be read`);
    } finally {
      file.close();
    }
  }
}

function temporaryName(): string {
  return `.stillroot-${randomBytes(8).toString('hex')}`;
}

function removeQuietly(path: Buffer): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not created, or is gone; the first error is the one to report.
  }
}

const LETTERS: Readonly<Record<string, string>> = { character: 'c', block: 'b', fifo: 'p' };

/**
 * Makes a device node or FIFO. Node has no mknod(2), so the program of that name does it, in a directory held open.
 *
 * @param directory descriptor
 * @param name an unused name of ASCII characters
 * @returns why it could not be created; undefined on success
 */
function makeSpecialFile(directory: number, name: string, entry: Entry): string | undefined {
  const path = `/proc/${process.pid}/fd/${directory}/${name}`;
  const numbers = entry.type === 'fifo' ? [] : [String(entry.major), String(entry.minor)];
  const mode = (entry.mode & 0o777).toString(8);
  const { error, status, stderr } = spawnSync(
    'mknod',
    ['-m', mode, path, LETTERS[entry.type] ?? '', ...numbers],
    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
  );
  if (error !== undefined)
    return `the program mknod cannot be run (${(error as NodeJS.ErrnoException).code})`;
  if (status === 0) return undefined;
  // "mknod: PATH: Operation not permitted"; the path means nothing to a user.
  return stderr.trim().replace(/^.*: /s, '') || `mknod ended with status ${status}`;
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isSymbolicLink()) return 'a symlink';
  return stats.isFile() ? 'a file' : 'a special file';
}
