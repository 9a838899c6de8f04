/** What is to be done, before new contents are staged. */
import type { Entry } from '../tree/entry.ts';
import type { Names, Operation } from './operation.ts';

/** A new file: its content, its metadata, and whose extended attributes it takes over. */
export interface DraftContent {
  /** Null: the content that `origin` has. */
  readonly bytes: (() => Uint8Array) | null;
  /** Undefined for a file that the tree did not have. */
  readonly origin: Entry | undefined;
  readonly owner: Ids;
  readonly mode: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
}

/** For chown(2) an id of -1: it stays as it is. Of a faked owner, that is more than can be seen. */
export const LEAVE = 0xffff_ffff;

export type Ids = readonly [uid: number, gid: number];

/** An operation whose content is not staged yet. */
export type Draft =
  | Exclude<Operation, { do: 'write' | 'fill' }>
  | { readonly do: 'write'; readonly path: string; readonly content: DraftContent }
  | { readonly do: 'fill'; readonly path: string; readonly content: DraftContent; readonly names?: Names };

export type SetDraft = Extract<Draft, { do: 'set' }>;
