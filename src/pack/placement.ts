/** How a finished file gets its name, and how the file that had the name before is restored on failure. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  type Stats,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StillrootError, systemCode } from '../errors.ts';
import { outputFailed } from '../system/files.ts';

/** The system calls of an output; tests replace them to check the order and to make each call fail. */
export interface FileCalls {
  readonly open: (path: string, flags: number, mode?: number) => number;
  readonly sync: (descriptor: number) => void;
  readonly close: (descriptor: number) => void;
  /** lstat(2). */
  readonly look: (path: string) => Stats | undefined;
  readonly link: (from: string, to: string) => void;
  readonly rename: (from: string, to: string) => void;
  readonly unlink: (path: string) => void;
}

export const FILE_CALLS: FileCalls = {
  open: openSync,
  sync: fsyncSync,
  close: closeSync,
  look: (path) => lstatSync(path, { throwIfNoEntry: false }),
  link: linkSync,
  rename: renameSync,
  unlink: unlinkSync,
};

/**
 * A new name in the directory of a path. Not join(): it cancels out `link/..`, and the file would be in another
 * directory. The name of the output is not part of it: with a suffix it could be too long for the filesystem.
 */
export function nameBeside(path: string): string {
  return `${dirname(path)}/.stillroot-${randomBytes(6).toString('hex')}.tmp`;
}

/** Moves one output from a temporary name to its own. The methods are called in the order in which they appear here. */
export class Placement {
  readonly #path: string;
  readonly #temporary: string;
  readonly #force: boolean;
  readonly #calls: FileCalls;
  readonly #kind: 'file' | 'directory';
  /** The name under which an old file is kept. */
  #kept: string | undefined;
  /** Whether the old file still has its own name as well; without hard links it does not. */
  #isLinked = false;
  /** Whether the new file has been given the name, or may have been by a failed call. */
  #isTried = false;
  #isPlaced = false;

  /** @param kind of the output; it replaces nothing of the other kind */
  constructor(
    path: string,
    temporary: string,
    force: boolean,
    calls: FileCalls,
    kind: 'file' | 'directory' = 'file',
  ) {
    this.#path = path;
    this.#temporary = temporary;
    this.#force = force;
    this.#calls = calls;
    this.#kind = kind;
  }

  /** Whether the temporary name has become the output's own. */
  get isPlaced(): boolean {
    return this.#isPlaced;
  }

  /** The name under which an old file is currently kept. */
  get kept(): string | undefined {
    return this.#kept;
  }

  /** Keeps an existing file of that name under a second one. @throws output-exists, output-failed */
  keep(): void {
    this.#trying(() => {
      const old = this.#calls.look(this.#path);
      if (old === undefined) return;
      if (!this.#force) throw cameMeanwhile(this.#path);
      // rename(2) would fail too, but only after other outputs have been replaced.
      if (old.isDirectory() !== (this.#kind === 'directory')) throw isOtherKind(this.#path, this.#kind);
      const kept = nameBeside(this.#path);
      try {
        this.#calls.link(this.#path, kept);
        this.#isLinked = true;
      } catch {
        // Not every filesystem has hard links, and not every user may link every file. A file that cannot be moved either
        // could not be replaced, and nothing has been replaced yet.
        this.#calls.rename(this.#path, kept);
      }
      this.#kept = kept;
    });
  }

  /** @throws output-failed */
  place(): void {
    this.#trying(() => {
      this.#isTried = true;
      this.#calls.rename(this.#temporary, this.#path);
      this.#isPlaced = true;
    });
  }

  /** Makes the name durable. @throws output-failed */
  sync(): void {
    this.#trying(() => {
      const { open, sync, close } = this.#calls;
      const directory = open(dirname(this.#path), constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        sync(directory);
      } catch (cause) {
        // Some network filesystems cannot sync a directory; the file itself is synced by then.
        if (!['EINVAL', 'ENOTSUP'].includes(systemCode(cause) ?? '')) throw cause;
      } finally {
        close(directory);
      }
    });
  }

  /** Restores the state before `keep`. @throws output-failed, saying which file is where */
  restore(): void {
    if (this.#kept !== undefined) this.#putBack(this.#kept);
    else if (this.#isPlaced) this.#takeAway();
    else return;
    try {
      this.sync();
    } catch (cause) {
      throw this.#failed('the old state is restored, but may not survive a crash', cause);
    }
  }

  /** Removes the old file. @throws the system error; the file is then still kept */
  forget(): void {
    if (this.#kept === undefined) return;
    this.#calls.unlink(this.#kept);
    this.#kept = undefined;
  }

  #putBack(kept: string): void {
    try {
      if (this.#isTried || !this.#isLinked) this.#calls.rename(kept, this.#path);
      // Where both are names of one file, rename(2) keeps both.
      if (this.#isLinked) this.#remove(kept);
    } catch (cause) {
      throw this.#failed(`the old file is now ${kept} and could not be renamed back`, cause);
    }
    this.#kept = undefined;
  }

  #takeAway(): void {
    try {
      this.#remove(this.#path);
    } catch (cause) {
      throw this.#failed('the new file is still there', cause);
    }
  }

  #remove(path: string): void {
    try {
      this.#calls.unlink(path);
    } catch (cause) {
      if (systemCode(cause) !== 'ENOENT') throw cause;
    }
  }

  #failed(what: string, cause: unknown): StillrootError {
    const code = systemCode(cause) ?? (cause instanceof StillrootError ? systemCode(cause.cause) : undefined);
    return new StillrootError('output-failed', `${what} (${code ?? 'unknown'})`, {
      where: this.#path,
      cause,
    });
  }

  #trying(work: () => void): void {
    try {
      work();
    } catch (cause) {
      throw outputFailed(this.#path, cause);
    }
  }
}

function cameMeanwhile(path: string): StillrootError {
  return new StillrootError('output-exists', 'was created by another program in the meantime', {
    where: path,
    hint: 'It was not touched. Choose another name, or overwrite it with --force.',
  });
}

function isOtherKind(path: string, wanted: 'file' | 'directory'): StillrootError {
  const found = wanted === 'file' ? 'a directory' : 'something other than a directory';
  return new StillrootError('output-failed', `has become ${found}`, {
    where: path,
    hint: wanted === 'file' ? 'Name a file.' : 'Name a directory.',
  });
}
