import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Delta } from '../tree/delta.ts';
import type { Entry } from '../tree/entry.ts';

/** One field of one path in which the two trees differ. */
export interface Finding extends Delta<Entry> {
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
