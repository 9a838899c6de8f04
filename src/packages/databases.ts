import { StillrootError } from '../errors.ts';
import { Damage } from '../formats/damage.ts';
import type { Tree } from '../tree/tree.ts';
import type { PackageDatabase, ReadFile } from './package.ts';
import { type PackageReader, READERS } from './readers.ts';

export interface PackageDatabases {
  readonly databases: readonly PackageDatabase[];
  /** Databases that exist but do not follow their format, as sentences for users. */
  readonly damages: readonly string[];
}

/**
 * All package databases of a tree; a Debian tree with rpm, for example, has two.
 *
 * @throws StillrootError `source-unreadable` where one of their files cannot be read
 */
export function loadPackageDatabases(
  tree: Tree,
  read: ReadFile,
  readers: readonly Pick<PackageReader, 'load'>[] = Object.values(READERS),
): PackageDatabases {
  const databases: PackageDatabase[] = [];
  const damages: string[] = [];
  for (const { load } of readers) {
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

/** Package managers for which stillroot has no reader and no rules, with a sign of their database in a tree. */
const DATABASES: readonly (readonly [name: string, paths: readonly string[]])[] = [
  ['Slackware', ['var/lib/pkgtools/packages', 'var/log/packages']],
  ['Sorcery', ['var/log/sorcery', 'var/state/sorcery/packages']],
  ['Lunar', ['var/log/lunar', 'var/state/lunar/packages']],
  ['porg', ['var/log/porg', 'var/log/paco']],
  ['T2', ['var/adm/packages']],
  ['CRUX', ['var/lib/pkg/db']],
  ['KISS', ['var/db/kiss/installed']],
  ['Solus', ['var/lib/eopkg/package']],
  ['Pardus', ['var/lib/pisi/package']],
  ['SliTaz', ['var/lib/tazpkg/installed']],
  ['Tiny Core', ['usr/local/tce.installed']],
  ['swupd', ['usr/share/clear/bundles']],
  ['pkgsrc', ['usr/pkg/pkgdb', 'var/db/pkgdb']],
];

/** Managers whose packages are in the tree but cannot be listed, each with the path that shows it. */
export function unreadDatabases(tree: Tree): { readonly name: string; readonly path: string }[] {
  return DATABASES.flatMap(([name, paths]) => {
    const path = paths.find((each) => tree.resolve(each) !== undefined);
    return path === undefined ? [] : [{ name, path }];
  });
}
