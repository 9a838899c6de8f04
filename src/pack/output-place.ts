import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StillrootError } from '../errors.ts';
import { outputFailed } from './output-failed.ts';

/** Device and inode of a path, symlinks followed; undefined where there is nothing. */
type Identify = (path: string) => Pick<BigIntStats, 'dev' | 'ino'> | undefined;

const identify: Identify = (path) => statSync(path, { bigint: true, throwIfNoEntry: false });

/**
 * Refuses an output inside the tree that is packed: the archive would hold a part of itself, and the
 * source would be written to. Directories are compared by device and inode, so that neither a symlink
 * nor a bind mount hides it.
 *
 * @param look for tests: two filesystems that give one inode number are not on every machine
 */
export function refuseOutputInside(source: string, output: string, look: Identify = identify): void {
  const root = look(source);
  if (root === undefined) return;
  // Not resolve() and not the other realpath: they take `link/..` for nothing before links are followed.
  const parent = dirname(output);
  try {
    // A parent that does not exist is not inside anything; opening the output will say so.
    if (look(parent) === undefined) return;
    for (let directory = realpathSync.native(parent); ; directory = dirname(directory)) {
      const found = look(directory);
      if (found?.dev === root.dev && found.ino === root.ino) break;
      if (directory === dirname(directory)) return;
    }
  } catch (cause) {
    throw outputFailed(output, cause);
  }
  throw new StillrootError('output-refused', `lies inside the source ${source}`, {
    where: output,
    hint: 'Write the archive outside the tree.',
  });
}
