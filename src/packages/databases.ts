import { StillrootError } from '../errors.ts';
import { Damage } from '../formats/damage.ts';
import type { Tree } from '../tree/tree.ts';
import { MANAGERS, type PackageManager } from './managers.ts';
import type { PackageDatabase, ReadFile } from './package.ts';

export interface PackageDatabases {
  readonly databases: readonly PackageDatabase[];
  /** Those that are there and do not follow their format, as sentences for users. */
  readonly damages: readonly string[];
}

/**
 * All package databases of a tree: Debian's rpm, for one, makes a tree of two.
 *
 * @throws StillrootError `source-unreadable` where a file of one cannot be read
 */
export function loadPackageDatabases(
  tree: Tree,
  read: ReadFile,
  managers: readonly Pick<PackageManager, 'load'>[] = MANAGERS,
): PackageDatabases {
  const databases: PackageDatabase[] = [];
  const damages: string[] = [];
  for (const { load } of managers) {
    try {
      const database = load(tree, read);
      if (database !== undefined) databases.push(database);
    } catch (error) {
      if (!(error instanceof StillrootError) || !(error.cause instanceof Damage)) throw error;
      damages.push(error.message);
    }
  }
  return { databases, damages };
}
