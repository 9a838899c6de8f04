import type { Entry, EntryType } from '../tree/entry.ts';
import type { Action, ActionName } from './rule.ts';

/** Actions of different slots do not compete; within a slot the last rule wins. */
export type Slot = 'content' | 'owner' | 'mode' | 'report' | 'search';

export const SLOT_OF: { readonly [A in ActionName]: Slot } = {
  drop: 'content',
  truncate: 'content',
  replace: 'content',
  rewrite: 'content',
  link: 'content',
  add: 'content',
  keep: 'content',
  owner: 'owner',
  mode: 'mode',
  report: 'report',
  search: 'search',
};

const FILES: readonly EntryType[] = ['file'];

/**
 * The types an action is for; undefined for all. A directory cannot become a symlink, since what is in
 * it would be lost; a symlink has no mode of its own; and `add` is for paths without an entry.
 */
const TYPES: { readonly [A in ActionName]: readonly EntryType[] | undefined } = {
  drop: undefined,
  truncate: FILES,
  replace: FILES,
  rewrite: FILES,
  link: ['file', 'symlink'],
  add: [],
  keep: undefined,
  owner: undefined,
  mode: ['file', 'directory', 'character', 'block', 'fifo', 'socket'],
  report: undefined,
  search: FILES,
};

export function appliesTo(action: ActionName, type: EntryType): boolean {
  return TYPES[action]?.includes(type) ?? true;
}

/**
 * Whether an entry that stays would become another. False where it already is as the action would leave
 * it, as far as metadata tells: the content
 * that `replace` finds and the numbers behind names of owners are for whoever has the source at hand.
 */
export function wouldChange(action: Action, entry: Entry): boolean {
  switch (action.do) {
    case 'truncate':
      return entry.size > 0;
    case 'replace':
      return entry.size !== action.content.length || entry.size > 0;
    case 'link':
      return entry.type !== 'symlink' || entry.target !== action.target;
    case 'mode':
      return entry.mode !== action.mode;
    case 'owner':
      return (
        (action.user !== undefined && action.user !== entry.uid) ||
        (action.group !== undefined && action.group !== entry.gid)
      );
    case 'rewrite':
      return true;
    default:
      return false;
  }
}
