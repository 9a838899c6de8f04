/** Collects drafts by kind, and puts them into the order in which they have to be carried out. */
import { parentOf } from '../tree/path.ts';
import type { Draft, SetDraft } from './draft.ts';

/**
 * First everything is made writable; then what goes goes, so that its names are free; then contents;
 * then metadata of all but directories; at last directories from the deepest up, since every step
 * before moves the times of the directory it happens in.
 */
export class DraftList {
  readonly #unlocks = new Map<string, Draft>();
  readonly #removals: Draft[] = [];
  readonly #contents: Draft[] = [];
  readonly #sets: SetDraft[] = [];
  readonly #directorySets: SetDraft[] = [];
  readonly #touched = new Set<string>();
  readonly #made = new Set<string>();
  readonly #filled = new Set<string>();

  unlock(path: string, mode: number): void {
    this.#unlocks.set(path, { do: 'unlock', path, mode });
  }

  /** To be called for a directory after all below it. */
  remove(path: string, isDirectory: boolean): void {
    this.#removals.push({ do: 'remove', path, isDirectory });
    this.#touched.add(parentOf(path));
  }

  /** A new object takes the name. */
  make(draft: Draft): void {
    this.#contents.push(draft);
    this.#made.add(draft.path);
    this.#touched.add(parentOf(draft.path));
  }

  /** The file under the name stays, with other content. */
  fill(draft: Extract<Draft, { do: 'fill' }>): void {
    this.#contents.push(draft);
    this.#filled.add(draft.path);
  }

  set(draft: SetDraft, isDirectory: boolean): void {
    (isDirectory ? this.#directorySets : this.#sets).push(draft);
  }

  get isEmpty(): boolean {
    const lists = [this.#removals, this.#contents, this.#sets, this.#directorySets];
    return lists.every(({ length }) => length === 0);
  }

  /** Whether the path gets a new object, which has no metadata yet. */
  isMade(path: string): boolean {
    return this.#made.has(path);
  }

  /** Whether the file gets a new content, which costs it its time and some bits of its mode. */
  isFilled(path: string): boolean {
    return this.#filled.has(path);
  }

  isUnlocked(path: string): boolean {
    return this.#unlocks.has(path);
  }

  /** Directories in which names come or go. */
  get touched(): ReadonlySet<string> {
    return this.#touched;
  }

  inOrder(): Draft[] {
    return [
      ...this.#unlocks.values(),
      ...this.#removals,
      ...this.#contents,
      ...this.#sets,
      ...this.#directorySets.reverse(),
    ];
  }
}
