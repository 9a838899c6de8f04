/** The two sides as they are: every path, every field, no rule applied. */
import type { Source } from '../source/source.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import { haveSameAttributes } from './compare-attributes.ts';
import { ContentComparer, type SameRanges } from './compare-contents.ts';
import { differingFields, LinkComparer } from './compare-entries.ts';
import type { Field, Finding } from './finding.ts';
import { mergePaths } from './merge-paths.ts';

export interface TreeComparison {
  /** In tree order. */
  readonly findings: readonly Finding[];
  /** Paths that both sides have. */
  readonly common: number;
  /** Bytes of contents that were read, of both sides together. */
  readonly bytesRead: number;
}

/** Paths, and bytes of contents, after which the caller gets a turn. */
const TURN_PATHS = 1024;
const TURN_BYTES = 16 * 1024 * 1024;

/**
 * All at once.
 *
 * @param isKnown shortcut for contents that need not be read
 * @throws StillrootError where a file cannot be read or changes while it is
 */
export function compareTrees(a: Source, b: Source, isKnown?: SameRanges): TreeComparison {
  const steps = comparisonOf(a, b, isKnown);
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

/** The same in steps, between which it can be left. */
export function* comparisonOf(
  a: Source,
  b: Source,
  isKnown?: SameRanges,
): Generator<void, TreeComparison, void> {
  const findings: Finding[] = [];
  const contents = new ContentComparer(a, b, isKnown);
  const links = new LinkComparer();
  const inodes = new InodePairs();
  const hasFractions = a.hasWholeSeconds !== true && b.hasWholeSeconds !== true;
  let common = 0;
  let paths = 0;
  let turnBytes = 0;
  for (const [left, right] of mergePaths<Entry>(a.tree.entries, b.tree.entries, ({ path }) => path)) {
    paths += 1;
    if (paths % TURN_PATHS === 0 || contents.bytesRead - turnBytes >= TURN_BYTES) {
      turnBytes = contents.bytesRead;
      yield;
    }
    const found = (field: Field): void => {
      const { path } = (left ?? right) as Entry;
      findings.push({ path, field, a: left, b: right });
    };
    if (left === undefined || right === undefined) {
      found('presence');
      continue;
    }
    common += 1;
    for (const field of differingFields(left, right, hasFractions)) found(field);
    if (left.type !== right.type) continue;
    if (!haveSameAttributes(a, left, b, right)) found('attributes');
    if (left.type === 'file' && !inodes.areEqual(left, right, () => contents.areEqual(left, right))) {
      found('content');
    }
    if (!links.areEqual(left, right)) found('links');
  }
  return { findings, common, bytesRead: contents.bytesRead };
}

/** The names of one inode are one content, which is compared once. */
class InodePairs {
  readonly #known = new Map<HardLinkGroup, Map<HardLinkGroup, boolean>>();

  areEqual(a: Entry, b: Entry, compare: () => boolean): boolean {
    if (a.links === null || b.links === null) return compare();
    const known = this.#known.get(a.links) ?? new Map<HardLinkGroup, boolean>();
    this.#known.set(a.links, known);
    const equal = known.get(b.links) ?? compare();
    known.set(b.links, equal);
    return equal;
  }
}
