import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import type { Field } from './finding.ts';

/**
 * The fields in which two entries of one path differ; contents, hard links and extended attributes aside.
 *
 * @param hasFractions whether both sides can hold fractions of a second
 */
export function differingFields(a: Entry, b: Entry, hasFractions = true): Field[] {
  if (a.type !== b.type) return ['type'];
  const fields: Field[] = [];
  if (a.target !== b.target) fields.push('target');
  if (a.major !== b.major || a.minor !== b.minor) fields.push('device');
  if (a.mode !== b.mode) fields.push('mode');
  if (a.uid !== b.uid || a.gid !== b.gid) fields.push('owner');
  if (a.mtime !== b.mtime || (hasFractions && a.nanoseconds !== b.nanoseconds)) fields.push('mtime');
  return fields;
}

/** Tells whether the same names are one inode on both sides; each pair of groups is compared once. */
export class LinkComparer {
  readonly #equal = new Map<HardLinkGroup, boolean>();

  areEqual(a: Entry, b: Entry): boolean {
    const left = a.links === null || a.links.paths.length < 2 ? null : a.links;
    const right = b.links === null || b.links.paths.length < 2 ? null : b.links;
    if (left === null || right === null) return left === right;
    let equal = this.#equal.get(left);
    if (equal === undefined) {
      const { paths } = right;
      equal = left.paths.length === paths.length && left.paths.every((path, i) => path === paths[i]);
      this.#equal.set(left, equal);
    }
    return equal;
  }
}
