import { closeSync, constants, fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath, DirectoryChain } from '../source/descriptors.ts';
import { placeOf } from '../source/read-failed.ts';
import { makeDirectories } from '../system/files.ts';
import type { Entry } from '../tree/entry.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import { extractFailed } from './metadata.ts';

interface UnfinishedDirectory {
  readonly name: string;
  /** To be set once everything below is written: creating entries changes the time of their directory. */
  readonly finish: ((descriptor: number) => void) | undefined;
}

/**
 * The directories from the root to the current one, each opened through its parent and never through a symlink. Entries
 * come in tree order, so a directory is complete when it is left.
 */
export class OutputTree {
  readonly #name: string;
  readonly #chain: DirectoryChain;
  readonly #open: UnfinishedDirectory[] = [];
  #current = '';

  /** @param root descriptor, which the caller closes */
  constructor(name: string, root: number) {
    this.#name = name;
    this.#chain = new DirectoryChain(root);
  }

  /**
   * A descriptor of this directory, valid until another is requested. Missing directories are created with mode 0755.
   *
   * @param onMade called with the descriptor of each created one
   */
  directory(path: string, onMade: (descriptor: number) => void): number {
    if (path !== this.#current) {
      const names = path === '' ? [] : path.split('/');
      let shared = 0;
      while (shared < this.#open.length && this.#open[shared]?.name === names[shared]) shared += 1;
      this.#leaveDownTo(shared);
      for (const [index, name] of names.entries()) {
        if (index < shared) continue;
        const at = names.slice(0, index + 1).join('/');
        this.#enter(at, this.#make(at, name) ? onMade : undefined);
      }
      this.#current = path;
    }
    return this.#chain.descriptor;
  }

  /**
   * Creates the directory of an entry, or uses an existing one, and makes it the current one.
   *
   * @param finish called with its descriptor when it is left
   */
  enter({ path }: Entry, onMade: (descriptor: number) => void, finish: (descriptor: number) => void): void {
    this.directory(parentOf(path), onMade);
    this.#make(path, nameOf(path));
    this.#enter(path, finish);
    this.#current = path;
  }

  /** Finishes all open directories. */
  finish(): void {
    this.#leaveDownTo(0);
    this.#current = '';
  }

  /** Closes what an error left open. */
  close(): void {
    this.#open.length = 0;
    this.#chain.close();
  }

  /** @returns whether it was missing */
  #make(path: string, name: string): boolean {
    try {
      mkdirSync(childPath(this.#chain.descriptor, name), 0o700);
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw extractFailed(this.#name, path, 'the directory cannot be created', cause);
    }
  }

  #enter(path: string, finish: ((descriptor: number) => void) | undefined): void {
    const name = nameOf(path);
    try {
      this.#chain.enter(name);
      this.#open.push({ name, finish });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'ENOTDIR' && code !== 'ELOOP') {
        throw extractFailed(this.#name, path, 'the directory cannot be opened', cause);
      }
      throw new StillrootError('output-refused', 'exists and is not a directory', {
        where: placeOf(this.#name, path),
        hint: 'Nothing is ever extracted through a symlink; extract into an empty directory.',
        cause,
      });
    }
  }

  #leaveDownTo(depth: number): void {
    // Until the new directory is open the stack has no current one, so that a failure cannot leave a wrong one.
    this.#current = '\0';
    while (this.#open.length > depth) {
      const { finish } = this.#open.at(-1) as UnfinishedDirectory;
      try {
        this.#chain.leave(finish);
      } catch (cause) {
        const path = this.#open.map(({ name }) => name).join('/');
        throw extractFailed(this.#name, path, 'owner, mode or time cannot be set', cause);
      }
      this.#open.pop();
    }
  }
}

/**
 * Opens the target directory, and creates it if missing. The path comes from the user, so symlinks in it are followed,
 * but none below it.
 *
 * @returns a descriptor that the caller closes
 * @throws output-refused, output-failed
 */
export function openOutputRoot(path: string): number {
  if (path === '') {
    throw new StillrootError('output-refused', 'the directory to extract into is an empty path', {
      hint: 'Name one with -C. The usual cause is an empty variable in a script.',
    });
  }
  let root: number;
  try {
    makeDirectories(path);
    root = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (cause) {
    if (['EEXIST', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) {
      throw new StillrootError('output-refused', 'is not a directory', {
        where: path,
        hint: 'Name a directory with -C, or one that can be created.',
        cause,
      });
    }
    throw extractFailed(path, '', 'the directory cannot be created or opened', cause);
  }
  try {
    refuseRunningRoot(path, root);
    statSync(`/proc/self/fd/${root}/.`);
    return root;
  } catch (cause) {
    closeSync(root);
    throw extractFailed(path, '', '/proc is not mounted, but entries are accessed through it', cause);
  }
}

/** Device and inode, not the name: see openRoot. */
function refuseRunningRoot(path: string, root: number): void {
  const found = fstatSync(root, { bigint: true });
  const running = statSync('/', { bigint: true });
  if (found.dev !== running.dev || found.ino !== running.ino) return;
  throw new StillrootError('output-refused', 'is the root of the running system', {
    where: path,
    hint: 'Extract into a separate directory.',
  });
}
