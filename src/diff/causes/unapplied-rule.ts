import type { Recognizer } from '../cause.ts';
import { keyOf } from '../finding.ts';

/** A rule of ours makes it equal, and an option or a policy leaves that rule out. */
export const unappliedRule: Recognizer = ({ finding }, { unapplied }) => {
  const known = unapplied.get(keyOf(finding));
  if (known === undefined) return undefined;
  const { rule, policy, proposal } = known;
  return {
    cause: 'rule-not-applied',
    key: rule.id,
    title: rule.why,
    remedy: policy === undefined ? 'rule' : 'option',
    advice:
      policy === undefined
        ? `Rule ${rule.id} makes it equal, and --skip or --only leaves it out. Let it apply, or add the same rule as your own.`
        : `Rule ${rule.id} makes it equal, and waits for --policy ${policy.name}=${policy.value}.`,
    rule: rule.id,
    propose: () => proposal,
  };
};

/** Both sides had the same, and the rules made a difference of it: they know the sides as different systems. */
export const unevenRule: Recognizer = ({ path }, { differing }) => {
  if (differing.has(path)) return undefined;
  return {
    cause: 'uneven-rule',
    key: '',
    title: 'a rule applies to one side only',
    remedy: 'look',
    advice:
      'The sides are taken for different systems, or their package databases claim different files: see `stillroot rules explain SOURCE PATH` on either side, or name the rules with --distro.',
  };
};
