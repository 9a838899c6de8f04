import { joinPath, nameOf, parentOf } from '../tree/path.ts';
import { followLinks } from '../tree/tree.ts';

/**
 * Where the entries of an archive go when directories of their names are symlinks that came before: an entry
 * `lib/modules` behind the link `lib -> usr/lib` becomes `usr/lib/modules`, as when the kernel or GNU tar unpacks it.
 * Links are followed inside the tree only.
 */
export class LinkedDirectories {
  readonly #targetOf: (path: string) => string | undefined;
  /** Most entries share their directory with the one before; each is followed once. */
  readonly #places = new Map<string, string | undefined>();

  /** @param targetOf the target of the symlink that is at a path of the tree now; undefined for anything else */
  constructor(targetOf: (path: string) => string | undefined) {
    this.#targetOf = targetOf;
  }

  /** To be called whenever a symlink has come or gone. */
  forget(): void {
    if (this.#places.size > 0) this.#places.clear();
  }

  /**
   * The path with the symlinks among its directories followed, and its last component as it is.
   *
   * @returns undefined where they lead in a circle, or further than Linux goes
   */
  placeOf(path: string): string | undefined {
    const parent = parentOf(path);
    if (parent === '') return path;
    const directory = this.#follow(parent);
    return directory === undefined ? undefined : joinPath(directory, nameOf(path));
  }

  /** From the root on, so that the directories on the way are remembered as well. */
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
