/** Checks a tree: plans it, and refuses what `pack` would refuse. */

import type { CheckDocument } from '../documents/pack.ts';
import { documentSeconds } from '../json/document.ts';
import { type ArchiveFormat, DEFAULT_FORMAT, encoderOf, rowOf } from '../pack/formats.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import type { Plan } from '../plan/plan.ts';
import { untriedRules } from '../rules/evidence.ts';
import { unmatchedRules } from '../rules/rule-set.ts';
import type { TreeSettings } from '../settings/settings.ts';
import { PROFILE } from '../versions.ts';
import { warnOfFakedRoot } from './faked-root.ts';
import { contentBytes, planFacts, planLists } from './plan-document.ts';
import { type PlanOptions, planTree, refuseWarnings } from './plan-tree.ts';

export interface CheckTreeOptions extends PlanOptions {
  /** Whether a warning is an error. */
  readonly strict: boolean;
  /** Format of the archive that the tree is checked for. Default: cpio. */
  readonly format?: ArchiveFormat | undefined;
}

export interface CheckedTree {
  readonly plan: Plan;
  readonly distro: string;
  /** Rules for this tree that were never tried on a real system; see untriedRules. */
  readonly untried: readonly string[];
  /** The user's own rules that match nothing in this tree. */
  readonly unmatched: readonly string[];
  /** How many entries an archive would have, not counting the trailer. */
  readonly entries: number;
  readonly seconds: number;
}

/**
 * @param use gets the result while the source is open; it is closed afterwards
 * @throws StillrootError as `pack` would, `strict`
 */
export async function checkTree<T>(
  source: string,
  settings: TreeSettings,
  options: CheckTreeOptions,
  use: (checked: CheckedTree) => T,
): Promise<T> {
  const started = performance.now();
  const hashes = await loadPathHashes();
  const { format = DEFAULT_FORMAT } = options;
  const { plan, distro, rules } = await planTree(source, { ...settings, format }, hashes.forInode, options);
  try {
    warnOfFakedRoot(plan, settings.owner);
    if (options.strict) refuseWarnings(plan);
    let entries = 0;
    // Refuses whatever `pack` would refuse: a tree that passes can be packed.
    const check = rowOf(format).writer.check();
    for (const planned of plan.counted()) {
      check.see(planned);
      entries += 1;
    }
    const untried = untriedRules(rules);
    const unmatched = unmatchedRules(rules, plan.source.tree.entries);
    return use({ plan, distro, untried, unmatched, entries, seconds: (performance.now() - started) / 1000 });
  } finally {
    plan.source.close();
  }
}

/** What `check --json` prints about a planned tree. */
export function checkDocument({
  plan,
  distro,
  untried,
  unmatched,
  entries,
  seconds,
}: CheckedTree): CheckDocument {
  return {
    schema: 'stillroot/check/1',
    ...planFacts(plan, distro),
    entries,
    bytesIn: contentBytes(plan.source.tree),
    bytesOut: plan.contentBytes(),
    ...planLists(plan),
    untriedRules: untried,
    unmatchedRules: unmatched,
    profile: PROFILE,
    encoder: encoderOf(DEFAULT_FORMAT),
    seconds: documentSeconds(seconds),
  };
}
