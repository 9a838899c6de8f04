import { DEFAULT_SETTINGS, Plan, type PlanSettings } from '../../src/plan/plan.ts';
import type { RuleContext } from '../../src/rules/condition.ts';
import { decide } from '../../src/rules/decide.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Source } from '../../src/source/source.ts';

/** As run by root with epoch 1,000,000,000 and default settings. */
export const SETTINGS: PlanSettings = { ...DEFAULT_SETTINGS, epoch: 1_000_000_000 };

const NO_POLICIES: RuleContext = { owned: undefined, policy: () => undefined };

/** A plan of these rules; by default none. */
export function makePlan(
  source: Source,
  rules: readonly Rule[] = [],
  settings: Partial<PlanSettings> = {},
  context: RuleContext = NO_POLICIES,
): Plan {
  const inodeHash = (path: string): number => path.length;
  return new Plan(
    source,
    decide(source.tree, rules, context),
    { ...SETTINGS, ...settings },
    inodeHash,
    context,
  );
}
