import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { openFailed } from './open-failed.ts';

/**
 * Opens the root directory of a tree, or fails with the reason. The path comes from the user, so
 * symlinks in it are followed; from here on none are.
 *
 * @returns a descriptor that the caller must close
 */
export function openRoot(path: string): number {
  if (path === '') {
    throw new StillrootError('source-refused', 'the source is an empty path', {
      hint: 'Name the directory of a root filesystem. The usual cause is an empty variable in a script.',
    });
  }
  const root = openOrExplain(path);
  try {
    refuseRunningRoot(path, root);
    requireProc(path, root);
  } catch (error) {
    closeSync(root);
    throw error;
  }
  return root;
}

function openOrExplain(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new StillrootError('source-missing', 'no such directory', {
        where: path,
        hint: 'Name the directory of a root filesystem.',
        cause,
      });
    }
    if (code === 'ENOTDIR') {
      throw new StillrootError('source-not-supported', 'is not a directory', {
        where: path,
        hint: 'Name the directory of a root filesystem; unpack an archive first.',
        cause,
      });
    }
    const { what, hint } = openFailed(cause, 'opened', 'Run as a user who can read it.', CHECK_FILESYSTEM);
    throw new StillrootError('source-unreadable', what, { where: path, hint, cause });
  }
}

const CHECK_FILESYSTEM = 'Check the filesystem it is on.';

/** Device and inode, not the name: `/`, `/.`, `/proc/1/root` and a bind mount of it are all the running system. */
function refuseRunningRoot(path: string, root: number): void {
  const found = fstatSync(root, { bigint: true });
  const running = statSync('/', { bigint: true });
  if (found.dev === running.dev && found.ino === running.ino) {
    throw new StillrootError('source-refused', 'is the root of the running system', {
      where: path,
      hint: 'Name a bootstrapped tree that is not in use.',
    });
  }
}

function requireProc(path: string, root: number): void {
  try {
    statSync(`/proc/self/fd/${root}/.`);
  } catch (cause) {
    throw new StillrootError(
      'source-unreadable',
      '/proc is not mounted, but entries are accessed through it',
      {
        where: path,
        hint: 'Mount it with mount -t proc proc /proc.',
        cause,
      },
    );
  }
}
