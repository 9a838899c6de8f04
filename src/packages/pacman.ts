import { nameOf, parentOf, showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { Claims, databaseOf } from './claims.ts';
import { movedPlaces } from './moved-directories.ts';
import type { Package, PackageDatabase, ReadFile } from './package.ts';
import { readDatabaseText } from './read-database.ts';
import {
  type ImageFiles,
  inFiles,
  parseSections,
  publicUrl,
  type Repository,
  snapshotOf,
} from './repository.ts';
import { readScripts, type ScriptFile } from './scripts.ts';

const DATABASE = 'var/lib/pacman/local';

/**
 * pacman's local database (libalpm, be_local.c): a directory `NAME-VERSION` for each package with the
 * files `desc`, its description, and `files`, relative paths after `%FILES%`, directories with a trailing
 * slash, and perhaps `install`, its script. The first two consist of sections of a `%KEY%` line, values, and an empty line.
 *
 * @returns undefined where the tree has no such database
 * @throws StillrootError `source-unreadable` for a file that exists but cannot be read
 */
export function loadPacman(tree: Tree, read: ReadFile): PackageDatabase | undefined {
  const database = movedPlaces(DATABASE)
    .map((place) => tree.resolve(place))
    .find((entry) => entry?.type === 'directory');
  if (database === undefined) return undefined;
  const inside = `${database.path}/`;
  const descriptions: string[] = [];
  const scriptFiles: ScriptFile[] = [];
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
    else if (name === 'install')
      scriptFiles.push({ package: packageOf(nameOf(parentOf(path))), name, path, isInstall: true });
  }
  return databaseOf(
    'pacman',
    claims,
    () => descriptions.map((path) => parseDescription(readDatabaseText(path, read, 'pacman'))),
    () => readScripts(tree, read, scriptFiles),
  );
}

function packageOf(directory: string): string {
  return directory.replace(/-[^-]*-[^-]*$/, '');
}

function addFiles(claims: Claims, text: string, directory: string): void {
  const owner = claims.addOwner(packageOf(directory));
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

// pacman.conf(5): a section for each repository, with servers listed in it or in files that it includes.

/** As in pacman. */
const MAX_DEPTH = 10;

/**
 * Total number of `Include` lines followed: files that include each other twice would be read a thousand times at
 * this depth, and those with a thousand lines would never end.
 */
const MAX_INCLUDES = 256;

/**
 * @param text byte string
 * @param include content of the files matched by a pattern of `Include`, in order
 */
function parsePacmanConf(text: string, include: (pattern: string) => readonly string[]): Repository[] {
  const follow = withBudget(include);
  return parseSections(text)
    .filter(({ name }) => name !== 'options')
    .flatMap(({ name, pairs }) => {
      const servers = pairs.flatMap(([key, value]) => {
        if (key === 'Server') return [value];
        return key === 'Include' ? follow(value).flatMap((each) => serversOf(each, follow, 1)) : [];
      });
      return servers.map((url): Repository => {
        const snapshot = snapshotOf(url);
        return {
          type: 'alpm',
          url: publicUrl(url),
          suite: showPath(name),
          ...(snapshot === undefined ? {} : { snapshot }),
        };
      });
    });
}

function withBudget(include: (pattern: string) => readonly string[]): typeof include {
  let left = MAX_INCLUDES;
  return (pattern) => {
    left -= 1;
    return left < 0 ? [] : include(pattern);
  };
}

/** Servers of an included file, which has no section. */
function serversOf(
  text: string,
  include: (pattern: string) => readonly string[],
  depth: number,
): readonly string[] {
  if (depth > MAX_DEPTH) return [];
  const [{ pairs } = { pairs: [] }] = parseSections(`[included]\n${text}`);
  return pairs.flatMap(([key, value]) => {
    if (key === 'Server') return [value];
    return key === 'Include' ? include(value).flatMap((each) => serversOf(each, include, depth + 1)) : [];
  });
}

/** Where pacman installs from. */
export function pacmanRepositories(files: ImageFiles): Repository[] {
  return inFiles(files, ['etc/pacman.conf'], (text) =>
    parsePacmanConf(text, (pattern) => included(files, pattern)),
  );
}

/** Files matched by a pattern of pacman.conf: an absolute path whose last component may contain `*` and `?`. */
function included(files: ImageFiles, pattern: string): string[] {
  const path = pattern.replace(/^\/+/, '');
  if (!/[*?]/.test(path)) return [files.read(path)].filter((text) => text !== undefined);
  const directory = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const name = path.slice(directory === '' ? 0 : directory.length + 1);
  return files
    .list(directory)
    .filter((each) => matchesWildcards(name, each.slice(each.lastIndexOf('/') + 1)))
    .flatMap((each) => files.read(each) ?? []);
}

/**
 * Whether a name matches a pattern with `*` and `?`. Not with a regular expression, which would try all ways to divide the
 * name among the stars; both are untrusted.
 */
export function matchesWildcards(pattern: string, name: string): boolean {
  let [at, inPattern] = [0, 0];
  /** Where to resume when the last star must match one more byte. */
  let [retryAt, retryInPattern] = [0, -1];
  while (at < name.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      inPattern += 1;
      [retryAt, retryInPattern] = [at, inPattern];
    } else if (wanted === '?' || wanted === name[at]) {
      inPattern += 1;
      at += 1;
    } else if (retryInPattern !== -1) {
      retryAt += 1;
      [at, inPattern] = [retryAt, retryInPattern];
    } else return false;
  }
  return /^\**$/.test(pattern.slice(inPattern));
}
