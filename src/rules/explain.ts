import type { Entry } from '../tree/entry.ts';
import { parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import type { Addition } from './additions.ts';
import { Facts, failedParts, type RuleContext } from './condition.ts';
import { type Decision, type Decisions, decide } from './decide.ts';
import { appliesTo, type Condition, type Rule, SLOT_OF, type Slot } from './rule.ts';
import { NO_RULE, type Position, RuleSet, ruleGlob, type Winners } from './rule-set.ts';

/** One rule with a pattern that matches the path. */
export interface RuleTrace {
  readonly rule: Rule;
  readonly slot: Slot;
  /** The first of its patterns that matches. */
  readonly pattern: string;
  /** The first exception that excludes the path. */
  readonly except: string | undefined;
  /** Parts of its condition that do not hold. */
  readonly failed: readonly (keyof Condition)[];
  /** False where the action does not apply to entries of this type. */
  readonly applies: boolean;
  /** Slots in which no later rule overrides it; a rule that drops a directory above still may. */
  readonly wins: readonly Slot[];
}

const SLOTS: readonly Slot[] = ['content', 'owner', 'mode', 'report', 'search'];

export type Outcome = 'missing' | 'unchanged' | 'changed' | 'dropped' | 'restored' | 'added';

export interface Explanation {
  readonly path: string;
  /** The entry in the tree; undefined where there is none. */
  readonly entry: Entry | undefined;
  readonly outcome: Outcome;
  /** In order. */
  readonly rules: readonly RuleTrace[];
  /** What happens to an entry that stays. */
  readonly decision: Decision | undefined;
  readonly dropped: { readonly rule: Rule; readonly by: string } | undefined;
  /** The path below for which a directory is kept. */
  readonly restoredFor: string | undefined;
  readonly addition: Addition | undefined;
}

/** Everything that the rules say about one path, whether or not it exists. */
export function explain(tree: Tree, rules: readonly Rule[], context: RuleContext, path: string): Explanation {
  const facts = new Facts(tree, context);
  const set = new RuleSet(rules, facts);
  const decisions = decide(tree, rules, context);
  const inTree = path === '' ? undefined : tree.get(path);
  const addition = decisions.additions.find((each) => each.path === path);
  const entry = addition?.entry ?? inTree;
  const winners = entry === undefined ? undefined : set.winners(entry);
  return {
    path,
    entry: inTree,
    outcome: outcomeOf(path, inTree, decisions, addition),
    rules: rules.flatMap((rule, at) => {
      const trace = traceOf(rule, path, entry, facts, winsOf(at, rules, winners, addition));
      return trace === undefined ? [] : [trace];
    }),
    decision: decisions.changes.get(path),
    dropped: findDrop(path, tree, set, decisions),
    restoredFor: decisions.restored.get(path),
    addition,
  };
}

function outcomeOf(
  path: string,
  entry: Entry | undefined,
  decisions: Decisions,
  addition: Addition | undefined,
): Outcome {
  if (addition !== undefined) return 'added';
  if (entry === undefined) return 'missing';
  if (decisions.dropped.has(path)) return 'dropped';
  if (decisions.restored.has(path)) return 'restored';
  return decisions.changes.has(path) ? 'changed' : 'unchanged';
}

function traceOf(
  rule: Rule,
  path: string,
  entry: Entry | undefined,
  facts: Facts,
  wins: readonly Slot[],
): RuleTrace | undefined {
  const isAdd = rule.action.do === 'add';
  const matches = (pattern: string): boolean => {
    const glob = ruleGlob(rule, pattern);
    const literal = isAdd ? glob.literal : undefined;
    return glob.matches(path) || (literal !== undefined && facts.tree.canonical(literal) === path);
  };
  const pattern = rule.match.find(matches);
  if (pattern === undefined) return undefined;
  return {
    rule,
    slot: SLOT_OF[rule.action.do],
    pattern,
    except: rule.except?.find((each) => ruleGlob(rule, each).matches(path)),
    failed: failedParts(rule.when, facts, entry),
    applies: isAdd
      ? wins.length > 0 || !facts.tree.has(path)
      : entry === undefined || appliesTo(rule.action.do, entry.type),
    wins,
  };
}

function winsOf(
  position: Position,
  rules: readonly Rule[],
  winners: Winners | undefined,
  addition: Addition | undefined,
): readonly Slot[] {
  if (addition === undefined) return SLOTS.filter((slot) => winners?.[slot] === position);
  // An added entry has its content from that rule, or from a later one that needs no earlier content.
  const added = rules.indexOf(addition.rule);
  const later = winners?.content ?? NO_RULE;
  const name = rules[later]?.action.do;
  const isLater = later > added && name !== 'rewrite' && name !== 'substitute';
  const content = isLater ? later : added;
  return SLOTS.filter((slot) => (slot === 'content' ? content : winners?.[slot]) === position);
}

/** The rule that drops the path, and the path that it matches: this one or a directory above. */
function findDrop(path: string, tree: Tree, set: RuleSet, decisions: Decisions): Explanation['dropped'] {
  const rule = decisions.dropped.get(path);
  if (rule === undefined) return undefined;
  for (let by = path; by !== ''; by = parentOf(by)) {
    const entry = tree.get(by);
    const winner = entry === undefined ? undefined : set.rules[set.winners(entry)?.content ?? NO_RULE];
    if (winner === rule) return { rule, by };
  }
  return { rule, by: path };
}
