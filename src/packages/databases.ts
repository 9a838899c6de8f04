import { StillrootError } from '../errors.ts';
import type { Tree } from '../tree/tree.ts';
import { loadApk } from './apk.ts';
import { Damage } from './damage.ts';
import { loadDpkg } from './dpkg.ts';
import type { PackageDatabase, ReadFile } from './package.ts';
import { loadPacman } from './pacman.ts';
import { loadRpm } from './rpm.ts';

const LOADERS: readonly ((tree: Tree, read: ReadFile) => PackageDatabase | undefined)[] = [
  loadDpkg,
  loadRpm,
  loadPacman,
  loadApk,
];

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
export function loadPackageDatabases(tree: Tree, read: ReadFile): PackageDatabases {
  const databases: PackageDatabase[] = [];
  const damages: string[] = [];
  for (const load of LOADERS) {
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
