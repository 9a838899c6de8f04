import type { Entry } from './entry.ts';
import { followLinks } from './follow-links.ts';
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
   * Follows symlinks as a process would whose root is the tree: absolute targets and `..` never
   * leave it. Undefined where the path leads nowhere or into a loop.
   */
  resolve(path: string): Entry | undefined {
    const resolved = this.#walk(path, true);
    return resolved === undefined ? undefined : this.get(resolved);
  }

  /**
   * The path with every symlink among its parent directories resolved, and the last component left
   * as it is: `lib/x` becomes `usr/lib/x` on a merged tree. Parents that do not exist are kept.
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
