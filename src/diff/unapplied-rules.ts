/** Built-in rules that an option or a policy leaves out, and that would have affected a finding. */
import { Facts, failedParts } from '../rules/condition.ts';
import type { Glob } from '../rules/glob.ts';
import { USER_LAYER } from '../rules/layers.ts';
import { POLICIES } from '../rules/policies.ts';
import { appliesTo, type Rule, SLOT_OF, type Slot } from '../rules/rule.ts';
import { ruleGlob } from '../rules/rule-set.ts';
import type { Field } from '../tree/delta.ts';
import type { Entry } from '../tree/entry.ts';
import type { Finding } from './finding.ts';
import { isPackageDatabase, madeAgain } from './path-kinds.ts';
import { NO_PROPOSAL, type Proposal } from './proposal.ts';
import type { Side } from './side.ts';

export interface UnappliedRule {
  readonly rule: Rule;
  /** The policy value that the rule requires; undefined where --skip or --only leaves it out. */
  readonly policy: { readonly name: string; readonly value: string } | undefined;
  /** Whether it removes what the policy's default keeps and nothing is known to regenerate: then it is not proposed. */
  readonly isChoice: boolean;
  /** What would apply it. */
  readonly proposal: Proposal;
}

const SLOT_OF_FIELD: Readonly<Partial<Record<Field, Slot>>> = {
  presence: 'content',
  type: 'content',
  content: 'content',
  target: 'content',
  links: 'content',
  mode: 'mode',
  owner: 'owner',
};

interface Candidate {
  readonly rule: Rule;
  readonly globs: readonly Glob[];
  readonly excepts: readonly Glob[];
  readonly isSelected: boolean;
}

export class UnappliedRules {
  readonly #facts: Facts;
  readonly #candidates: readonly Candidate[];

  constructor({ source, rules, unselected, context }: Side) {
    this.#facts = new Facts(source.tree, context);
    const waiting = rules.filter(({ when }) => when?.policy !== undefined);
    const compile = (isSelected: boolean) => (rule: Rule) => ({
      rule,
      globs: rule.match.map((pattern) => ruleGlob(rule, pattern)),
      excepts: (rule.except ?? []).map((pattern) => ruleGlob(rule, pattern)),
      isSelected,
    });
    this.#candidates = [...waiting.map(compile(true)), ...unselected.map(compile(false))].filter(
      ({ rule }) => !['keep', 'report', 'search', 'add'].includes(rule.action.do),
    );
  }

  /** The last one in order that affects this field of an entry of the side. */
  find({ field }: Finding, entry: Entry | undefined): UnappliedRule | undefined {
    const slot = SLOT_OF_FIELD[field];
    if (slot === undefined || entry === undefined) return undefined;
    const found = this.#candidates.findLast(
      ({ rule, globs, excepts, isSelected }) =>
        SLOT_OF[rule.action.do] === slot &&
        appliesTo(rule.action.do, entry.type) &&
        globs.some((glob) => glob.matches(entry.path)) &&
        !excepts.some((glob) => glob.matches(entry.path)) &&
        this.#fails(rule, entry, isSelected),
    );
    return found === undefined ? undefined : applied(found, entry.path);
  }

  /** A selected rule must fail on its policy alone; an unselected one must not fail at all. */
  #fails(rule: Rule, entry: Entry, isSelected: boolean): boolean {
    const failed = failedParts(rule.when, this.#facts, entry);
    // Without its package database a system cannot be upgraded: that is for the user to choose.
    if (isSelected && rule.action.do === 'drop' && isPackageDatabase(entry.path)) return false;
    return isSelected ? failed.length === 1 && failed[0] === 'policy' : failed.length === 0;
  }
}

function applied({ rule, isSelected }: Candidate, path: string): UnappliedRule {
  const wanted = rule.when?.policy;
  if (!isSelected || wanted === undefined) {
    const copy: Rule = { ...rule, id: `${USER_LAYER}/${rule.id.replaceAll('/', '-')}` };
    return { rule, policy: undefined, isChoice: false, proposal: { ...NO_PROPOSAL, rules: [copy] } };
  }
  const values = typeof wanted.value === 'string' ? [wanted.value] : wanted.value;
  const standard = POLICIES.find(({ name }) => name === wanted.name)?.default ?? '';
  const value = values.includes(standard) ? standard : (values[0] as string);
  const policies = new Map([[wanted.name, value]]);
  const isChoice = rule.action.do === 'drop' && value !== standard && madeAgain(path) === undefined;
  return { rule, policy: { name: wanted.name, value }, isChoice, proposal: { ...NO_PROPOSAL, policies } };
}
