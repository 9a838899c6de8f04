import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Entry } from '../tree/entry.ts';

/**
 * What can differ about one path. `presence`: one side lacks the path; `type`: both have it, as different things, and
 * nothing else is compared; `links`: which names share one inode; `attributes`: extended attributes, with capabilities
 * and access lists.
 */
export const FIELDS = [
  'presence',
  'type',
  'content',
  'target',
  'device',
  'mode',
  'owner',
  'mtime',
  'links',
  'attributes',
] as const;

export type Field = (typeof FIELDS)[number];

/** One field of one path in which the two sides differ. */
export interface Finding {
  readonly path: string;
  readonly field: Field;
  /** Undefined where the side lacks the path. */
  readonly a: Entry | undefined;
  readonly b: Entry | undefined;
  /** What the rules turn the two into, for findings that remain after them. */
  readonly planned?: { readonly a: PlannedEntry | undefined; readonly b: PlannedEntry | undefined };
}

/** Path and field as one key. */
export function keyOf({ path, field }: Pick<Finding, 'path' | 'field'>): string {
  return `${field}\0${path}`;
}

/** Either side's entry; at least one exists. */
export function entryOf({ a, b }: Pick<Finding, 'a' | 'b'>): Entry {
  return (a ?? b) as Entry;
}

/** Which of the two sides. */
export type SideName = 'a' | 'b';
