import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StillrootError } from '../errors.ts';
import { outputFailed } from './output-failed.ts';

/**
 * Refuses an output inside the tree that is packed: the archive would hold a part of itself, and the
 * source would be written to. Directories are compared by device and inode, so that neither a symlink
 * nor a bind mount hides it.
 */
export function refuseOutputInside(source: string, output: string): void {
  const root = statSync(source, { bigint: true, throwIfNoEntry: false });
  if (root === undefined) return;
  // Not resolve() and not the other realpath: they take `link/..` for nothing before links are followed.
  const parent = dirname(output);
  try {
    // A parent that does not exist is not inside anything; opening the output will say so.
    if (statSync(parent, { throwIfNoEntry: false }) === undefined) return;
    for (let directory = realpathSync.native(parent); ; directory = dirname(directory)) {
      const stats = statSync(directory, { bigint: true });
      if (stats.dev === root.dev && stats.ino === root.ino) break;
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
