/** pacman.conf(5): a section a repository, with servers of its own or in files that it includes. */
import { showPath } from '../../tree/path.ts';
import { parseSections } from './ini.ts';
import { type ImageFiles, inFiles, publicUrl, type Repository, snapshotOf } from './repository.ts';

/** As in pacman. */
const MAX_DEPTH = 10;

/**
 * `Include` lines that are followed, all together: files that include each other twice would be read a thousand times at
 * this depth, and those with a thousand lines for ever.
 */
const MAX_INCLUDES = 256;

/**
 * @param text byte string
 * @param include content of the files that a pattern of `Include` means, in their order
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

/** Of a file that is included, which has no section of its own. */
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
