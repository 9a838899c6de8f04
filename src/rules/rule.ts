import type { Entry, EntryType } from '../tree/entry.ts';
import type { Replacement } from './substitution.ts';

/**
 * What a rule does with the entry it matches. Actions fall into slots, and in each slot the last
 * rule that matches wins: what happens to the content (drop, truncate, replace, rewrite, substitute, link),
 * the owner, the mode, what is reported, and what is searched for secrets. `keep` undoes every earlier rule in
 * all slots but the last two.
 */
export type Action =
  /** Leave the entry out; for a directory, including everything below it that no later rule keeps. */
  | { readonly do: 'drop' }
  /** A file keeps its name, mode and owner, and loses its content. */
  | { readonly do: 'truncate' }
  /** Fixed content, as a byte string. */
  | { readonly do: 'replace'; readonly content: string }
  /** A content normalizer by its name in src/rewrite/registry.ts. */
  | { readonly do: 'rewrite'; readonly normalizer: string }
  /** What patterns match in the lines of a file is replaced. */
  | { readonly do: 'substitute'; readonly replacements: readonly Replacement[] }
  /** The entry becomes a symlink to this target (a byte string). */
  | { readonly do: 'link'; readonly target: string }
  /** Numbers, or names that are looked up in the tree's own etc/passwd and etc/group. */
  | { readonly do: 'owner'; readonly user?: number | string; readonly group?: number | string }
  | { readonly do: 'mode'; readonly mode: number }
  /** An entry that the tree lacks; `match` is then one literal path. No effect where the path exists, unless an earlier rule drops it. */
  | { readonly do: 'add'; readonly entry: AddedEntry }
  | { readonly do: 'keep' }
  /** Nothing changes; `why` is reported to the user. */
  | { readonly do: 'report' }
  /** Nothing changes; the file is searched, and the kind of secret it contains and `why` that matters are reported. */
  | { readonly do: 'search' };

export type AddedEntry =
  | { readonly type: 'file'; readonly content: string; readonly mode: number }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'symlink'; readonly target: string };

export type ActionName = Action['do'];

/** Further conditions; all given ones must hold. */
export interface Condition {
  readonly type?: EntryType | readonly EntryType[];
  /** True: an installed package claims the path. False: none does. Never holds where no package database was found. */
  readonly owned?: boolean;
  /**
   * True: no package is known to claim the path, since none does or no package database was found. For files that
   * packages hardly ever ship and that are safe to remove if that is unknown.
   */
  readonly unclaimed?: true;
  /**
   * At least one of these exists in the tree. Symlinks in a literal path are followed inside the tree; a glob
   * matches names without following symlinks.
   */
  readonly exists?: string | readonly string[];
  /** None of these exists in the tree. */
  readonly missing?: string | readonly string[];
  /** A glob on the target of a symlink, as written in the link. */
  readonly target?: string;
  /** True: the file has no content, or the directory no entries. */
  readonly empty?: boolean;
  /** The file has one of these sizes in bytes. */
  readonly size?: readonly number[];
  /**
   * True: the defaults for files created by root: owner and group of the root directory and
   * mode 0644. False: owner, group or mode was chosen.
   */
  readonly plain?: boolean;
  /** The entry has all of these permission bits: 0o2000 marks programs that run with the rights of their group. */
  readonly bits?: number;
  /**
   * True: the owners in the tree are intended, since the user running stillroot can change owners. False: not,
   * so all files belong to the user who made the tree. Never holds where this is unknown.
   */
  readonly privileged?: boolean;
  /** The tree's own etc/passwd has this name. */
  readonly user?: string;
  /** The tree's own etc/group has this name. */
  readonly group?: string;
  /** The user's (or the default) choice for a policy; see policies.ts. */
  readonly policy?: { readonly name: string; readonly value: string | readonly string[] };
}

/**
 * A rule whose name begins with `secret` reports keys and credentials. Their presence in an image is always
 * shown, with every path, whatever else a report omits.
 */
export function isSecret({ id }: Rule): boolean {
  return /^[^/]+\/secret(-|$)/.test(id);
}

/**
 * A rule whose name ends with `-needed` says that something the rules remove must be recreated before
 * a service starts. These are always shown, with every path.
 */
export function isNeeded({ id }: Rule): boolean {
  return id.endsWith('-needed');
}

export interface Rule {
  /** `layer/name`, unique: `common/machine-id`. */
  readonly id: string;
  /** Globs on the path from the root, without a leading slash; byte strings. One match suffices. */
  readonly match: readonly string[];
  /** Globs excluded from `match`. */
  readonly except?: readonly string[];
  readonly when?: Condition;
  readonly action: Action;
  /**
   * The rule removes, by default, what the creator of an image may have set on purpose. Every report, however short,
   * shows what it did.
   */
  readonly mayBeChosen?: boolean;
  /**
   * A report about what two bootstraps of one package set make differently, and no rule makes equal until the user decides.
   * These are the list "varies, and must be decided by you" of the reference.
   */
  readonly toDecide?: true;
  /** What varies, or what would go wrong; a sentence for users. */
  readonly why: string;
  /** Where the knowledge comes from; for a user's rule its file and line. */
  readonly source: string;
}

/** Actions of different slots do not compete; within a slot the last rule wins. */
export type Slot = 'content' | 'owner' | 'mode' | 'report' | 'search';

export const SLOT_OF: { readonly [A in ActionName]: Slot } = {
  drop: 'content',
  truncate: 'content',
  replace: 'content',
  rewrite: 'content',
  substitute: 'content',
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
 * The types an action applies to; undefined for all. A directory cannot become a symlink, since its contents
 * would be lost; a symlink has no mode; and `add` is for paths without an entry.
 */
const TYPES: { readonly [A in ActionName]: readonly EntryType[] | undefined } = {
  drop: undefined,
  truncate: FILES,
  replace: FILES,
  rewrite: FILES,
  substitute: FILES,
  link: ['file', 'symlink'],
  add: [],
  keep: undefined,
  owner: undefined,
  mode: ['file', 'directory', 'character', 'block', 'fifo', 'socket'],
  report: undefined,
  search: FILES,
};

/** Whether an action can be applied to entries of this type. */
export function appliesTo(action: ActionName, type: EntryType): boolean {
  return TYPES[action]?.includes(type) ?? true;
}

/**
 * Whether an action would change an entry that stays. False where the entry is already in the final state, as far as
 * metadata shows: the content found by `replace` and the numbers of named owners are only known when reading the source.
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
    case 'substitute':
      return true;
    default:
      return false;
  }
}
