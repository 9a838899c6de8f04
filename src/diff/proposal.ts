import type { HardLinkPolicy } from '../normalize/hard-links.ts';
import type { MtimePolicy } from '../normalize/mtime.ts';
import type { Rule } from '../rules/rule.ts';

/** Options of `pack` and `finalize`, for what is no rule. */
export interface ProposedOptions {
  readonly hardLinks?: HardLinkPolicy;
  readonly mtime?: MtimePolicy;
  readonly mapUid?: ReadonlyMap<number, number>;
  readonly mapGid?: ReadonlyMap<number, number>;
}

/** What would make two sides equal, on top of the rules that apply. */
export interface Proposal {
  readonly rules: readonly Rule[];
  /** Values of policies by name. */
  readonly policies: ReadonlyMap<string, string>;
  readonly options: ProposedOptions;
}

export const NO_PROPOSAL: Proposal = { rules: [], policies: new Map(), options: {} };

export function proposeRules(...rules: readonly Rule[]): Proposal {
  return { ...NO_PROPOSAL, rules };
}

/** All of them as one: the same rule once, and another rule under a used id with a number behind it. */
export function combineProposals(proposals: readonly Proposal[]): Proposal {
  const rules = new Map<string, Rule>();
  const policies = new Map<string, string>();
  let options: ProposedOptions = {};
  for (const proposal of proposals) {
    for (const rule of proposal.rules) addRule(rules, rule);
    for (const [name, value] of proposal.policies) policies.set(name, value);
    options = {
      ...options,
      ...proposal.options,
      mapUid: new Map([...(options.mapUid ?? []), ...(proposal.options.mapUid ?? [])]),
      mapGid: new Map([...(options.mapGid ?? []), ...(proposal.options.mapGid ?? [])]),
    };
  }
  return { rules: [...rules.values()], policies, options };
}

function addRule(rules: Map<string, Rule>, rule: Rule): void {
  const text = JSON.stringify({ ...rule, id: '' });
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? rule.id : `${rule.id}-${number}`;
    const known = rules.get(id);
    if (known === undefined) rules.set(id, { ...rule, id });
    else if (JSON.stringify({ ...known, id: '' }) !== text) continue;
    return;
  }
}

export function isEmptyProposal(proposal: Proposal): boolean {
  return (
    proposal.rules.length === 0 &&
    proposal.policies.size === 0 &&
    optionArguments(proposal.options).length === 0
  );
}

/** The options as they are typed. */
export function optionArguments({ hardLinks, mtime, mapUid, mapGid }: ProposedOptions): string[] {
  return [
    ...(hardLinks === undefined ? [] : [`--hard-links ${hardLinks}`]),
    ...(mtime === undefined ? [] : [`--mtime ${mtime}`]),
    ...[...(mapUid ?? [])].map(([from, to]) => `--map-uid ${from}:${to}`),
    ...[...(mapGid ?? [])].map(([from, to]) => `--map-gid ${from}:${to}`),
  ];
}
