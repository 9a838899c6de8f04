/** `rules explain` as text and as a JSON document. */

import type { ValueChange } from '../app/explain-values.ts';
import type { ExplainDocument } from '../documents/explain.ts';
import type { Explanation, RuleTrace } from '../rules/explain.ts';
import { alignColumns, showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import { actionText, oneLine } from './rule-text.ts';
import type { Paint } from './terminal.ts';

/**
 * @param values what the decisions come to; without it that is not told
 * @param notes what was found on the way, such as why a normalizer left a file as it was
 */
export function explainLines(
  explanation: Explanation,
  paint: Paint,
  values: readonly ValueChange[] = [],
  notes: readonly string[] = [],
): string[] {
  const { path, rules } = explanation;
  return [
    `${paint('bold', showPath(path) || '/')}: ${outcomeText(explanation)}`,
    ...alignColumns(values.map(({ what, from, to }) => [what, showText(`${from} -> ${to}`)])).map(
      (line) => `  ${line}`,
    ),
    ...notes.map((note) => `  ${paint('yellow', 'warning')} ${showText(note)}`),
    ...(rules.length === 0 ? ['  no rule matches'] : rules.flatMap((trace) => traceLines(trace, paint))),
  ];
}

function outcomeText({ entry, outcome, dropped, restoredFor, decision, addition }: Explanation): string {
  const type = entry?.type ?? 'nothing';
  switch (outcome) {
    case 'missing':
      return 'is not in the tree';
    case 'unchanged':
      return `${type}, unchanged by any rule`;
    case 'dropped':
      return `${type}, dropped by ${dropped?.rule.id}${dropped?.by === undefined || dropped.by === entry?.path ? '' : ` with ${showPath(dropped.by)}`}`;
    case 'restored':
      return `${type}, stays because ${showPath(restoredFor ?? '')} is kept`;
    case 'added':
      return `added by ${addition?.rule.id}`;
    case 'changed': {
      const choices = [decision?.content, decision?.owner, decision?.mode].filter(
        (choice) => choice !== undefined,
      );
      return `${type}, ${choices.map(({ rule, action }) => `${actionText(action)} by ${rule.id}`).join(', ')}`;
    }
  }
}

function traceLines({ rule, pattern, except, failed, applies, wins }: RuleTrace, paint: Paint): string[] {
  const reasons = [
    ...(except === undefined ? [] : [`excepted by ${showPath(except)}`]),
    ...failed.map((part) => `condition ${part} is not met`),
    ...(applies ? [] : ['not for entries of this type']),
  ];
  const verdict =
    reasons.length > 0
      ? reasons.join('; ')
      : wins.length > 0
        ? paint('green', 'decides')
        : 'overruled by a later rule';
  return [
    `  ${rule.id}: ${actionText(rule.action)} (${showPath(pattern)}) - ${verdict}`,
    `      ${oneLine(rule.why)}`,
    `      ${paint('dim', oneLine(rule.source))}`,
  ];
}

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
