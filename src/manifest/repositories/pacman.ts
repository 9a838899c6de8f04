/** pacman.conf(5): a section a repository, with servers of its own or in files that it includes. */
import { showPath } from '../../tree/path.ts';
import type { ManifestRepository } from '../manifest.ts';
import { parseSections } from './ini.ts';
import { publicUrl, snapshotOf } from './repository-url.ts';

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
export function parsePacmanConf(
  text: string,
  include: (pattern: string) => readonly string[],
): ManifestRepository[] {
  const follow = withBudget(include);
  return parseSections(text)
    .filter(({ name }) => name !== 'options')
    .flatMap(({ name, pairs }) => {
      const servers = pairs.flatMap(([key, value]) => {
        if (key === 'Server') return [value];
        return key === 'Include' ? follow(value).flatMap((each) => serversOf(each, follow, 1)) : [];
      });
      return servers.map((url): ManifestRepository => {
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
