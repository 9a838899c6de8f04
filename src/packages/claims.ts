import { StillrootError } from '../errors.ts';
import { Damage } from '../formats/damage.ts';
import { joinPath, parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import type { Package, PackageDatabase, PackageScript } from './package.ts';

/** Paths that the packages of a tree claim together; a fully installed machine has a million. */
const CLAIMS_MAX = 4_000_000;

/**
 * Which packages claim which paths of the tree. Packages name paths as they ship them, so
 * `lib/x` where a merged tree has `usr/lib/x`. A parent directory is resolved once for all its
 * children; the last component is not followed, so a link belongs to its package but its target
 * does not.
 */
export class Claims {
  readonly #owners: string[] = [];
  /** Most paths have one owner; only those with several, such as directories, cost an array. */
  readonly #paths = new Map<string, number | number[]>();
  readonly #directories = new Map<string, string>();
  readonly #tree: Tree;

  readonly #most: number;

  /** @param most maximum number of claimed paths */
  constructor(tree: Tree, most: number = CLAIMS_MAX) {
    this.#tree = tree;
    this.#most = most;
  }

  /** Adds a package whose claims follow; returns its number for `add`. */
  addOwner(name: string): number {
    return this.#owners.push(name) - 1;
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** Each name once. */
  ownersOf(path: string): string[] {
    const owners = this.#paths.get(path);
    if (owners === undefined) return [];
    const numbers = typeof owners === 'number' ? [owners] : owners;
    return [...new Set(numbers.map((number) => this.#owners[number] as string))];
  }

  /** @param path as named by the package, without a leading slash */
  add(path: string, owner: number): void {
    const slash = path.lastIndexOf('/');
    if (slash === -1) {
      this.#claim(path, owner);
      return;
    }
    const parent = path.slice(0, slash);
    const directory = this.#resolveParent(parent, path);
    this.#claim(directory === parent ? path : joinPath(directory, path.slice(slash + 1)), owner);
  }

  /** Adds many names in one directory, as rpm and apk list them. */
  addAll(directory: string, names: readonly string[], owner: number): void {
    if (directory === '') {
      for (const name of names) this.#claim(name, owner);
      return;
    }
    const resolved = this.#resolveParent(directory, `${directory}/x`);
    for (const name of names) this.#claim(joinPath(resolved, name), owner);
  }

  #resolveParent(parent: string, child: string): string {
    let directory = this.#directories.get(parent);
    if (directory === undefined) {
      directory = parentOf(this.#tree.canonical(child) ?? child);
      this.#directories.set(parent, directory);
    }
    return directory;
  }

  #claim(path: string, owner: number): void {
    const owners = this.#paths.get(path);
    if (owners === undefined) {
      if (this.#paths.size >= this.#most) throw this.#tooMany();
      this.#paths.set(path, owner);
    } else if (typeof owners === 'number') {
      if (owners !== owner) this.#paths.set(path, [owners, owner]);
    } else if (owners[owners.length - 1] !== owner) owners.push(owner);
  }

  #tooMany(): StillrootError {
    const what = `packages own more than ${this.#most} paths`;
    return new StillrootError('source-unreadable', what, {
      hint: 'So stillroot cannot tell which files belong to packages.',
      cause: new Damage(0, what, 'fewer'),
    });
  }
}

/** A database whose packages and scripts are read when they are first asked for. */
export function databaseOf(
  manager: string,
  claims: Claims,
  readPackages: () => readonly Package[],
  readAllScripts: () => readonly PackageScript[],
): PackageDatabase {
  let packages: readonly Package[] | undefined;
  let scripts: readonly PackageScript[] | undefined;
  return {
    manager,
    get packages(): readonly Package[] {
      packages ??= readPackages();
      return packages;
    },
    get scripts(): readonly PackageScript[] {
      scripts ??= readAllScripts();
      return scripts;
    },
    owns: (path) => claims.has(path),
    ownersOf: (path) => claims.ownersOf(path),
  };
}
