import type { Entry } from '../tree/entry.ts';
import type { Tree } from '../tree/tree.ts';
import { Glob } from './glob.ts';
import type { Condition } from './rule.ts';

/** What rules may ask about, besides the tree. */
export interface RuleContext {
  /** Whether an installed package claims the path; undefined where no package database was found. */
  readonly owned?: ((path: string) => boolean) | undefined;
  /** The chosen value of a policy, undefined for an unknown policy. */
  readonly policy: (name: string) => string | undefined;
  /** Whether the owners in the tree are intended: true for root, false for a user who owns all of it. */
  readonly privileged?: boolean | undefined;
  /** Whether the account files of the tree contain a name; if missing, no name is known. */
  readonly hasUser?: ((name: string) => boolean) | undefined;
  readonly hasGroup?: ((name: string) => boolean) | undefined;
}

/** The mode that open(2) creates from 0666 under root's umask 022. */
const PLAIN_MODE = 0o644;

type Check<K extends keyof Condition> = (
  wanted: NonNullable<Condition[K]>,
  facts: Facts,
  entry: Entry,
) => boolean;

/** Conditions that hold for all entries of a tree or for none. */
type TreePart = 'exists' | 'missing' | 'policy' | 'privileged' | 'user' | 'group';

const TREE_CHECKS: { readonly [K in TreePart]: Check<K> } = {
  exists: (paths, facts) => [paths].flat().some((path) => facts.leadsSomewhere(path)),
  missing: (paths, facts) => ![paths].flat().some((path) => facts.leadsSomewhere(path)),
  policy: ({ name, value }, facts) => {
    const chosen = facts.context.policy(name);
    if (chosen === undefined) return false;
    return typeof value === 'string' ? value === chosen : value.includes(chosen);
  },
  privileged: (wanted, facts) => facts.context.privileged === wanted,
  user: (name, { context }) => context.hasUser?.(name) === true,
  group: (name, { context }) => context.hasGroup?.(name) === true,
};

const ENTRY_CHECKS: {
  readonly [K in 'type' | 'empty' | 'size' | 'bits' | 'plain' | 'target' | 'owned' | 'unclaimed']: Check<K>;
} = {
  type: (wanted, _facts, entry) =>
    typeof wanted === 'string' ? wanted === entry.type : wanted.includes(entry.type),
  empty: (wanted, facts, entry) => {
    if (entry.type === 'file') return (entry.size === 0) === wanted;
    return entry.type === 'directory' && facts.isEmptyDirectory(entry.path) === wanted;
  },
  size: (wanted, _facts, entry) => entry.type === 'file' && wanted.includes(entry.size),
  bits: (wanted, _facts, entry) => (entry.mode & wanted) === wanted,
  plain: (wanted, { tree: { root } }, { uid, gid, mode }) =>
    (uid === root.uid && gid === root.gid && mode === PLAIN_MODE) === wanted,
  target: (wanted, facts, entry) => entry.type === 'symlink' && facts.glob(wanted).matches(entry.target),
  owned: (wanted, facts, entry) =>
    facts.context.owned !== undefined && facts.context.owned(entry.path) === wanted,
  unclaimed: (_true, facts, entry) => facts.context.owned?.(entry.path) !== true,
};

/** Cheap checks come first: account files are only read where their names matter. */
const TREE_PARTS = Object.keys(TREE_CHECKS) as (keyof typeof TREE_CHECKS)[];
const ENTRY_PARTS = Object.keys(ENTRY_CHECKS) as (keyof typeof ENTRY_CHECKS)[];

/** What conditions need to know about a tree; each answer is found once. */
export class Facts {
  readonly tree: Tree;
  readonly context: RuleContext;
  readonly #exists = new Map<string, boolean>();
  readonly #globs = new Map<string, Glob>();
  #emptyDirectories: Set<string> | undefined;

  constructor(tree: Tree, context: RuleContext) {
    this.tree = tree;
    this.context = context;
  }

  /** @param path literal, or a glob */
  leadsSomewhere(path: string): boolean {
    let answer = this.#exists.get(path);
    if (answer === undefined) {
      const glob = new Glob(path);
      answer =
        glob.literal === undefined
          ? this.tree.entries.some((entry) => glob.matches(entry.path))
          : this.tree.resolve(glob.literal) !== undefined;
      this.#exists.set(path, answer);
    }
    return answer;
  }

  /** A glob on the target of a symlink. */
  glob(pattern: string): Glob {
    let glob = this.#globs.get(pattern);
    if (glob === undefined) {
      glob = new Glob(pattern, 'target');
      this.#globs.set(pattern, glob);
    }
    return glob;
  }

  /** Without entries in the source tree, whatever rules drop. False for a path that is not a directory of the tree. */
  isEmptyDirectory(path: string): boolean {
    this.#emptyDirectories ??= findEmptyDirectories(this.tree.entries);
    return this.#emptyDirectories.has(path);
  }
}

/** In tree order, the contents of a directory follow it directly. */
function findEmptyDirectories(entries: readonly Entry[]): Set<string> {
  const empty = new Set<string>();
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as Entry;
    if (entry.type !== 'directory') continue;
    const next = entries[i + 1];
    if (!next?.path.startsWith(`${entry.path}/`)) empty.add(entry.path);
  }
  return empty;
}

/** False where no entry of the tree can meet the condition. */
export function mayHold(when: Condition | undefined, facts: Facts): boolean {
  if (when === undefined) return true;
  if (when.owned !== undefined && facts.context.owned === undefined) return false;
  return TREE_PARTS.every((part) => holds(TREE_CHECKS[part] as Check<typeof part>, part, when, facts));
}

function holds<K extends keyof Condition>(
  check: Check<K>,
  part: K,
  when: Condition,
  facts: Facts,
  entry: Entry = facts.tree.root,
): boolean {
  const wanted = when[part];
  return wanted === undefined || check(wanted as NonNullable<Condition[K]>, facts, entry);
}

/** The part of a condition that depends on the entry; together with mayHold it is the whole condition. */
export function holdsFor(when: Condition | undefined, facts: Facts, entry: Entry): boolean {
  if (when === undefined) return true;
  return (
    (when.type === undefined || ENTRY_CHECKS.type(when.type, facts, entry)) &&
    (when.empty === undefined || ENTRY_CHECKS.empty(when.empty, facts, entry)) &&
    (when.size === undefined || ENTRY_CHECKS.size(when.size, facts, entry)) &&
    (when.bits === undefined || ENTRY_CHECKS.bits(when.bits, facts, entry)) &&
    (when.plain === undefined || ENTRY_CHECKS.plain(when.plain, facts, entry)) &&
    (when.target === undefined || ENTRY_CHECKS.target(when.target, facts, entry)) &&
    (when.owned === undefined || ENTRY_CHECKS.owned(when.owned, facts, entry)) &&
    (when.unclaimed === undefined || ENTRY_CHECKS.unclaimed(when.unclaimed, facts, entry))
  );
}

/**
 * The parts of a condition that do not hold, in a fixed order.
 * @param entry undefined for a path without an entry, for which only the tree parts are checked
 */
export function failedParts(
  when: Condition | undefined,
  facts: Facts,
  entry: Entry | undefined,
): (keyof Condition)[] {
  if (when === undefined) return [];
  const failed: (keyof Condition)[] = TREE_PARTS.filter(
    (part) => !holds(TREE_CHECKS[part] as Check<typeof part>, part, when, facts),
  );
  if (entry === undefined) return failed;
  return [
    ...failed,
    ...ENTRY_PARTS.filter(
      (part) => !holds(ENTRY_CHECKS[part] as Check<typeof part>, part, when, facts, entry),
    ),
  ];
}
