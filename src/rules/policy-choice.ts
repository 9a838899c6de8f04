import { StillrootError } from '../errors.ts';
import type { Policy } from './policies.ts';
import type { Rule } from './rule.ts';
import { didYouMean, suggest } from './suggest.ts';

/** What a user asked for; `where` says in which option or line. */
export interface PolicyChoice {
  readonly name: string;
  readonly value: string;
  readonly where: string;
}

/**
 * The value of each policy: the last choice, or else the default.
 * @throws StillrootError `policy-unknown` for a name or a value that no policy has
 */
export function choosePolicies(
  policies: readonly Policy[],
  choices: readonly PolicyChoice[],
): ReadonlyMap<string, string> {
  const chosen = new Map(policies.map((policy) => [policy.name, policy.default]));
  for (const { name, value, where } of choices) {
    checkPolicy(policies, name, value, where);
    chosen.set(name, value);
  }
  return chosen;
}

/**
 * A rule that asks for a policy or a value that there is not would never match, and nobody would know.
 * @throws StillrootError `policy-unknown`
 */
export function checkPoliciesOf(rules: readonly Rule[], policies: readonly Policy[]): void {
  for (const rule of rules) {
    const asked = rule.when?.policy;
    if (asked === undefined) continue;
    const values = typeof asked.value === 'string' ? [asked.value] : asked.value;
    for (const value of values) checkPolicy(policies, asked.name, value, `${rule.source}: rule ${rule.id}`);
  }
}

function checkPolicy(policies: readonly Policy[], name: string, value: string, where: string): void {
  const policy = policies.find((each) => each.name === name);
  if (policy === undefined) {
    const names = policies.map((each) => each.name);
    const hint = didYouMean(name, names, 'policies');
    throw new StillrootError('policy-unknown', `there is no policy '${name}'`, { where, hint });
  }
  if (policy.values.includes(value)) return;
  const meant = suggest(value, policy.values);
  const hint = `Its values are ${policy.values.join(', ')}.${meant === undefined ? '' : ` Did you mean '${meant}'?`}`;
  throw new StillrootError('policy-unknown', `policy ${name} has no value '${value}'`, { where, hint });
}
