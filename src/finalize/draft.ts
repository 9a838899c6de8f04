/** What is to be done, before new contents are staged. */
import type { Entry } from '../tree/entry.ts';
import type { Operation } from './operation.ts';

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

export type Ids = readonly [uid: number, gid: number];

/** An operation whose content is not staged yet. */
export type Draft =
  | Exclude<Operation, { do: 'write' | 'fill' }>
  | { readonly do: 'write'; readonly path: string; readonly content: DraftContent }
  | { readonly do: 'fill'; readonly path: string; readonly content: DraftContent; readonly names: number };

export type SetDraft = Extract<Draft, { do: 'set' }>;
