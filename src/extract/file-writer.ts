import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
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
  writeSync,
} from 'node:fs';
import { childPath, openDirectoryAt } from '../source/descriptors.ts';
import type { ArchivedTree } from '../source/open-source.ts';
import type { Entry } from '../tree/entry.ts';
import { parentOf, pathToBytes } from '../tree/path.ts';
import type { ExtractedAttributes } from './attributes.ts';
import { alreadyThere, type MadePlace, type Metadata } from './metadata.ts';

/** Bytes read and written at a time. */
const PIECE_SIZE = 1024 * 1024;

/** What an entry is called while only this process can reach it. ASCII: programs and packages take names as text. */
const PRIVATE_NAME = 'entry';

/** Codes of link(2) if the filesystem does not support hard links, or no more of them. */
const NO_HARD_LINKS: ReadonlySet<string> = new Set(['EPERM', 'EMLINK', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP']);

/** Identifies a file regardless of its names. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** Writes everything but directories. An incomplete file never has its final name, even after an error. */
export class FileWriter {
  readonly #name: string;
  readonly #metadata: Metadata;
  readonly #attributes: ExtractedAttributes;
  readonly #force: boolean;
  readonly #buffer: Buffer = Buffer.allocUnsafe(PIECE_SIZE);
  /** The directory that was looked at last. */
  #seen: { readonly parent: string; readonly inherits: boolean } | undefined;

  /** @param name of the target directory, for messages */
  constructor(name: string, metadata: Metadata, attributes: ExtractedAttributes, force: boolean) {
    this.#name = name;
    this.#metadata = metadata;
    this.#attributes = attributes;
    this.#force = force;
  }

  /** @param directory descriptor of its parent */
  writeFile(directory: number, name: string, entry: Entry, source: ArchivedTree): FileIdentity {
    return this.#place(directory, name, entry, (place) => {
      // Without --force the name itself is taken first, and released if something fails.
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      const descriptor = openSync(place.path, flags, 0o600);
      try {
        this.#copy(descriptor, entry, source);
        this.#metadata.setFile(descriptor, place, entry);
        return identityOf(fstatSync(descriptor, { bigint: true }));
      } finally {
        closeSync(descriptor);
      }
    });
  }

  writeSymlink(directory: number, name: string, entry: Entry): FileIdentity {
    return this.#place(directory, name, entry, (place) => {
      symlinkSync(pathToBytes(entry.target), place.path);
      this.#metadata.setNamed(place, entry);
      return identityOf(lstatSync(place.path, { bigint: true }));
    });
  }

  /** @returns why it could not be created; undefined on success */
  writeSpecial(directory: number, name: string, entry: Entry): string | undefined {
    return this.#apart(directory, (own) => {
      // The program that creates it only takes names as text.
      const why = makeSpecialFile(own, PRIVATE_NAME, entry);
      if (why !== undefined) return why;
      const path = childPath(own, PRIVATE_NAME);
      this.#metadata.setNamed({ path, attributes: this.#attributes.of(entry) }, entry);
      this.#move(path, directory, name, entry);
      return undefined;
    });
  }

  /**
   * @param from another name of the file
   * @returns false if the filesystem does not support hard links, or no more of them
   */
  link(directory: number, name: string, entry: Entry, from: Buffer, wanted: FileIdentity): boolean {
    const { dev, ino } = lstatSync(from, { bigint: true });
    if (dev !== wanted.device || ino !== wanted.inode) return false;
    try {
      this.#placeDirectly(directory, name, entry, (path) => linkSync(from, path));
      return true;
    } catch (error) {
      if (NO_HARD_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  }

  /** @param make creates a new file at that place, or fails with EEXIST */
  #place<T>(directory: number, name: string, entry: Entry, make: (place: MadePlace) => T): T {
    const attributes = this.#attributes.of(entry);
    if (attributes.size === 0 && !this.#inheritsLists(directory, entry)) {
      return this.#placeDirectly(directory, name, entry, (path) => make({ path, attributes }));
    }
    return this.#apart(directory, (own) => {
      const path = childPath(own, PRIVATE_NAME);
      const made = make({ path, attributes });
      this.#move(path, directory, name, entry);
      return made;
    });
  }

  #inheritsLists(directory: number, { path }: Entry): boolean {
    const parent = parentOf(path);
    if (this.#seen?.parent !== parent) {
      this.#seen = { parent, inherits: this.#attributes.areInherited(directory) };
    }
    return this.#seen.inherits;
  }

  /** @param make creates a new file at that path, or fails with EEXIST; what it leaves after an error is removed */
  #placeDirectly<T>(directory: number, name: string, entry: Entry, make: (path: Buffer) => T): T {
    const target = childPath(directory, name);
    const isThere = this.#isThere(target, entry);
    const path = isThere ? childPath(directory, temporaryName()) : target;
    let made: T;
    try {
      made = make(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
        throw alreadyThere(this.#name, entry.path, 'the path');
      }
      removeQuietly(path);
      throw error;
    }
    if (!isThere) return made;
    try {
      renameSync(path, target);
    } finally {
      // If both are names of one file, rename(2) keeps both.
      removeQuietly(path);
    }
    return made;
  }

  /**
   * @param work gets the descriptor of a new directory, in which nobody else can make, replace or link anything; what it
   *   leaves there under PRIVATE_NAME is removed
   */
  #apart<T>(directory: number, work: (own: number) => T): T {
    const name = temporaryName();
    mkdirSync(childPath(directory, name), 0o700);
    try {
      const own = openDirectoryAt(directory, name);
      try {
        this.#attributes.removeLists(own);
        return work(own);
      } finally {
        // There where it could not be moved, and where it was another name of what it would replace.
        removeQuietly(childPath(own, PRIVATE_NAME));
        closeSync(own);
      }
    } finally {
      rmdirSync(childPath(directory, name));
    }
  }

  /** Gives what was made its name. */
  #move(path: Buffer, directory: number, name: string, entry: Entry): void {
    const target = childPath(directory, name);
    if (!this.#isThere(target, entry)) {
      try {
        // Unlike rename(2), it never replaces anything.
        linkSync(path, target);
        return;
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code === 'EEXIST') throw alreadyThere(this.#name, entry.path, 'the path');
        if (!NO_HARD_LINKS.has(code)) throw error;
      }
    }
    renameSync(path, target);
  }

  /** @throws output-exists unless it may be replaced */
  #isThere(target: Buffer, entry: Entry): boolean {
    const stats = lstatSync(target, { throwIfNoEntry: false });
    if (stats !== undefined && (!this.#force || stats.isDirectory())) {
      throw alreadyThere(this.#name, entry.path, kindOf(stats));
    }
    return stats !== undefined;
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

function identityOf({ dev, ino }: BigIntStats): FileIdentity {
  return { device: dev, inode: ino };
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
