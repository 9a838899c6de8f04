import { damaged } from '../formats/damage.ts';
import { movedPlaces } from '../tree/moved-directories.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { Claims } from './claims.ts';
import { divert, parseDiversions } from './dpkg-diversions.ts';
import { parseDpkgStatus } from './dpkg-status.ts';
import type { Package, PackageDatabase, ReadFile } from './package.ts';
import { namingDamage, readDatabaseText } from './read-database.ts';

const DATABASE = 'var/lib/dpkg';

/**
 * Reads which paths the installed packages claim.
 *
 * - `info/PACKAGE[:ARCHITECTURE].list`: one absolute path a line, directories too; `/.` is the root
 * - `info/PACKAGE.conffiles`: the same, with a flag in front for files that a release has removed
 * - `status.d/PACKAGE.md5sums` of distroless images: digest, two spaces, relative path; files only
 * - `diversions`: see dpkg-diversions.ts
 *
 * Packages with only configuration left own that configuration; `packages` leaves them out.
 *
 * @returns undefined where the tree has no dpkg database
 * @throws StillrootError `source-unreadable` for a list that is there and cannot be read, and where all lists
 *   are gone: what the packages own is then unknown, which is not the same as nothing
 */
export function loadDpkg(tree: Tree, read: ReadFile): PackageDatabase | undefined {
  const database = movedPlaces(DATABASE)
    .map((place) => tree.resolve(place))
    .find((entry) => entry?.type === 'directory');
  if (database === undefined) return undefined;
  const info = `${database.path}/info/`;
  const distroless = `${database.path}/status.d/`;
  const status = `${database.path}/status`;
  const diversions = parseDiversions(linesIfThere(tree, `${database.path}/diversions`, read));
  const claims = new Claims(tree);
  const owners = new Map<string, number>();
  const paragraphs = tree.get(status)?.type === 'file' ? [status] : [];
  let found = tree.has(status) || tree.has(distroless.slice(0, -1));
  let hasLists = false;
  for (const { path, type } of tree.entries) {
    if (type !== 'file') continue;
    if (path.startsWith(info)) {
      if (!path.endsWith('.list') && !path.endsWith('.conffiles')) continue;
      found = true;
      hasLists ||= path.endsWith('.list');
      const name = nameOf(path).replace(/\.(list|conffiles)$/, '');
      const owner = owners.get(name) ?? claims.addOwner(name);
      owners.set(name, owner);
      addAbsolute(claims, readLines(path, read), owner, (line) =>
        divert(diversions, line, name.replace(/:.*/, '')),
      );
    } else if (path.startsWith(distroless)) {
      hasLists = true;
      if (!path.endsWith('.md5sums')) paragraphs.push(path);
      else addDigests(claims, readLines(path, read), claims.addOwner(nameOf(path).replace(/\.md5sums$/, '')));
    }
  }
  if (!found) return undefined;
  if (!hasLists && linesIfThere(tree, status, read).some((line) => line !== '')) {
    namingDamage(status, () => damaged(0, 'no file list', 'one for each package in info'));
  }
  let packages: Package[] | undefined;
  return {
    manager: 'dpkg',
    get packages(): readonly Package[] {
      packages ??= paragraphs.flatMap((path) => parseDpkgStatus(readDatabaseText(path, read, 'dpkg')));
      return packages;
    },
    owns: (path) => claims.has(path),
    ownersOf: (path) => claims.ownersOf(path),
  };
}

function addAbsolute(
  claims: Claims,
  lines: readonly string[],
  owner: number,
  diverted: (line: string) => string,
): void {
  for (const line of lines) {
    // `/.` and lines with a flag such as `remove-on-upgrade` claim nothing.
    if (!line.startsWith('/') || line === '/.' || line === '/') continue;
    claims.add(diverted(line).slice(1), owner);
  }
}

/** Digests name files alone, so the directories above them are claimed along with them. */
function addDigests(claims: Claims, lines: readonly string[], owner: number): void {
  for (const line of lines) {
    const path = /^[0-9a-f]{32} [ *]\/?(.+)$/s.exec(line)?.[1];
    for (let claimed = path ?? ''; claimed !== ''; claimed = parentOf(claimed)) claims.add(claimed, owner);
  }
}

function linesIfThere(tree: Tree, path: string, read: ReadFile): string[] {
  return tree.get(path)?.type === 'file' ? readLines(path, read) : [];
}

function readLines(path: string, read: ReadFile): string[] {
  return readDatabaseText(path, read, 'dpkg').split('\n');
}
