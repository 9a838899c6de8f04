import { StillrootError } from '../errors.ts';
import type { Entry } from '../tree/entry.ts';
import { parentOf, showPath } from '../tree/path.ts';
import type { Facts } from './condition.ts';
import { holdsFor, mayHold } from './condition.ts';
import { Glob } from './glob.ts';
import type { AddedEntry, Rule } from './rule.ts';
import type { Position, RuleSet, Winners } from './rule-set.ts';
import { NO_RULE } from './rule-set.ts';

/** An entry that a rule adds because the tree lacks it or other rules dropped it. */
export interface Addition {
  /** With symlinks among its parents resolved: `usr/lib/x` for `lib/x` on a merged tree. */
  readonly path: string;
  readonly rule: Rule;
  readonly added: AddedEntry;
  /** The metadata as an entry: owner 0, group 0, time 0. */
  readonly entry: Entry;
  /** Other rules for the path. Owner and mode are decided as for any entry; the content is already in `added`. */
  readonly winners: Winners | undefined;
}

export interface Additions {
  /** In the order of their rules, so a directory comes before its contents. */
  readonly additions: readonly Addition[];
  /** Entries whose parent directory is missing: it is not created, since no rule chose its owner and mode. */
  readonly homeless: readonly { readonly rule: Rule; readonly path: string }[];
}

export interface Drops {
  readonly dropped: ReadonlyMap<string, Rule>;
  /** Directories that a rule drops, whether or not they stay, with the position of that rule. */
  readonly dropPositions: ReadonlyMap<string, Position>;
}

/**
 * An `add` rule fires if its path is free after the rules before it, no later rule drops or
 * keeps that path, and the parent is a directory that stays or that an earlier rule adds.
 */
export function findAdditions(rules: readonly Rule[], facts: Facts, set: RuleSet, drops: Drops): Additions {
  const additions = new Map<string, Addition>();
  const homeless = new Map<string, Rule>();
  rules.forEach((rule, position) => {
    if (rule.action.do !== 'add' || !mayHold(rule.when, facts)) return;
    const path = facts.tree.canonical(literalPath(rule));
    if (path === undefined || path === '') return;
    const added = rule.action.entry;
    const entry = entryOf(path, added);
    if (!holdsFor(rule.when, facts, entry)) return;
    if (facts.tree.has(path) && !drops.dropped.has(path)) return;
    if (!hasDirectory(parentOf(path), facts, drops, additions)) {
      homeless.set(path, rule);
      return;
    }
    if (inheritedDrop(path, drops) > position) return;
    const winners = set.winners(entry);
    const later = winners !== undefined && winners.content > position ? rules[winners.content] : undefined;
    if (later?.action.do === 'drop' || later?.action.do === 'keep') return;
    homeless.delete(path);
    additions.set(path, withLater({ path, rule, added, entry, winners }, later));
  });
  // A later rule for the same path replaces an earlier one, and may have turned a directory into a file.
  for (const [path, { rule }] of additions) {
    if (hasDirectory(parentOf(path), facts, drops, additions)) continue;
    additions.delete(path);
    homeless.set(path, rule);
  }
  return {
    additions: [...additions.values()],
    homeless: [...homeless].map(([path, rule]) => ({ rule, path })),
  };
}

/** Applies a later rule to the content; rewriting it makes no sense, since the rule already gave the final content. */
function withLater(addition: Addition, later: Rule | undefined): Addition {
  const { path, added } = addition;
  const winners = addition.winners && { ...addition.winners, content: NO_RULE };
  const action = later?.action;
  if (action?.do === 'link') {
    const symlink: AddedEntry = { type: 'symlink', target: action.target };
    const others = winners && { ...winners, mode: NO_RULE };
    return { ...addition, added: symlink, entry: entryOf(path, symlink), winners: others };
  }
  const isFixed = added.type === 'file' && (action?.do === 'replace' || action?.do === 'truncate');
  if (!isFixed) return { ...addition, winners };
  const file: AddedEntry = { ...added, content: action.do === 'replace' ? action.content : '' };
  return { ...addition, added: file, entry: entryOf(path, file), winners };
}

/** @throws StillrootError `bad-glob` for an `add` rule with wildcards or several patterns */
function literalPath(rule: Rule): string {
  const [pattern] = rule.match;
  const literal = rule.match.length === 1 && pattern !== undefined ? new Glob(pattern).literal : undefined;
  if (literal === undefined) {
    const shown = rule.match.map((each) => `'${showPath(each)}'`).join(', ');
    const detail = { where: rule.source, hint: 'Use one path without wildcards.' };
    throw new StillrootError('bad-glob', `rule ${rule.id} adds an entry and matches ${shown}`, detail);
  }
  return literal;
}

function hasDirectory(
  path: string,
  facts: Facts,
  drops: Drops,
  additions: ReadonlyMap<string, Addition>,
): boolean {
  if (path === '' || additions.get(path)?.added.type === 'directory') return true;
  return facts.tree.get(path)?.type === 'directory' && !drops.dropped.has(path);
}

function inheritedDrop(path: string, drops: Drops): Position {
  let position = NO_RULE;
  for (let directory = parentOf(path); directory !== ''; directory = parentOf(directory)) {
    position = Math.max(position, drops.dropPositions.get(directory) ?? NO_RULE);
  }
  return position;
}

function entryOf(path: string, added: AddedEntry): Entry {
  return {
    path,
    type: added.type,
    mode: added.type === 'symlink' ? 0o777 : added.mode,
    uid: 0,
    gid: 0,
    size: added.type === 'file' ? added.content.length : 0,
    mtime: 0,
    nanoseconds: 0,
    target: added.type === 'symlink' ? added.target : '',
    major: 0,
    minor: 0,
    links: null,
  };
}
