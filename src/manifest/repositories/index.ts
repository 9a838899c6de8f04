/**
 * Where the packages of an image come from, as the image says: what is read is the tree as it will be in the
 * archive. A list that a rule drops or rewrites is of the machine that built the image and differs from one to the
 * next; what the build itself used is in the command of --bootstrap.
 */
import { canonicalJson } from '../canonical-json.ts';
import type { ManifestRepository } from '../manifest.ts';
import { parseApkRepositories } from './apk.ts';
import { parseSourcesList, parseSourcesParagraphs } from './apt.ts';
import { parsePacmanConf } from './pacman.ts';
import { parseRepoFile } from './rpm.ts';

/** The files of an image. Paths and texts are byte strings. */
export interface ImageFiles {
  /** Content of a file, symlinks followed; undefined where there is none, or more of it than any such file has. */
  read(path: string): string | undefined;
  /** Paths of all that is directly in a directory, in tree order; none where there is no directory. */
  list(directory: string): readonly string[];
}

/** Each once, by type, URL, suite and so on: an order that does not depend on names of files. */
export function findRepositories(files: ImageFiles): ManifestRepository[] {
  const found = [
    ...inFiles(files, ['etc/apt/sources.list'], parseSourcesList),
    ...inFiles(files, named(files, 'etc/apt/sources.list.d', '.list'), parseSourcesList),
    ...inFiles(files, named(files, 'etc/apt/sources.list.d', '.sources'), parseSourcesParagraphs),
    ...inFiles(files, ['etc/pacman.conf'], (text) =>
      parsePacmanConf(text, (pattern) => included(files, pattern)),
    ),
    ...inFiles(files, ['etc/dnf/dnf.conf', 'etc/yum.conf'], parseRepoFile),
    ...inFiles(files, named(files, 'etc/yum.repos.d', '.repo'), parseRepoFile),
    ...inFiles(files, named(files, 'etc/zypp/repos.d', '.repo'), parseRepoFile),
    ...inFiles(files, ['etc/apk/repositories'], parseApkRepositories),
    ...inFiles(files, named(files, 'etc/apk/repositories.d', '.list'), parseApkRepositories),
  ];
  const byKey = new Map(found.map((each) => [sortKey(each), each]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function inFiles(
  files: ImageFiles,
  paths: readonly string[],
  parse: (text: string) => ManifestRepository[],
): ManifestRepository[] {
  return paths.flatMap((path) => {
    const text = files.read(path);
    return text === undefined ? [] : parse(text);
  });
}

function named(files: ImageFiles, directory: string, ending: string): readonly string[] {
  return files.list(directory).filter((path) => path.endsWith(ending));
}

/** Files that a pattern of pacman.conf means: an absolute path, of which the name may have `*` and `?`. */
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
 * Whether a name is what a pattern of `*` and `?` means. Without a regular expression: those try all ways to divide a name
 * among the stars, and a stranger wrote both.
 */
export function matchesWildcards(pattern: string, name: string): boolean {
  let [at, inPattern] = [0, 0];
  /** Where to go on when the last star has to take one byte more. */
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

function sortKey({ type, url, suite = '', components = [], snapshot = '' }: ManifestRepository): string {
  return canonicalJson([type, url, suite, components, snapshot]);
}
