import type { Entry } from '../tree/entry.ts';
import { parentOf } from '../tree/path.ts';

/**
 * One step of what `finalize` does to a tree on disk. A list of them is performed in order, and performing it again
 * after stopping at any point results in the same tree; that makes an interrupted run harmless. Paths are byte strings
 * relative to the root.
 */
export type Operation =
  /** Makes a directory or file owned by the current user writable; its final mode follows with `set`. */
  | { readonly do: 'unlock'; readonly path: string; readonly mode: number }
  | { readonly do: 'remove'; readonly path: string; readonly isDirectory: boolean }
  | { readonly do: 'directory'; readonly path: string }
  | { readonly do: 'symlink'; readonly path: string; readonly target: string }
  /** A staged file takes the name; the previous file keeps its content under its other names, if any. */
  | { readonly do: 'write'; readonly path: string; readonly staged: Staged }
  /** The file, and so all its names, gets the content of a staged one. */
  | { readonly do: 'fill'; readonly path: string; readonly staged: Staged; readonly names?: Names }
  /** The path becomes another name of the file `to`. */
  | { readonly do: 'relink'; readonly path: string; readonly to: string }
  /** Metadata. The path '' is the root. */
  | {
      readonly do: 'set';
      readonly path: string;
      readonly names?: Names;
      readonly owner?: readonly [uid: number, gid: number];
      readonly mode?: number;
      /** Whole seconds since 1970. */
      readonly mtime?: number;
    };

/**
 * All names that the file had inside the tree, if it had several. A file with any further name is not changed: that
 * name may lie outside.
 */
export type Names = readonly string[];

/** A file of the journal's directory that holds a new content. */
export interface Staged {
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in hex: after a crash of the machine a journal may be more complete than its files. */
  readonly sha256: string;
}

// What is to be done, before new contents are staged.

/** A new file: its content, its metadata, and the file whose extended attributes it inherits. */
export interface DraftContent {
  /** Null for the content of `origin`. */
  readonly bytes: (() => Uint8Array) | null;
  /** Undefined for a file that the tree did not have. */
  readonly origin: Entry | undefined;
  readonly owner: Ids;
  readonly mode: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
}

/** An id of -1 for chown(2), which leaves it as it is. The real owner behind a faked one cannot be seen. */
export const LEAVE = 0xffff_ffff;

export type Ids = readonly [uid: number, gid: number];

/** An operation whose content has not been staged yet. */
export type Draft =
  | Exclude<Operation, { do: 'write' | 'fill' }>
  | { readonly do: 'write'; readonly path: string; readonly content: DraftContent }
  | { readonly do: 'fill'; readonly path: string; readonly content: DraftContent; readonly names?: Names };

export type SetDraft = Extract<Draft, { do: 'set' }>;

// Collects drafts by kind, and puts them into the order in which they have to be performed.

/**
 * First everything is made writable; then entries are removed, so that their names are free; then come contents; then
 * metadata of everything but directories; last directories from the deepest up, since every earlier step changes the
 * times of the directory it happens in.
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

  /** To be called for a directory after everything below it. */
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

  /** Whether the path gets a new object, still without its metadata. */
  isMade(path: string): boolean {
    return this.#made.has(path);
  }

  /** Whether the file gets new content, which changes its time and clears some bits of its mode. */
  isFilled(path: string): boolean {
    return this.#filled.has(path);
  }

  isUnlocked(path: string): boolean {
    return this.#unlocks.has(path);
  }

  /** Directories in which names are added or removed. */
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
