import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { StillrootError } from '../errors.ts';
import { childPath, DirectoryChain, openDirectoryAt } from '../source/descriptors.ts';
import { type MountPoints, readMountPoints } from '../source/mount-points.ts';

/**
 * Removes a directory that a builder has written, with everything in it. No symlink is followed and no mount is
 * entered, even if entries are replaced in the meantime: each directory is reached through the open descriptor of its
 * parent, and the kernel reports the mount of each. Flags set by chattr(1) are cleared.
 *
 * @throws StillrootError `bootstrap-failed` with what remains and why
 */
export function removeTree(path: string): void {
  const parent = openSync(realpathSync(dirname(path)), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const name = Buffer.from(basename(path)).toString('latin1');
    const root = openDirectoryAt(parent, name);
    try {
      new Remover(path, readMountPoints(root)).empty(root);
    } finally {
      closeSync(root);
    }
    rmdirSync(childPath(parent, name));
  } catch (cause) {
    if (cause instanceof StillrootError) throw cause;
    throw remains(path, `cannot be removed (${(cause as NodeJS.ErrnoException).code})`, cause);
  } finally {
    closeSync(parent);
  }
}

class Remover {
  readonly #top: string;
  readonly #mounts: MountPoints;

  constructor(top: string, mounts: MountPoints) {
    this.#top = top;
    this.#mounts = mounts;
  }

  /** Without recursion, and with few descriptors: a package may have created directories of any depth. */
  empty(root: number): void {
    const chain = new DirectoryChain(root, { open: openToEmpty });
    try {
      const unfinished = [listNames(chain.descriptor)];
      for (let names = unfinished.at(-1); names !== undefined; names = unfinished.at(-1)) {
        const name = names.pop();
        if (name !== undefined) {
          this.#guard(chain, name, () => {
            if (this.#remove(chain, name)) unfinished.push(listNames(chain.descriptor));
          });
          continue;
        }
        unfinished.pop();
        const emptied = chain.nameAt(chain.depth - 1);
        if (emptied === undefined) return;
        this.#guard(chain, '', () => chain.leave());
        this.#guard(chain, emptied, () =>
          withoutFlags(chain.descriptor, emptied, () => rmdirSync(childPath(chain.descriptor, emptied))),
        );
      }
    } finally {
      chain.close();
    }
  }

  /** @returns whether it is a directory, which is now the current one */
  #remove(chain: DirectoryChain, name: string): boolean {
    const place = childPath(chain.descriptor, name);
    if (!lstatSync(place).isDirectory()) {
      withoutFlags(chain.descriptor, name, () => unlinkSync(place));
      return false;
    }
    chain.enter(name);
    if (!this.#mounts.isOtherMount(chain.descriptor)) return true;
    throw remains(this.#placeOf(chain, ''), 'is a mount point, so its contents are not removed');
  }

  #guard(chain: DirectoryChain, name: string, work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (cause instanceof StillrootError) throw cause;
      throw remains(
        this.#placeOf(chain, name),
        `cannot be removed (${(cause as NodeJS.ErrnoException).code})`,
        cause,
      );
    }
  }

  #placeOf(chain: DirectoryChain, name: string): string {
    const names = Array.from({ length: chain.depth }, (_, depth) => chain.nameAt(depth));
    return [this.#top, ...names, name].filter((each) => each !== '').join('/');
  }
}

function listNames(directory: number): string[] {
  return readdirSync(`/proc/self/fd/${directory}`, 'latin1');
}

/** Opens a directory, if necessary after giving its owner permission to read and change it. */
function openToEmpty(parent: number, name: string): number {
  const { mode } = lstatSync(childPath(parent, name));
  if ((mode & 0o700) === 0o700) return openDirectoryAt(parent, name);
  try {
    chmodSync(childPath(parent, name), 0o700);
  } catch (error) {
    // Root does not need it; for other users the next call fails.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
  return openDirectoryAt(parent, name);
}

function withoutFlags(parent: number, name: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    // Either the entry or its directory is immutable or append-only.
    const input = Buffer.from(`/proc/self/fd/3/.\0/proc/self/fd/3/${name}\0`, 'latin1');
    spawnSync('xargs', ['-0', 'chattr', '-i', '-a', '--'], {
      input,
      stdio: ['pipe', 'ignore', 'ignore', parent],
    });
    work();
  }
}

function remains(where: string, what: string, cause?: unknown): StillrootError {
  return new StillrootError('bootstrap-failed', what, {
    where,
    hint: 'It was created for this run only; remove it by hand.',
    cause,
  });
}
