/** The packages of a tree as documents list them: sorted, each with its package URL. */
import { digestsFromAptLists } from '../packages/apt.ts';
import { comparePackages, type Package, type PackageDatabase, type ReadFile } from '../packages/package.ts';
import type { Tree } from '../tree/tree.ts';
import { type Distribution, purlOf } from './purl.ts';

/** All texts are byte strings. */
export interface InstalledPackage extends Package {
  readonly purl: string;
  /** Of the package file itself, where the tree knows it: 64 hexadecimal digits. */
  readonly fileSha256?: string;
}

/**
 * @param databases all that the tree has
 * @param read content of a file of the tree
 * @returns every installed package once for each time that its database has it, in an order that does not depend
 *   on that of the database
 */
export function installedPackages(
  databases: readonly PackageDatabase[],
  distribution: Distribution,
  tree: Tree,
  read: ReadFile,
): InstalledPackage[] {
  const packages = databases.flatMap((database) => database.packages);
  const debs = packages.filter(({ type }) => type === 'deb');
  const digests = digestsFromAptLists(tree, read, debs);
  return packages.sort(comparePackages).map((each) => {
    const fileSha256 = digests.get(each);
    return {
      ...each,
      purl: purlOf(each, distribution),
      ...(fileSha256 === undefined ? {} : { fileSha256 }),
    };
  });
}

/**
 * What a bill of materials lists: software, each once. rpm keeps the public keys that it trusts among the
 * packages, under this name.
 */
export function softwareOf(packages: readonly InstalledPackage[]): InstalledPackage[] {
  const byPurl = new Map<string, InstalledPackage>();
  for (const each of packages) {
    const isKey = each.type === 'rpm' && each.name === 'gpg-pubkey';
    if (!isKey && !byPurl.has(each.purl)) byPurl.set(each.purl, each);
  }
  return [...byPurl.values()];
}
