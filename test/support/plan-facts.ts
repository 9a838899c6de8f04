// What the tests of the plan ask about it.
import type { Plan } from '../../src/plan/plan.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import type { Action, Rule } from '../../src/rules/rule.ts';

/** A rule of a test. */
export function rule(id: string, match: string | string[], action: Action): Rule {
  return { id: `test/${id}`, match: [match].flat(), action, why: 'a test', source: 'the test' };
}

/** The entries of the archive. */
export function byPath(plan: Plan): Map<string, PlannedEntry> {
  return new Map(Array.from(plan.entries(), (planned) => [planned.entry.path, planned]));
}

/** What a file will hold, as text. */
export function contentOf(plan: Plan, path: string): string | undefined {
  const planned = byPath(plan).get(path);
  if (planned === undefined) return undefined;
  if (planned.content !== null) return Buffer.from(planned.content()).toString('latin1');
  return plan.source.readFile(planned.origin!, 1 << 20).toString('latin1');
}

/** Changes as `rule action count bytes`, those of the normalizers too. */
export function changes(plan: Plan): string[] {
  for (const _ of plan.counted());
  return plan.tally
    .list()
    .map(
      ({ rule: id, action, count, bytes, paths }) => `${id} ${action} ${count} ${bytes} ${paths.join(',')}`,
    );
}
