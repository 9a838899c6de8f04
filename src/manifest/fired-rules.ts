import { createHash } from 'node:crypto';
import type { Change } from '../plan/changes.ts';
import type { Rule } from '../rules/rule.ts';
import { canonicalJson } from './canonical-json.ts';
import type { FiredRule } from './manifest.ts';

/** Of what a rule does and to which entries; what it says about itself may change. `sha256:HEX`. */
export function ruleDigest({ id, match, except, when, action }: Rule): string {
  const definition = canonicalJson({ id, match, except, when, action });
  return `sha256:${createHash('sha256').update(definition).digest('hex')}`;
}

/**
 * Without the normalizers of time and owner, which change what every entry of some trees has and of others has not
 * though both come to one image; what they do is in the settings.
 *
 * @param changes by rule id, as ChangeTally lists them
 */
export function firedRules(changes: readonly Change[], rules: readonly Rule[]): FiredRule[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return changes
    .filter(({ rule }) => !rule.startsWith('normalize/'))
    .map(({ rule: id, action, count }) => {
      const rule = byId.get(id);
      return { id, action, count, ...(rule === undefined ? {} : { digest: ruleDigest(rule) }) };
    });
}
