/** What `rules --json` prints. */
import type { ValueChange } from '../app/explain-values.ts';
import type { ExplainDocument } from '../documents/explain.ts';
import type { RulesDocument } from '../documents/rules.ts';
import { actionText, outcomeText } from '../report/rule-text.ts';
import type { Explanation } from '../rules/explain.ts';
import type { Policy } from '../rules/policies.ts';
import type { Rule } from '../rules/rule.ts';
import { showPath } from '../tree/path.ts';

/** Undefined for what is not asked for. */
export function rulesDocument(
  rules: readonly Rule[] | undefined,
  policies: readonly Policy[] | undefined,
): RulesDocument {
  return {
    schema: 'stillroot/rules/1',
    ...(rules === undefined ? {} : { rules: rules.map(ruleRow) }),
    ...(policies === undefined ? {} : { policies }),
  };
}

function ruleRow(rule: Rule): NonNullable<RulesDocument['rules']>[number] {
  return {
    id: rule.id,
    action: actionText(rule.action),
    match: rule.match.map(showPath),
    except: (rule.except ?? []).map(showPath),
    ...(rule.when === undefined ? {} : { when: { ...rule.when } }),
    why: rule.why,
    source: rule.source,
  };
}

/** What `rules explain --json` prints about one path. */
export function explanationDocument(
  explanation: Explanation,
  distro: string,
  values: readonly ValueChange[] = [],
  notes: readonly string[] = [],
): ExplainDocument {
  const { path, entry, outcome, rules } = explanation;
  return {
    schema: 'stillroot/explain/1',
    distro,
    path: showPath(path),
    type: entry?.type ?? null,
    outcome,
    summary: outcomeText(explanation),
    values,
    warnings: notes,
    rules: rules.map((trace) => ({
      id: trace.rule.id,
      action: actionText(trace.rule.action),
      pattern: showPath(trace.pattern),
      excepted: trace.except !== undefined,
      failed: trace.failed,
      applies: trace.applies,
      decides: trace.wins,
      why: trace.rule.why,
      source: trace.rule.source,
    })),
  };
}
