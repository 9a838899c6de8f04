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
  /** SHA-256 of the package file itself, if the tree records it: 64 hexadecimal digits. */
  readonly fileSha256?: string;
}

/**
 * @param databases all databases of the tree
 * @param read returns the content of a file of the tree
 * @returns every installed package, as often as its database lists it, in an order independent of that of the database
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
 * What a bill of materials lists: software, each once. rpm stores the public keys that it trusts as packages, under
 * this name.
 */
export function softwareOf(packages: readonly InstalledPackage[]): InstalledPackage[] {
  const byPurl = new Map<string, InstalledPackage>();
  for (const each of packages) {
    const isKey = each.type === 'rpm' && each.name === 'gpg-pubkey';
    if (!isKey && !byPurl.has(each.purl)) byPurl.set(each.purl, each);
  }
  return [...byPurl.values()];
}

// Package URLs (ECMA-427, https://www.packageurl.org/): `pkg:type/namespace/name@version?key=value`. What each type
// adds is in its definition there.

/** All texts are byte strings; UTF-8 text is given in its encoding. */
export interface PurlParts {
  readonly type: string;
  /** Segments separated by slashes; '' for none. */
  readonly namespace: string;
  readonly name: string;
  /** '' for none. */
  readonly version: string;
  /** Those with an empty value are left out. */
  readonly qualifiers: Readonly<Record<string, string>>;
}

/** The vendor of a tree's packages, according to its os-release. Byte strings. */
export interface Distribution {
  /** ID, such as `debian`; undefined if the tree does not say. */
  readonly id?: string | undefined;
  /** VERSION_ID, such as `12`; rolling releases have none. */
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

/** Letters, digits, `.-_~` and, anywhere, the colon stay as they are (5.4); spaces become `%20`. */
function percentEncode(bytes: string): string {
  return bytes.replace(
    /[^A-Za-z0-9.\-_~:]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Namespaces that other tools use for an ID of os-release, so that they find advisories. */
const VENDORS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    rhel: 'redhat',
    'opensuse-leap': 'opensuse',
    'opensuse-microos': 'opensuse',
    'opensuse-tumbleweed': 'opensuse',
  }),
);

/** The namespace is left out if the tree does not say whose packages it has. */
export function purlOf(found: Package, { id = '', version }: Distribution): string {
  const { type, name, architecture } = found;
  const { isCaseless, hasEpochQualifier } = managerOf(type);
  const [, epoch = '', rest = ''] = (hasEpochQualifier && /^(\d+):(.*)$/s.exec(found.version)) || [];
  return encodePurl({
    type,
    namespace: lowerCase(VENDORS.get(id) ?? id),
    name: isCaseless ? lowerCase(name) : name,
    version: epoch === '' ? found.version : rest,
    qualifiers: {
      arch: architecture,
      distro: id === '' || version === undefined ? id : `${id}-${version}`,
      epoch,
    },
  });
}

/** ASCII only: other bytes of a byte string are not letters. */
function lowerCase(bytes: string): string {
  return bytes.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
