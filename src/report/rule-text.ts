/** Rules and policies in a few words. */

import type { Explanation } from '../rules/explain.ts';
import type { Policy } from '../rules/policies.ts';
import type { Action, Condition, Rule } from '../rules/rule.ts';
import { showPath } from '../tree/path.ts';

/** All values; the default has a star. */
export function valuesText({ values, default: standard }: Policy): string {
  return values.map((value) => (value === standard ? `${value}*` : value)).join(' ');
}

/** The reason or the source of a rule in one line; in a user's file it may have several. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

/** The conditions of a rule in one line; empty without any. */
export function conditionText({ when = {} }: Rule): string {
  const { policy, bits, ...others } = when;
  return [
    ...Object.entries(others).map(([name, value]) => `${name} ${[value].flat().map(valueText).join(' or ')}`),
    ...(bits === undefined ? [] : [`bits 0${bits.toString(8)}`]),
    ...(policy === undefined ? [] : [policyText(policy)]),
  ].join(', ');
}

/** Paths and names are byte strings. */
function valueText(value: string | number | boolean): string {
  return typeof value === 'string' ? showPath(value) : String(value);
}

function policyText({ name, value }: NonNullable<Condition['policy']>): string {
  return `policy ${name}=${typeof value === 'string' ? value : value.join('|')}`;
}

/** An action in one line, as `rules list` shows it. */
export function actionText(action: Action): string {
  switch (action.do) {
    case 'replace':
      return `replace with "${showPath(action.content).replaceAll('"', '\\"')}"`;
    case 'rewrite':
      return `rewrite ${action.normalizer}`;
    case 'link':
      return `link to ${showPath(action.target)}`;
    case 'owner':
      return `owner ${valueText(action.user ?? '')}:${valueText(action.group ?? '')}`;
    case 'mode':
      return `mode 0${action.mode.toString(8)}`;
    case 'add':
      return `add ${action.entry.type}`;
    default:
      return action.do;
  }
}

/** What becomes of a path, in a clause. */
export function outcomeText({
  entry,
  outcome,
  dropped,
  restoredFor,
  decision,
  addition,
}: Explanation): string {
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
