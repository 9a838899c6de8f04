import type { Entry } from './entry.ts';
import { joinPath, parentOf } from './path.ts';

/** All entries of a root filesystem in tree order, without the root. Metadata only; no I/O. */
export class Tree {
  readonly root: Entry;
  readonly entries: readonly Entry[];
  #byPath: Map<string, Entry> | undefined;

  /** @param entries in tree order (see comparePaths), each path once */
  constructor(root: Entry, entries: readonly Entry[]) {
    this.root = root;
    this.entries = entries;
  }

  /** The entry at exactly this path; symlinks are not followed. */
  get(path: string): Entry | undefined {
    if (path === '') return this.root;
    this.#byPath ??= new Map(this.entries.map((entry) => [entry.path, entry]));
    return this.#byPath.get(path);
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  /**
   * Follows symlinks like a process whose root is the tree: absolute targets and `..` never
   * leave it. Undefined where the path does not exist or is a loop.
   */
  resolve(path: string): Entry | undefined {
    const resolved = this.#walk(path, true);
    return resolved === undefined ? undefined : this.get(resolved);
  }

  /**
   * The path with every symlink among its parent directories resolved and the last component
   * unchanged: `lib/x` becomes `usr/lib/x` on a merged tree. Parents that do not exist are kept.
   */
  canonical(path: string): string | undefined {
    const parent = parentOf(path);
    const directory = parent === '' ? '' : this.#walk(parent, true);
    return directory === undefined ? undefined : joinPath(directory, path.slice(path.lastIndexOf('/') + 1));
  }

  #walk(path: string, followLast: boolean): string | undefined {
    return followLinks(path, (at) => this.#targetOf(at), followLast);
  }

  #targetOf(path: string): string | undefined {
    const entry = this.get(path);
    return entry?.type === 'symlink' ? entry.target : undefined;
  }
}

// Resolves a path through the symlinks of a tree, like a process whose root is that tree.

/** The kernel gives up after 40 symlinks in one path. */
export const MAX_SYMLINKS = 40;
/** PATH_MAX of Linux. Forty targets could otherwise add up to a path of 160 KiB, and each of its directories has a separate name. */
const MAX_PATH_LENGTH = 4096;

/**
 * Absolute targets begin at the root of the tree, and `..` never leaves it. Parts of the path that do not exist are
 * kept unchanged.
 *
 * @param path may have `.`, `..` and slashes anywhere
 * @param targetOf the target of the symlink at a path; undefined where there is none or something else
 * @param followLast whether a symlink at the end of the path is followed as well
 * @returns undefined for a loop, for more than 40 symlinks, and where the result is longer than Linux allows
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
