import { movedPlaces } from '../tree/moved-directories.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { Claims } from './claims.ts';
import type { Package, PackageDatabase, ReadFile } from './package.ts';
import { readDatabaseText } from './read-database.ts';

const DATABASE = 'var/lib/pacman/local';

/**
 * pacman's local database (libalpm, be_local.c): a directory `NAME-VERSION` for each package with the
 * files `desc`, what it is, and `files`, relative paths below `%FILES%`, directories with a slash at the
 * end. Both are sections of a `%KEY%` line, values, and an empty line.
 *
 * @returns undefined where the tree has no such database
 * @throws StillrootError `source-unreadable` for a file that is there and cannot be read
 */
export function loadPacman(tree: Tree, read: ReadFile): PackageDatabase | undefined {
  const database = movedPlaces(DATABASE)
    .map((place) => tree.resolve(place))
    .find((entry) => entry?.type === 'directory');
  if (database === undefined) return undefined;
  const inside = `${database.path}/`;
  const descriptions: string[] = [];
  const claims = new Claims(tree);
  for (const { path, type } of tree.entries) {
    if (type !== 'file' || !path.startsWith(inside)) continue;
    const name = nameOf(path);
    const isOfPackage = parentOf(parentOf(path)) === database.path;
    if (!isOfPackage) continue;
    if (name === 'desc') descriptions.push(path);
    // `NAME-VERSION-RELEASE`: neither of the last two has a hyphen (PKGBUILD(5)).
    else if (name === 'files')
      addFiles(claims, readDatabaseText(path, read, 'pacman'), nameOf(parentOf(path)));
  }
  let packages: Package[] | undefined;
  return {
    manager: 'pacman',
    get packages(): readonly Package[] {
      packages ??= descriptions.map((path) => parseDescription(readDatabaseText(path, read, 'pacman')));
      return packages;
    },
    owns: (path) => claims.has(path),
    ownersOf: (path) => claims.ownersOf(path),
  };
}

function addFiles(claims: Claims, text: string, directory: string): void {
  const owner = claims.addOwner(directory.replace(/-[^-]*-[^-]*$/, ''));
  for (const line of sections(text).get('FILES') ?? []) {
    claims.add(line.endsWith('/') ? line.slice(0, -1) : line, owner);
  }
}

function parseDescription(text: string): Package {
  const values = sections(text);
  const first = (key: string): string => values.get(key)?.[0] ?? '';
  const size = first('SIZE');
  const licenses = values.get('LICENSE') ?? [];
  const base = first('BASE');
  return {
    type: 'alpm',
    name: first('NAME'),
    version: first('VERSION'),
    architecture: first('ARCH'),
    ...(base === '' ? {} : { source: base, sourceVersion: first('VERSION') }),
    ...(/^\d{1,15}$/.test(size) ? { size: Number(size) } : {}),
    ...(licenses.length === 0 ? {} : { license: licenses.join(' AND ') }),
  };
}

/** Key without the percent signs to its values. */
function sections(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const line of text.split('\n')) {
    const startsSection = values === undefined && /^%[^%]+%$/.test(line);
    if (startsSection) {
      values = [];
      found.set(line.slice(1, -1), values);
    } else if (line === '') values = undefined;
    else values?.push(line);
  }
  return found;
}
