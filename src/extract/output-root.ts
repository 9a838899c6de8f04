import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { makeDirectories } from '../system/make-directories.ts';
import { extractFailed } from './extract-failed.ts';

/**
 * Opens the directory to extract into, and makes it where it is missing. The path is the user's own, so a
 * symlink in it is followed; below it none is.
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
