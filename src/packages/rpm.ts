import { damaged } from '../formats/damage.ts';
import { evrOf, type RpmBlob, RpmHeader, TAG } from '../formats/rpm/package-header.ts';
import { showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { Claims, databaseOf } from './claims.ts';
import type { Package, PackageDatabase, PackageScript, ReadFile } from './package.ts';
import { namingDamage } from './read-database.ts';
import {
  type ImageFiles,
  inFiles,
  named,
  parseSections,
  publicUrl,
  type Repository,
  snapshotOf,
} from './repository.ts';
import { readRpmDatabase } from './rpm-database.ts';
import { SCRIPT_BYTES_MAX, SCRIPTS_BYTES_MAX, unlessTooLarge } from './scripts.ts';

/** rpmfi.h: RPMFILE_GHOST, a path that the package lists but does not ship, such as its log. */
const GHOST = 1 << 6;
/** rpmfs.h: RPMFILE_STATE_NORMAL; the others are files that were not installed, or were replaced. */
const STATE_NORMAL = 0;

/**
 * Packages and their paths from rpm's own database; rpm is not run. A ghost is claimed as well: the
 * package removes it, and rpm reports it as owned. A file that was not installed (such as excluded
 * documentation) is not.
 *
 * @returns undefined where the tree has no rpm database
 * @throws StillrootError `source-unreadable` where it exists but cannot be read
 */
export function loadRpm(tree: Tree, read: ReadFile): PackageDatabase | undefined {
  const database = readRpmDatabase(tree, read);
  if (database === undefined) return undefined;
  const claims = new Claims(tree);
  const headers = namingDamage(database.path, () =>
    database.packages.map((blob) => {
      const header = new RpmHeader(blob.header, blob.offset);
      addFiles(claims, header, blob);
      return header;
    }),
  );
  return databaseOf(
    'rpm',
    claims,
    () => namingDamage(database.path, () => headers.map(describe)),
    () => unlessTooLarge(() => scriptsOf(headers, database.path)) ?? [],
  );
}

/** Scriptlets as rpm-scriptlets(7) names them, and whether they run at the installation. */
const SCRIPTLETS = [
  ['%pre', TAG.PREIN, true],
  ['%post', TAG.POSTIN, true],
  ['%posttrans', TAG.POSTTRANS, true],
  ['%preun', TAG.PREUN, false],
  ['%postun', TAG.POSTUN, false],
] as const;

function scriptsOf(headers: readonly RpmHeader[], path: string): PackageScript[] {
  const found: PackageScript[] = [];
  let left = SCRIPTS_BYTES_MAX;
  for (const header of headers) {
    for (const [name, tag, isInstall] of SCRIPTLETS) {
      // A scriptlet may be a program with arguments; its text is then one string for all that.
      const text = header.text(tag);
      if (text === '' || text.length > Math.min(left, SCRIPT_BYTES_MAX)) continue;
      left -= text.length;
      found.push({ package: header.text(TAG.NAME), name, path, isInstall, text });
    }
  }
  return found;
}

function addFiles(claims: Claims, header: RpmHeader, { offset }: RpmBlob): void {
  const owner = claims.addOwner(header.text(TAG.NAME));
  const names = header.texts(TAG.BASENAMES);
  if (names.length === 0) return;
  const directories = header.texts(TAG.DIRNAMES);
  const indexes = header.numbers(TAG.DIRINDEXES);
  const flags = header.numbers(TAG.FILEFLAGS);
  const states = header.numbers(TAG.FILESTATES);
  if (indexes.length !== names.length)
    damaged(offset, `${indexes.length} directories`, `one for each of ${names.length} files`);
  const byDirectory = new Map<number, string[]>();
  for (const [file, name] of names.entries()) {
    const isGhost = ((flags[file] ?? 0) & GHOST) !== 0;
    if (!isGhost && (states[file] ?? STATE_NORMAL) !== STATE_NORMAL) continue;
    const index = indexes[file] as number;
    const siblings = byDirectory.get(index);
    if (siblings === undefined) byDirectory.set(index, [name]);
    else siblings.push(name);
  }
  for (const [index, siblings] of byDirectory) {
    const directory = directories[index];
    if (directory === undefined) damaged(offset, `directory ${index}`, `one of ${directories.length}`);
    // Directories are absolute, with a trailing slash; the root has no name.
    claims.addAll(directory.replace(/^\/+|\/+$/g, ''), siblings.filter(Boolean), owner);
  }
}

function describe(header: RpmHeader): Package {
  const source = header.text(TAG.SOURCERPM);
  const size = header.number(TAG.LONGSIZE) ?? header.number(TAG.SIZE);
  const license = header.text(TAG.LICENSE);
  const digest = digestOf(header);
  return {
    type: 'rpm',
    name: header.text(TAG.NAME),
    version: evrOf(header),
    architecture: header.text(TAG.ARCH),
    // Public keys are stored as packages without a source.
    ...(source === '' || source === '(none)' ? {} : { source }),
    ...(size === undefined ? {} : { size }),
    ...(license === '' ? {} : { license }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Digest of the header as built, which includes the digest of the content; rpm before 4.14 has only SHA-1. */
function digestOf(header: RpmHeader): string | undefined {
  const sha256 = header.text(TAG.SHA256HEADER);
  if (sha256 !== '') return `sha256:${sha256}`;
  const sha1 = header.text(TAG.SHA1HEADER);
  return sha1 === '' ? undefined : `sha1:${sha1}`;
}

// Repositories of dnf, yum and zypper (dnf.conf(5)): a section each; `[main]` has the settings of the program.

const PLACES: ReadonlySet<string> = new Set(['baseurl', 'metalink', 'mirrorlist']);

/** @param text byte string */
function parseRepoFile(text: string): Repository[] {
  return parseSections(text)
    .filter(({ name, pairs }) => name !== 'main' && !pairs.some(isOff))
    .flatMap(({ name, pairs }) =>
      pairs
        .filter(([key]) => PLACES.has(key))
        .flatMap(([, value]) => value.split(/[\s,]+/))
        .filter((url) => url !== '')
        .map((url): Repository => {
          const snapshot = snapshotOf(url);
          return {
            type: 'rpm',
            url: publicUrl(url),
            suite: showPath(name),
            ...(snapshot === undefined ? {} : { snapshot }),
          };
        }),
    );
}

function isOff([key, value]: readonly [string, string]): boolean {
  return key === 'enabled' && /^(0|no|false|off)$/i.test(value);
}

/** Where dnf, yum and zypper install from. */
export function rpmRepositories(files: ImageFiles): Repository[] {
  return [
    ...inFiles(files, ['etc/dnf/dnf.conf', 'etc/yum.conf'], parseRepoFile),
    ...inFiles(files, named(files, 'etc/yum.repos.d', '.repo'), parseRepoFile),
    ...inFiles(files, named(files, 'etc/zypp/repos.d', '.repo'), parseRepoFile),
  ];
}
