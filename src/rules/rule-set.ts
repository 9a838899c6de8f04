import { MOVES } from '../packages/moved-directories.ts';
import type { Entry } from '../tree/entry.ts';
import { type Facts, holdsFor, mayHold } from './condition.ts';
import { Glob } from './glob.ts';
import { GlobIndex } from './glob-index.ts';
import { USER_LAYER } from './layers.ts';
import { appliesTo, type Rule } from './rule.ts';

/** Patterns of the tables, which are the same for every tree; a user's rules are read only once. */
const compiled = new Map<string, Glob>();

/**
 * Compiles a pattern of a rule. In the tables `etc/...` and `var/...` mean the file wherever systems move that
 * directory; in a user's rule a pattern is literal.
 *
 * @throws GlobError (`bad-glob`)
 */
export function ruleGlob({ id }: Pick<Rule, 'id'>, pattern: string): Glob {
  if (id.startsWith(`${USER_LAYER}/`)) return new Glob(pattern, 'path', []);
  let glob = compiled.get(pattern);
  if (glob === undefined) {
    glob = new Glob(pattern, 'path', MOVES);
    compiled.set(pattern, glob);
  }
  return glob;
}

/** Position of a rule in the order; -1 means none. */
export type Position = number;

export const NO_RULE: Position = -1;

/** The rule that wins in each slot, from the rules that match the entry itself. */
export interface Winners {
  readonly entry: Entry;
  readonly content: Position;
  readonly owner: Position;
  readonly mode: Position;
  readonly report: Position;
  readonly search: Position;
  /** A `link` that cannot be applied because the entry is a directory. */
  readonly refusedLink: Position;
}

/** Rules in order, prepared for one tree. */
export class RuleSet {
  readonly rules: readonly Rule[];
  readonly #facts: Facts;
  readonly #index: GlobIndex;
  /** Position of the rule to which a glob of the index belongs. */
  readonly #positions: readonly Position[];
  readonly #excepts = new Map<Position, readonly Glob[]>();

  /** @throws GlobError for a rule with a bad pattern */
  constructor(rules: readonly Rule[], facts: Facts) {
    const globs: Glob[] = [];
    const positions: Position[] = [];
    rules.forEach((rule, position) => {
      if (rule.action.do === 'add' || !mayHold(rule.when, facts)) return;
      for (const pattern of rule.match) {
        globs.push(ruleGlob(rule, pattern));
        positions.push(position);
      }
      if (rule.except !== undefined) {
        this.#excepts.set(
          position,
          rule.except.map((pattern) => ruleGlob(rule, pattern)),
        );
      }
    });
    this.rules = rules;
    this.#facts = facts;
    this.#index = indexOf(globs);
    this.#positions = positions;
  }

  /** Undefined where no rule applies to the entry. */
  winners(entry: Entry): Winners | undefined {
    const matched = this.#index.match(entry.path);
    if (matched.length === 0) return undefined;
    let content = NO_RULE;
    let owner = NO_RULE;
    let mode = NO_RULE;
    let report = NO_RULE;
    let search = NO_RULE;
    let refusedLink = NO_RULE;
    let previous = NO_RULE;
    for (const glob of matched) {
      const position = this.#positions[glob] as Position;
      if (position === previous) continue;
      previous = position;
      const rule = this.rules[position] as Rule;
      const action = rule.action.do;
      if (!this.#isMeant(position, rule, entry)) continue;
      if (action === 'link' && entry.type === 'directory') refusedLink = position;
      if (!appliesTo(action, entry.type)) continue;
      if (action === 'owner') owner = position;
      else if (action === 'mode') mode = position;
      else if (action === 'report') report = position;
      else if (action === 'search') search = position;
      else content = position;
      if (action === 'keep') {
        owner = NO_RULE;
        mode = NO_RULE;
        refusedLink = NO_RULE;
      }
    }
    return { entry, content, owner, mode, report, search, refusedLink };
  }

  #isMeant(position: Position, rule: Rule, entry: Entry): boolean {
    if (this.#excepts.get(position)?.some((glob) => glob.matches(entry.path))) return false;
    return holdsFor(rule.when, this.#facts, entry);
  }
}

/**
 * The user's own rules whose patterns match no path of the tree, or only such as they except: a typing error, or meant
 * for another tree.
 */
export function unmatchedRules(rules: readonly Rule[], entries: readonly Entry[]): string[] {
  const left = new Map(
    rules
      .filter(({ id, action }) => id.startsWith(`${USER_LAYER}/`) && action.do !== 'add')
      .map((rule) => {
        const globs = (patterns: readonly string[]): Glob[] =>
          patterns.map((pattern) => ruleGlob(rule, pattern));
        return [rule.id, { match: globs(rule.match), except: globs(rule.except ?? []) }];
      }),
  );
  for (const { path } of entries) {
    if (left.size === 0) break;
    const matches = (globs: readonly Glob[]): boolean => globs.some((glob) => glob.matches(path));
    for (const [id, { match, except }] of left) if (matches(match) && !matches(except)) left.delete(id);
  }
  return [...left.keys()];
}

/** Both sides of a comparison and its proof usually have the same globs, so the index is reused. */
let latest: WeakRef<{ readonly globs: readonly Glob[]; readonly index: GlobIndex }> | undefined;

function indexOf(globs: readonly Glob[]): GlobIndex {
  const known = latest?.deref();
  const isSame = known?.globs.length === globs.length && known.globs.every((glob, i) => glob === globs[i]);
  if (known !== undefined && isSame) return known.index;
  const index = new GlobIndex(globs);
  latest = new WeakRef({ globs, index });
  return index;
}
