import { StillrootError } from '../errors.ts';
import { Damage } from '../formats/damage.ts';
import { pathFromBytes, showPath } from '../tree/path.ts';
import type { ReadFile } from './package.ts';

/**
 * Maximum bytes of one text file of a database, which is split into lines in memory: dpkg's status has ten megabytes on
 * a fully installed machine.
 */
export const DATABASE_TEXT_MAX: number = 32 * 1024 * 1024;

const HINT = 'So stillroot cannot tell which files belong to packages.';

/** @throws StillrootError `source-unreadable` */
export function readDatabaseFile(path: string, read: ReadFile, manager: string): Buffer {
  const bytes = read(path);
  if (bytes !== undefined) return bytes;
  throw new StillrootError('source-unreadable', `a file of the ${manager} database cannot be read`, {
    where: showPath(path),
    hint: HINT,
  });
}

/** An implausibly large database counts as damaged: ownership is unknown, and the rest of the tree is still read. */
export function databaseTooLarge(path: string, what: string): StillrootError {
  return new StillrootError('source-unreadable', what, {
    where: showPath(path),
    hint: HINT,
    cause: new Damage(0, what, 'less'),
  });
}

/** Paths are bytes: nothing here is decoded. */
export function readDatabaseText(path: string, read: ReadFile, manager: string): string {
  const bytes = readDatabaseFile(path, read, manager);
  if (bytes.length > DATABASE_TEXT_MAX) {
    throw databaseTooLarge(path, `has ${bytes.length} bytes, more than the limit of ${DATABASE_TEXT_MAX}`);
  }
  return pathFromBytes(bytes);
}

/**
 * Returns the result of `work`; if it meets damage, the error names the file.
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
