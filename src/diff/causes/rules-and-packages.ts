/** Different packages, and rules that are left out or apply to one side only. */
import type { Knowledge, Recognition, Recognizer } from '../cause.ts';
import { type Finding, keyOf } from '../finding.ts';
import { isDerivedFromPackages, isPackageDatabase } from '../path-kinds.ts';
import type { UnappliedRule } from '../unapplied-rules.ts';

const PIN: Pick<Recognition, 'cause' | 'remedy' | 'advice'> = {
  cause: 'package-changed',
  remedy: 'input',
  advice:
    'Pin the packages for the bootstrap: use the same snapshot of the archive, or a list of exact versions.',
};

/** A different package, or a different version of one, brings different files, which cannot be repaired afterwards. */
export const packageChanged: Recognizer = ({ path, owners }, { packages }) => {
  if (packages.changes.length === 0) return undefined;
  if (!owners.some(packages.isChanged) && !isPackageDatabase(path)) return undefined;
  return { ...PIN, key: 'own', title: 'the two sides have different packages or versions' };
};

/** What maintainer scripts generate from all packages together. */
export const derivedFromPackages: Recognizer = ({ path }, { packages }) => {
  if (packages.changes.length === 0 || !isDerivedFromPackages(path)) return undefined;
  return { ...PIN, key: 'derived', title: 'depends on which packages are installed' };
};

function waitsFor({ rule: { id }, policy }: UnappliedRule): string {
  return `Rule ${id} makes it equal, but applies only with --policy ${policy?.name}=${policy?.value}.`;
}

/** A built-in rule would make it equal, but an option or a policy leaves that rule out. */
export const unappliedRule: Recognizer = ({ finding }, { unapplied }) => {
  const known = unapplied.get(keyOf(finding));
  if (known === undefined) return undefined;
  const { rule, policy, isChoice, proposal } = known;
  const common = {
    cause: 'rule-not-applied',
    key: rule.id,
    title: rule.why,
    rule: rule.id,
  } as const;
  if (policy === undefined) {
    return {
      ...common,
      remedy: 'rule',
      advice: `Rule ${rule.id} makes it equal, but --skip or --only excludes the rule. Let it apply, or add the same rule as your own.`,
      propose: () => proposal,
    };
  }
  const wait = waitsFor(known);
  return isChoice
    ? {
        ...common,
        remedy: 'look',
        advice: `${wait} By default the file is kept, since nothing might recreate it: choose this policy only if you can do without the file.`,
      }
    : { ...common, remedy: 'option', advice: wait, propose: () => proposal };
};

/**
 * Where a rule leaves the path to the user, its advice comes first; where one needs a policy, that is said as well. The cause
 * and what is proposed stay.
 */
export function leftToUser(
  finding: Finding,
  recognition: Recognition,
  { undecided, unapplied }: Pick<Knowledge, 'undecided' | 'unapplied'>,
): Recognition {
  if (recognition.rule !== undefined) return recognition;
  const rule = undecided.get(finding.path);
  const { key, advice } = recognition;
  if (rule !== undefined) {
    return { ...recognition, key: `${key} ${rule.id}`, advice: `${rule.why} ${advice}`, rule: rule.id };
  }
  const known = unapplied.get(keyOf(finding));
  if (known?.policy === undefined) return recognition;
  const { id } = known.rule;
  return { ...recognition, key: `${key} ${id}`, advice: `${waitsFor(known)} ${advice}`, rule: id };
}

/** Both sides had the same, and the rules made them differ: they identify the sides as different systems. */
export const unevenRule: Recognizer = ({ path }, { differing }) => {
  if (differing.has(path)) return undefined;
  return {
    cause: 'uneven-rule',
    key: '',
    title: 'a rule applies to one side only',
    remedy: 'look',
    advice:
      'The sides are detected as different systems, or their package databases list different files: run `stillroot rules explain SOURCE PATH` on either side, or choose the rules with --distro.',
  };
};
