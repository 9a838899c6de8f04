/** How a path is followed through the symlinks of a tree, as by a process whose root is that tree. */
import { joinPath, parentOf } from './path.ts';

/** The kernel gives up after 40 symlinks in one path, and so do we. */
export const MAX_SYMLINKS = 40;
/** PATH_MAX of Linux. Forty targets could otherwise add up to a path of 160 KiB, and each of its directories has a name of its own. */
const MAX_PATH_LENGTH = 4096;

/**
 * Absolute targets begin at the root of the tree, and `..` never leaves it. Parts of the path that do not exist are
 * kept as they are.
 *
 * @param path may have `.`, `..` and slashes anywhere
 * @param targetOf the target of the symlink at a path; undefined where there is none or something else
 * @param followLast whether a symlink at the end of the path is followed as well
 * @returns undefined for a loop, for more than 40 symlinks, and where the result is longer than Linux takes
 */
export function followLinks(
  path: string,
  targetOf: (path: string) => string | undefined,
  followLast: boolean,
): string | undefined {
  let followed = 0;
  let current = '';
  const pending = path.split('/').reverse();
  while (pending.length > 0) {
    const name = pending.pop() as string;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      current = parentOf(current);
      continue;
    }
    const next = joinPath(current, name);
    if (next.length > MAX_PATH_LENGTH) return undefined;
    const target = pending.length === 0 && !followLast ? undefined : targetOf(next);
    if (target === undefined) {
      current = next;
      continue;
    }
    followed += 1;
    if (followed > MAX_SYMLINKS) return undefined;
    if (target.startsWith('/')) current = '';
    pending.push(...target.split('/').reverse());
  }
  return current;
}
