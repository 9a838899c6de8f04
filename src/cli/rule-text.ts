/** Rules and policies in a few words. */

import type { Policy } from '../rules/policies.ts';
import type { Action, Condition, Rule } from '../rules/rule.ts';
import { showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';

/** All values; the default has a star. */
export function valuesText({ values, default: standard }: Policy): string {
  return values.map((value) => (value === standard ? `${value}*` : value)).join(' ');
}

/** The reason or the source of a rule in one line; in a user's file it may have several. */
export function oneLine(text: string): string {
  return showText(text.trim().replace(/\s*\n\s*/g, ' '));
}

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
