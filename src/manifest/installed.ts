/** The packages of a tree as documents list them: sorted, each with its package URL. */
import { digestsFromAptLists } from '../packages/apt.ts';
import { managerOf } from '../packages/managers.ts';
import {
  compareBytes,
  comparePackages,
  type Package,
  type PackageDatabase,
  type ReadFile,
} from '../packages/package.ts';
import type { Tree } from '../tree/tree.ts';

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

/**
 * Package URLs (ECMA-427, https://www.packageurl.org/): `pkg:type/namespace/name@version?key=value`.
 * What each type of packages adds to it is in its definition there.
 */

/** All texts are byte strings; those of UTF-8 text are its encoding. */
export interface PurlParts {
  readonly type: string;
  /** Segments with slashes between them; '' for none. */
  readonly namespace: string;
  readonly name: string;
  /** '' for none. */
  readonly version: string;
  /** Those with an empty value are left out. */
  readonly qualifiers: Readonly<Record<string, string>>;
}

/** Who made the packages of a tree, by its os-release. Byte strings. */
export interface Distribution {
  /** ID, as `debian`; undefined where the tree does not say. */
  readonly id?: string | undefined;
  /** VERSION_ID, as `12`; rolling releases have none. */
  readonly version?: string | undefined;
}

/** @returns the canonical form, which is ASCII */
export function encodePurl({ type, namespace, name, version, qualifiers }: PurlParts): string {
  const segments = [...namespace.split('/'), name].filter((segment) => segment !== '');
  const pairs = Object.entries(qualifiers)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) => `${key}=${percentEncode(value)}`);
  const at = version === '' ? '' : `@${percentEncode(version)}`;
  const query = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return `pkg:${type}/${segments.map(percentEncode).join('/')}${at}${query}`;
}

/** Letters, digits, `.-_~` and, in any place, the colon are themselves (5.4); spaces are `%20`. */
function percentEncode(bytes: string): string {
  return bytes.replace(
    /[^A-Za-z0-9.\-_~:]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Namespaces that other tools use for an ID of os-release, so that advisories are found by them. */
const VENDORS: Readonly<Record<string, string>> = {
  rhel: 'redhat',
  'opensuse-leap': 'opensuse',
  'opensuse-microos': 'opensuse',
  'opensuse-tumbleweed': 'opensuse',
};

/** The namespace is left out where the tree does not say whose packages it has. */
export function purlOf(found: Package, { id = '', version }: Distribution): string {
  const { type, name, architecture } = found;
  const { isCaseless, hasEpochQualifier } = managerOf(type);
  const [, epoch = '', rest = ''] = (hasEpochQualifier && /^(\d+):(.*)$/s.exec(found.version)) || [];
  return encodePurl({
    type,
    namespace: lowerCase(VENDORS[id] ?? id),
    name: isCaseless ? lowerCase(name) : name,
    version: epoch === '' ? found.version : rest,
    qualifiers: {
      arch: architecture,
      distro: id === '' || version === undefined ? id : `${id}-${version}`,
      epoch,
    },
  });
}

/** ASCII letters only: the rest of a byte string is not letters. */
function lowerCase(bytes: string): string {
  return bytes.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
