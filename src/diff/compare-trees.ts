/** The two sides as they are: every path, every field, no rule applied. */

import type { Plan } from '../plan/plan.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import type { Source } from '../source/source.ts';
import type { Field } from '../tree/delta.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import {
  ContentComparer,
  differingFields,
  haveSameAttributes,
  LinkComparer,
  mergePaths,
  type SameRanges,
} from './compare-entries.ts';
import type { Finding } from './finding.ts';

interface TreeComparison {
  /** In tree order. */
  readonly findings: readonly Finding[];
  /** Paths that both sides have. */
  readonly common: number;
  /** Bytes of contents that were read, both sides together. */
  readonly bytesRead: number;
}

/** Number of paths, and bytes of contents, after which the caller gets a turn. */
const TURN_PATHS = 1024;
const TURN_BYTES = 16 * 1024 * 1024;

/**
 * Compares everything in one call.
 *
 * @param isKnown shortcut that says which contents need not be read
 * @throws StillrootError where a file cannot be read or changes while being read
 */
export function compareTrees(a: Source, b: Source, isKnown?: SameRanges): TreeComparison {
  const steps = comparisonOf(a, b, isKnown);
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}

/** The same in steps, between which it can be abandoned. Yields how many paths have been compared. */
export function* comparisonOf(
  a: Source,
  b: Source,
  isKnown?: SameRanges,
): Generator<number, TreeComparison, void> {
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
      yield paths;
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

/** All names of one inode share one content, which is compared once. */
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

// What still differs after the rules: the two plans, entry by entry, as archives of them would differ.

/**
 * Two plans without a finding give archives of the same bytes: an archive is a function of the planned entries and
 * their contents. A cpio archive holds no extended attributes, but tar does and `finalize` keeps them, so they are compared.
 *
 * @param differs whether the contents of a path, as they are in the sources, differ
 */
export function comparePlans(
  a: Plan,
  b: Plan,
  differs: (path: string) => boolean,
  isKnown?: SameRanges,
): Finding[] {
  const findings: Finding[] = [];
  const contents = new PlannedContents(a, b, differs, isKnown);
  for (const [left, right] of mergePaths(a.entries(), b.entries(), ({ entry }) => entry.path)) {
    const found = (field: Field): void => {
      const { path } = ((left ?? right) as PlannedEntry).entry;
      findings.push({ path, field, a: left?.entry, b: right?.entry, planned: { a: left, b: right } });
    };
    if (left === undefined || right === undefined) {
      found('presence');
      continue;
    }
    const fields = differingFields(left.entry, right.entry);
    for (const field of fields) found(field);
    if (fields[0] === 'type') continue;
    if (left.origin !== null && right.origin !== null) {
      const isSame = haveSameAttributes(a.source, left.origin, b.source, right.origin);
      if (!isSame) found('attributes');
    }
    if (left.entry.type === 'file' && !contents.areEqual(left, right)) found('content');
    const isSameLink = left.inode === right.inode && left.nlink === right.nlink;
    if (!isSameLink || (left.linkTo === null) !== (right.linkTo === null)) found('links');
  }
  return findings;
}

class PlannedContents {
  readonly #a: Plan;
  readonly #b: Plan;
  readonly #differs: (path: string) => boolean;
  readonly #sources: ContentComparer;

  constructor(a: Plan, b: Plan, differs: (path: string) => boolean, isKnown?: SameRanges) {
    this.#a = a;
    this.#b = b;
    this.#differs = differs;
    this.#sources = new ContentComparer(a.source, b.source, isKnown);
  }

  areEqual(a: PlannedEntry, b: PlannedEntry): boolean {
    if (a.entry.size !== b.entry.size) return false;
    if (a.content === null && b.content === null) {
      const isSamePath = a.origin?.path === b.origin?.path;
      if (isSamePath) return !this.#differs(a.entry.path);
      return a.origin !== null && b.origin !== null && this.#sources.areEqual(a.origin, b.origin);
    }
    return plannedBytes(a, this.#a).equals(plannedBytes(b, this.#b));
  }
}

/** The content that an entry will have, in memory; content that no rule changes is as large as its file. */
export function plannedBytes({ content, origin, entry }: PlannedEntry, { source }: Plan): Buffer {
  if (content !== null) {
    const bytes = content();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return origin === null ? Buffer.alloc(0) : source.readFile(origin, entry.size);
}
