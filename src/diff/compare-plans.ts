/** What the rules leave different: the two plans, entry by entry, as two archives of them would differ. */
import type { Plan } from '../plan/plan.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import { haveSameAttributes } from './compare-attributes.ts';
import { ContentComparer, type SameRanges } from './compare-contents.ts';
import { differingFields } from './compare-entries.ts';
import type { Field, Finding } from './finding.ts';
import { mergePaths } from './merge-paths.ts';

/**
 * Two plans without a finding give archives of the same bytes: an archive is a function of the planned entries and
 * their contents. Extended attributes are in none, and `finalize` keeps them: they are compared all the same.
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
    if (!isSameLink || left.carriesData !== right.carriesData) found('links');
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

/** The content that an entry will have, in memory; what no rule changes is as large as its file. */
export function plannedBytes({ content, origin, entry }: PlannedEntry, { source }: Plan): Buffer {
  if (content !== null) {
    const bytes = content();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return origin === null ? Buffer.alloc(0) : source.readFile(origin, entry.size);
}
