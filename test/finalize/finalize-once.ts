import { finish } from '../../src/finalize/steps.ts';
import { Target } from '../../src/finalize/target.ts';
import type { PlanSettings } from '../../src/plan/plan.ts';
import type { Action, Rule } from '../../src/rules/rule.ts';
import { makePlan, SETTINGS } from '../support/make-plan.ts';

/** The root's time and mode are not part of a listing. */
export const EPOCH: number = SETTINGS.epoch;

export function rule(match: string, action: Action, id = `${action.do}-${match}`): Rule {
  return { id: `test/${id}`, match: [match], action, why: 'A test.', source: 'test' };
}

export interface Once {
  /** Operations of an interrupted run that were completed. */
  readonly recovered: number | undefined;
  /** Names of the operations that were carried out then. */
  readonly done: readonly string[];
}

export interface OnceOptions {
  readonly rules?: readonly Rule[];
  readonly settings?: Partial<PlanSettings>;
  /** Between the scan and the first change: simulates a concurrent change. */
  readonly meanwhile?: () => void;
}

/** What the command line does, with rules of our own. */
export function finalizeOnce(root: string, { rules = [], settings = {}, meanwhile }: OnceOptions = {}): Once {
  const target = new Target(root);
  try {
    const recovered = finish(target.recover());
    const source = target.scan();
    try {
      const owner = {
        ...SETTINGS.owner,
        uid: process.getuid?.() ?? 0,
        gid: process.getgid?.() ?? 0,
      };
      const plan = makePlan(source, rules, { owner, ...settings });
      const drafts = target.draft(plan);
      meanwhile?.();
      finish(target.apply(drafts, source));
      return { recovered, done: drafts.drafts.map((draft) => draft.do) };
    } finally {
      source.close();
    }
  } finally {
    target.close();
  }
}
