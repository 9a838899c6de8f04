/** What several JSON documents say: of a plan whose rules it follows, what it changes and warns of; of the block cache. */
import type { BlockCacheDocument, PlannedBy, PlannedSums, PlannedWithPaths } from '../documents/common.ts';
import type { Plan } from '../plan/plan.ts';
import type { HardLinkGroup } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import type { CacheReport } from './image-cache.ts';

/** Of all files; one with several names counts once. */
export function contentBytes({ entries }: Tree): number {
  const seen = new Set<HardLinkGroup>();
  let bytes = 0;
  for (const { type, size, links } of entries) {
    if (type !== 'file' || (links !== null && seen.has(links))) continue;
    if (links !== null) seen.add(links);
    bytes += size;
  }
  return bytes;
}

/** The facts about a plan that every document on it begins with. */
export function planFacts(plan: Plan, distro: string): PlannedBy {
  return { source: plan.source.name, distro, epoch: plan.settings.epoch, init: plan.hasInit() };
}

/** What the plan does, without the paths: a report of an archive is about what is in it. */
export function planSums(plan: Plan): PlannedSums {
  const { changes, warnings } = planLists(plan);
  return { changes: changes.map(({ paths: _paths, ...change }) => change), warnings };
}

/** Changes, warnings and other lists of a plan, with the paths concerned. */
export function planLists(plan: Plan): PlannedWithPaths {
  return {
    changes: plan.tally.list().map(({ rule, action, count, bytes, paths }) => ({
      ...{ rule, action, count, bytes },
      paths: paths.map(showPath),
    })),
    warnings: plan.warnings.map(({ code, path, message }) => ({ code, path: showPath(path), message })),
  };
}

/** What `pack --json` says about the block cache. */
export function cacheDocument({ directory, used, stored, notes }: CacheReport): BlockCacheDocument {
  return { directory: directory ?? null, used, stored, notes };
}
