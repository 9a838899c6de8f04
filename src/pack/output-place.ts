import { type BigIntStats, realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { StillrootError } from '../errors.ts';
import { outputFailed } from '../system/files.ts';

/** Device and inode of a path, symlinks followed; undefined where it does not exist. */
type Identify = (path: string) => Pick<BigIntStats, 'dev' | 'ino'> | undefined;

const identify: Identify = (path) => statSync(path, { bigint: true, throwIfNoEntry: false });

/**
 * Refuses an output inside the tree being packed: the archive would contain part of itself, and the source would be
 * modified.
 *
 * @param look for tests: not every machine has two filesystems with equal inode numbers
 * @throws output-refused, output-failed
 */
export function refuseOutputInside(source: string, output: string, look: Identify = identify): void {
  try {
    // Not resolve() and not the other realpath: they cancel out `link/..` before links are followed.
    if (!isInside(source, dirname(output), look)) return;
  } catch (cause) {
    throw outputFailed(output, cause);
  }
  throw new StillrootError('output-refused', `lies inside the source ${JSON.stringify(source)}`, {
    where: output,
    hint: 'Write the archive outside the tree.',
  });
}

/**
 * Whether a directory is the tree or is inside it. Directories are compared by device and inode, so neither a symlink
 * nor a bind mount can hide it. A directory that does not exist is not inside anything.
 *
 * @throws system errors
 */
export function isInside(source: string, directory: string, look: Identify = identify): boolean {
  const root = look(source);
  if (root === undefined || look(directory) === undefined) return false;
  for (let each = realpathSync.native(directory); ; each = dirname(each)) {
    const found = look(each);
    if (found?.dev === root.dev && found.ino === root.ino) return true;
    if (each === dirname(each)) return false;
  }
}

/**
 * Refuses one file name for two outputs, however it is spelled.
 *
 * @throws usage, output-failed
 */
export function refuseSameOutputs(paths: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const place = placeOf(path);
    if (seen.has(place)) {
      throw new StillrootError('usage', `is the same file as ${seen.get(place)}, another output`, {
        where: path,
        hint: 'Name another file.',
      });
    }
    seen.set(place, path);
  }
}

function placeOf(path: string): string {
  try {
    return `${realpathSync.native(dirname(path))}/${basename(path)}`;
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}
