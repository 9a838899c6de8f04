import { StillrootError } from '../errors.ts';
import { pathFromBytes, showPath } from '../tree/path.ts';
import { Damage } from './damage.ts';
import type { ReadFile } from './package.ts';

const HINT = 'Without it stillroot cannot tell which files belong to packages.';

/** @throws StillrootError `source-unreadable` */
export function readDatabaseFile(path: string, read: ReadFile, manager: string): Buffer {
  const bytes = read(path);
  if (bytes !== undefined) return bytes;
  throw new StillrootError('source-unreadable', `a file of the ${manager} database cannot be read`, {
    where: showPath(path),
    hint: HINT,
  });
}

/** Paths are bytes: nothing here is decoded. */
export function readDatabaseText(path: string, read: ReadFile, manager: string): string {
  return pathFromBytes(readDatabaseFile(path, read, manager));
}

/**
 * What `work` returns; says which file was damaged where it fails.
 *
 * @throws StillrootError `source-unreadable`
 */
export function namingDamage<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    const { offset, found, wanted } = error;
    throw new StillrootError(
      'source-unreadable',
      `byte ${offset}: found ${showPath(found)}, wanted ${wanted}`,
      {
        where: showPath(path),
        hint: HINT,
        cause: error,
      },
    );
  }
}
