import { joinPath, nameOf, parentOf } from '../tree/path.ts';
import { followLinks } from '../tree/tree.ts';

/**
 * Where the entries of an archive go when directories in their names are earlier symlinks: an entry
 * `lib/modules` after the link `lib -> usr/lib` becomes `usr/lib/modules`, as when the kernel or GNU tar unpacks it.
 * Links are followed only inside the tree.
 */
export class LinkedDirectories {
  readonly #targetOf: (path: string) => string | undefined;
  /** Most entries share their directory with the one before; each is followed once. */
  readonly #places = new Map<string, string | undefined>();

  /** @param targetOf the target of the symlink currently at a path of the tree; undefined for anything else */
  constructor(targetOf: (path: string) => string | undefined) {
    this.#targetOf = targetOf;
  }

  /** Must be called whenever a symlink has been added or removed. */
  forget(): void {
    if (this.#places.size > 0) this.#places.clear();
  }

  /**
   * The path with the symlinks among its directories followed, and its last component unchanged.
   *
   * @returns undefined where they form a loop, or exceed the number that Linux follows
   */
  placeOf(path: string): string | undefined {
    const parent = parentOf(path);
    if (parent === '') return path;
    const directory = this.#follow(parent);
    return directory === undefined ? undefined : joinPath(directory, nameOf(path));
  }

  /** From the root down, so that the directories on the way are cached as well. */
  #follow(directory: string): string | undefined {
    const names: string[] = [];
    let known = directory;
    while (known !== '' && !this.#places.has(known)) {
      names.push(nameOf(known));
      known = parentOf(known);
    }
    let place = known === '' ? '' : this.#places.get(known);
    for (const name of names.reverse()) {
      known = joinPath(known, name);
      if (place !== undefined) place = this.#step(joinPath(place, name));
      this.#places.set(known, place);
    }
    return place;
  }

  #step(path: string): string | undefined {
    return this.#targetOf(path) === undefined ? path : followLinks(path, this.#targetOf, true);
  }
}
