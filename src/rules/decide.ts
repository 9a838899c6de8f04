import type { Entry } from '../tree/entry.ts';
import { parentOf } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { type Addition, findAdditions } from './additions.ts';
import { Facts, type RuleContext } from './condition.ts';
import { type Action, type Rule, wouldChange } from './rule.ts';
import { NO_RULE, type Position, RuleSet, type Winners } from './rule-set.ts';

export interface Choice<A extends Action = Action> {
  readonly rule: Rule;
  readonly action: A;
}

export type ContentAction = Extract<
  Action,
  { do: 'truncate' | 'replace' | 'rewrite' | 'substitute' | 'link' }
>;
export type OwnerAction = Extract<Action, { do: 'owner' }>;
export type ModeAction = Extract<Action, { do: 'mode' }>;

/** What happens to an entry that stays. At least one slot is filled. */
export interface Decision {
  content?: Choice<ContentAction>;
  owner?: Choice<OwnerAction>;
  mode?: Choice<ModeAction>;
}

export interface Report {
  readonly rule: Rule;
  readonly path: string;
  /** Why the action of the rule was not taken; undefined where reporting is its action. */
  readonly note: string | undefined;
}

/** A file whose content must be searched for secrets. */
export interface Search {
  readonly rule: Rule;
  readonly path: string;
}

export interface Decisions {
  /** By path, in no particular order; unchanged entries have none. */
  readonly changes: ReadonlyMap<string, Decision>;
  /** Path to the rule that drops it, itself or with a directory above; in tree order. */
  readonly dropped: ReadonlyMap<string, Rule>;
  /** Directories that a rule drops and that stay, to the first path below that needs them. */
  readonly restored: ReadonlyMap<string, string>;
  /** In the order of their rules, so a directory comes before its contents. */
  readonly additions: readonly Addition[];
  readonly reports: readonly Report[];
  /** Files that stay. They are searched during planning; see src/plan/search-secrets.ts. */
  readonly searches: readonly Search[];
}

/**
 * Applies the rules to a tree. Rules are tried in order and the last match wins in its slot.
 *
 * - A rule that drops a directory counts for everything below as if it matched there, at its own position
 *   in the order. What a later rule keeps or changes stays, along with the directories above it. A rule for
 *   unclaimed paths does not affect paths that a package claims: packages share directories that none of them owns.
 * - Rules are about names. Two names of one inode (deduplication hard-links any equal files) may serve
 *   different purposes, so a decision about one does not apply to the other;
 *   the Plan splits the group where the outcomes differ.
 * - An action that would change nothing is not recorded.
 *
 * @throws GlobError for a rule with a bad pattern
 */
export function decide(tree: Tree, rules: readonly Rule[], context: RuleContext): Decisions {
  const facts = new Facts(tree, context);
  const set = new RuleSet(rules, facts);
  const decided: Winners[] = [];
  const dropped = new Map<string, Rule>();
  const restored = new Map<string, string>();
  const dropPositions = new Map<string, Position>();
  // The dropped directories above the current entry.
  const above: { prefix: string; position: Position }[] = [];
  const inheritedBy = ({ path }: Entry): Position => {
    let latest = NO_RULE;
    for (const { position } of above) {
      const isMeant = reaches(rules[position], context.owned?.(path));
      if (isMeant && position > latest) latest = position;
    }
    return latest;
  };

  for (const entry of tree.entries) {
    while (above.length > 0 && !entry.path.startsWith(above.at(-1)!.prefix)) above.pop();
    const inherited = inheritedBy(entry);
    const winners = set.winners(entry);
    if (winners === undefined && above.length === 0) continue;
    if (winners !== undefined) decided.push(winners);
    const own = winners?.content ?? NO_RULE;
    if (own > inherited && rules[own]?.action.do === 'drop') {
      dropped.set(entry.path, rules[own] as Rule);
      if (entry.type !== 'directory') continue;
      above.push({ prefix: `${entry.path}/`, position: own });
      dropPositions.set(entry.path, own);
    } else if (inherited !== NO_RULE && own <= inherited) {
      dropped.set(entry.path, rules[inherited] as Rule);
    } else if (above.length > 0) {
      restoreAbove(entry.path, dropped, restored);
    }
  }

  const { additions, homeless } = findAdditions(rules, facts, set, { dropped, dropPositions });
  const changes = new Map<string, Decision>();
  const reports: Report[] = [];
  const searches: Search[] = [];
  for (const winners of decided) {
    const { path } = winners.entry;
    if (dropped.has(path)) continue;
    settle(winners, rules, changes, reports);
    const search = rules[winners.search];
    if (search !== undefined) searches.push({ rule: search, path });
  }
  for (const { winners } of additions) {
    if (winners !== undefined) settle(winners, rules, changes, reports);
  }
  for (const { rule, path } of homeless) {
    reports.push({ rule, path, note: 'not added, because its directory does not exist' });
  }
  return { changes, dropped, restored, additions, reports, searches };
}

/** Whether a rule that drops a directory applies to an entry below it, depending on whether a package claims that entry. */
function reaches(rule: Rule | undefined, isOwned: boolean | undefined): boolean {
  if (rule?.when?.owned === false) return isOwned === false;
  return rule?.when?.unclaimed !== true || isOwned !== true;
}

function restoreAbove(path: string, dropped: Map<string, Rule>, restored: Map<string, string>): void {
  for (let directory = parentOf(path); directory !== ''; directory = parentOf(directory)) {
    if (dropped.delete(directory)) restored.set(directory, path);
  }
}

function settle(
  winners: Winners,
  rules: readonly Rule[],
  changes: Map<string, Decision>,
  reports: Report[],
): void {
  const { entry } = winners;
  const decision: Decision = {};
  const content = choose<ContentAction>(winners.content, rules, entry);
  const owner = choose<OwnerAction>(winners.owner, rules, entry);
  const mode = choose<ModeAction>(winners.mode, rules, entry);
  if (content !== undefined) decision.content = content;
  if (owner !== undefined) decision.owner = owner;
  // An entry that becomes a symlink has no mode.
  if (mode !== undefined && content?.action.do !== 'link') decision.mode = mode;
  if (content ?? owner ?? mode) changes.set(entry.path, decision);
  const report = rules[winners.report];
  if (report !== undefined) reports.push({ rule: report, path: entry.path, note: undefined });
  const refused = rules[winners.refusedLink];
  if (refused !== undefined) {
    const note = 'is a directory, which cannot become a symlink without losing its contents';
    reports.push({ rule: refused, path: entry.path, note });
  }
}

/** The slot of the position determines the possible actions. */
function choose<A extends Action>(
  position: Position,
  rules: readonly Rule[],
  entry: Entry,
): Choice<A> | undefined {
  const rule = rules[position];
  if (rule === undefined || !wouldChange(rule.action, entry)) return undefined;
  return { rule, action: rule.action as A };
}
