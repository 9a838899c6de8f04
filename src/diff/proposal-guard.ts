/**
 * What must not be proposed, even if a recognizer of causes suggests it: changing what a rule keeps, what a policy
 * decides, or a part of what belongs together.
 */
import { Facts } from '../rules/condition.ts';
import { Glob } from '../rules/glob.ts';
import { GlobIndex } from '../rules/glob-index.ts';
import { type ActionName, appliesTo, type Rule, SLOT_OF } from '../rules/rule.ts';
import { NO_RULE, RuleSet } from '../rules/rule-set.ts';
import type { Entry } from '../tree/entry.ts';
import { parentOf, showPath } from '../tree/path.ts';
import { DataDirectories, type DataDirectory } from './path-kinds.ts';
import type { Proposal } from './proposal.ts';
import { globOf } from './proposal.ts';
import type { Side } from './side.ts';

/** Actions that remove what a path holds. */
const TAKES_AWAY: ReadonlySet<ActionName> = new Set(['drop', 'truncate']);

/** Why nothing is proposed for a path. */
interface Objection {
  /** Findings with the same key have the same reason. */
  readonly key: string;
  /** A sentence or two. */
  readonly reason: string;
}

export class ProposalGuard {
  readonly #sides: readonly Side[];
  readonly directories: DataDirectories;
  #protected: ReadonlyMap<string, Protection> | undefined;
  #above: ReadonlySet<string> | undefined;

  constructor(a: Side, b: Side) {
    this.#sides = [a, b];
    this.directories = new DataDirectories(a.source.tree, b.source.tree);
  }

  /** Why one of the rules proposed for this path must not be; undefined where all are allowed. */
  objection(path: string, { rules }: Proposal): Objection | undefined {
    for (const { action } of rules) {
      const found = this.#objectionTo(path, action.do);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * Excludes from the patterns of rules the entries of either side that must not be changed.
   *
   * @returns the proposal without rules that match nothing any more
   */
  refine(proposal: Proposal): Proposal {
    const rules = proposal.rules.flatMap((rule) => this.#refineRule(rule) ?? []);
    return { ...proposal, rules };
  }

  #refineRule(rule: Rule): Rule | undefined {
    const action = rule.action.do;
    const match = rule.match.filter((pattern) => {
      const path = literalOf(pattern);
      return path === undefined || this.#objectionTo(path, action) === undefined;
    });
    if (match.length === 0) return undefined;
    if (match.every((pattern) => literalOf(pattern) !== undefined)) return { ...rule, match };
    const globs = match.map((pattern) => new Glob(pattern));
    const excepts = (rule.except ?? []).map((pattern) => new Glob(pattern));
    const refused = new Set<string>();
    for (const { source } of this.#sides) {
      for (const { path, type } of source.tree.entries) {
        if (!appliesTo(action, type) || !globs.some((glob) => glob.matches(path))) continue;
        if (excepts.some((glob) => glob.matches(path))) continue;
        if (this.#objectionTo(path, action) !== undefined) refused.add(globOf(path));
      }
    }
    if (refused.size === 0) return { ...rule, match };
    return { ...rule, match, except: [...(rule.except ?? []), ...refused] };
  }

  #objectionTo(path: string, action: ActionName): Objection | undefined {
    const directory = SLOT_OF[action] === 'content' ? this.directories.of(path) : undefined;
    if (directory !== undefined && (!directory.isEdited || TAKES_AWAY.has(action))) {
      return { key: `part ${directory.path}`, reason: belongsTogether(directory) };
    }
    const { keep, policy } = this.#protections().get(path) ?? NOT_PROTECTED;
    if (keep !== undefined && action !== 'report') {
      return {
        key: `keep ${keep.id}`,
        reason: `Rule ${keep.id} keeps it, so nothing is proposed for it. ${keep.why}`,
      };
    }
    const name = policy?.when?.policy?.name;
    if (TAKES_AWAY.has(action) && policy !== undefined && name !== undefined) {
      return {
        key: `policy ${name}`,
        reason: `The policy ${name} decides about it (rule ${policy.id}), so no other rule is proposed to remove it. ${policy.why}`,
      };
    }
    if (action === 'drop' && this.#directoriesAbove().has(path)) {
      return { key: 'above', reason: 'Something below it must stay, so no rule is proposed to drop it.' };
    }
    return undefined;
  }

  #protections(): ReadonlyMap<string, Protection> {
    if (this.#protected !== undefined) return this.#protected;
    const all = new Map<string, Protection>();
    for (const side of this.#sides) {
      for (const [path, found] of protectionsOf(side)) all.set(path, { ...all.get(path), ...found });
    }
    this.#protected = all;
    return all;
  }

  /** Directories with something below them that must not be removed. */
  #directoriesAbove(): ReadonlySet<string> {
    if (this.#above !== undefined) return this.#above;
    const above = new Set<string>();
    const addAll = (path: string): void => {
      for (let at = parentOf(path); at !== '' && !above.has(at); at = parentOf(at)) above.add(at);
    };
    for (const path of this.#protections().keys()) addAll(path);
    for (const { source } of this.#sides) {
      for (const { path, type } of source.tree.entries) {
        if (type === 'directory' && this.directories.of(path)?.path === path) addAll(path);
      }
    }
    this.#above = above;
    return above;
  }
}

/** What to do about a directory that is in different states on the two sides. */
export function belongsTogether({ path, what }: DataDirectory): string {
  return `It is part of ${showPath(path) || '/'}, ${what}, whose files belong together, so no rule is proposed for part of them. Make all of it the same on both sides, or leave it out of the image and let the first boot create it.`;
}

interface Protection {
  readonly keep?: Rule;
  readonly policy?: Rule;
}

const NOT_PROTECTED: Protection = {};

/** Paths that a rule keeps, and those that a policy concerns, regardless of its value. */
function* protectionsOf({
  source,
  rules,
  unselected,
  context,
}: Side): Generator<[path: string, protection: Protection]> {
  const facts = new Facts(source.tree, context);
  const set = new RuleSet(rules, facts);
  const ofPolicies = [...rules, ...unselected].filter(({ when }) => when?.policy !== undefined);
  const named = new PolicyRules(ofPolicies);
  for (const entry of source.tree.entries) {
    const position = set.winners(entry)?.content ?? NO_RULE;
    const winner = position === NO_RULE ? undefined : rules[position];
    const keep = winner?.action.do === 'keep' ? winner : undefined;
    const policy = named.find(entry);
    if (keep === undefined && policy === undefined) continue;
    yield [entry.path, { ...(keep && { keep }), ...(policy && { policy }) }];
  }
}

class PolicyRules {
  readonly #rules: readonly Rule[];
  readonly #index: GlobIndex;
  /** Position of the rule to which a glob of the index belongs. */
  readonly #owners: readonly number[];
  readonly #excepts: readonly (readonly Glob[])[];

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    const patterns = rules.flatMap(({ match }, at) => match.map((pattern) => ({ pattern, at })));
    this.#index = new GlobIndex(patterns.map(({ pattern }) => pattern));
    this.#owners = patterns.map(({ at }) => at);
    this.#excepts = rules.map(({ except = [] }) => except.map((pattern) => new Glob(pattern)));
  }

  /** The last one that names the path and decides about contents. */
  find({ path, type }: Entry): Rule | undefined {
    const at = this.#index.match(path).findLast((glob) => {
      const owner = this.#owners[glob] as number;
      const { action } = this.#rules[owner] as Rule;
      const slot = SLOT_OF[action.do];
      return (
        (slot === 'content' || slot === 'report') &&
        appliesTo(action.do, type) &&
        this.#excepts[owner]?.some((glob) => glob.matches(path)) !== true
      );
    });
    return at === undefined ? undefined : this.#rules[this.#owners[at] as number];
  }
}

/** The path that a pattern without wildcards matches. */
function literalOf(pattern: string): string | undefined {
  if (/(?<!\\)(?:\\\\)*[*?[\]{}]/.test(pattern)) return undefined;
  return pattern.replace(/\\(.)/gs, '$1');
}
