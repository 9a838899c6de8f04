/** The fields, attributes and contents in which two entries of one path differ. */

import { StillrootError } from '../errors.ts';
import type { OpenFile, Source } from '../source/source.ts';
import { type Attributes, comparableAttributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Field } from '../tree/delta.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import { comparePaths, showPath } from '../tree/path.ts';

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

/** Determines whether the same names share one inode on both sides; each pair of groups is compared once. */
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

// Extended attributes of two entries: labels, capabilities, access lists, and the users' own.

/** If one side cannot hold any, those of the other side are a difference too. */
export function haveSameAttributes(a: Source, left: Entry, b: Source, right: Entry): boolean {
  const [x, y] = [attributesOf(a, left), attributesOf(b, right)];
  if (x.size !== y.size) return false;
  for (const [name, value] of x) if (y.get(name) !== value) return false;
  return true;
}

/** Names that differ, sorted. */
export function differingAttributes(a: Source, left: Entry, b: Source, right: Entry): string[] {
  const [x, y] = [attributesOf(a, left), attributesOf(b, right)];
  return [...new Set([...x.keys(), ...y.keys()])].filter((name) => x.get(name) !== y.get(name)).sort();
}

/**
 * As lines of an example: values of system attributes; for others only that they differ, since users may keep secrets
 * there.
 */
export function attributeLines(a: Source, left: Entry, b: Source, right: Entry): string[] {
  const [x, y] = [attributesOf(a, left), attributesOf(b, right)];
  return differingAttributes(a, left, b, right).flatMap((name) => [
    ...(x.has(name) ? [`-${name} ${valueText(name, x.get(name) ?? '')}`.trimEnd()] : []),
    ...(y.has(name) ? [`+${name} ${valueText(name, y.get(name) ?? '')}`.trimEnd()] : []),
  ]);
}

function attributesOf({ attributesOf: read }: Source, entry: Entry): Attributes {
  return comparableAttributes(read?.(entry) ?? NO_ATTRIBUTES);
}

function valueText(name: string, value: string): string {
  if (name === 'security.capability') return capabilityText(Buffer.from(value.slice(1), 'latin1'));
  if (name === 'security.selinux' || name.startsWith('system.posix_acl_')) return value.slice(1);
  return '(value not shown)';
}

/** capabilities(7), linux/capability.h: magic with the bit of `effective`, then permitted and inheritable, each u32, twice. */
function capabilityText(bytes: Buffer): string {
  if (bytes.length < 20) return bytes.toString('hex');
  const mask = (at: number): string =>
    ((BigInt(bytes.readUInt32LE(at + 8)) << 32n) | BigInt(bytes.readUInt32LE(at))).toString(16);
  const user = bytes.length >= 24 ? `, root of the namespace ${bytes.readUInt32LE(20)}` : '';
  const effective = (bytes.readUInt8(0) & 1) === 1 ? ', effective' : '';
  return `permitted 0x${mask(4)}, inheritable 0x${mask(8)}${effective}${user}`;
}

/** Bytes read from each side at a time; comparing needs just two buffers of this size. */
export const COMPARE_BYTES: number = 256 * 1024;

/**
 * Whether the contents of two files are known to be equal without looking at them: that is, both lie in ranges that two
 * archives store with the same bytes.
 */
export type SameRanges = (a: Entry, b: Entry) => boolean;

const NONE_KNOWN: SameRanges = () => false;

/** Compares files of two sources piece by piece, and stops at the first piece that differs. */
export class ContentComparer {
  /** Total for both sides. */
  bytesRead = 0;
  readonly #a: Source;
  readonly #b: Source;
  readonly #isKnown: SameRanges;
  readonly #left: Buffer = Buffer.allocUnsafe(COMPARE_BYTES);
  readonly #right: Buffer = Buffer.allocUnsafe(COMPARE_BYTES);

  constructor(a: Source, b: Source, isKnown: SameRanges = NONE_KNOWN) {
    this.#a = a;
    this.#b = b;
    this.#isKnown = isKnown;
  }

  areEqual(a: Entry, b: Entry): boolean {
    return a.size === b.size && this.firstDifference(a, b) === undefined;
  }

  /**
   * Offset of the first byte that differs; if one file is a prefix of the other, its size.
   *
   * @throws source-changed where the size of a file differs from that in its entry
   */
  firstDifference(a: Entry, b: Entry): number | undefined {
    const shorter = Math.min(a.size, b.size);
    if (a.size === b.size && (a.size === 0 || this.#isKnown(a, b))) return undefined;
    const left = this.#a.open(a);
    try {
      const right = this.#b.open(b);
      try {
        for (let offset = 0; offset < shorter; ) {
          const length = Math.min(COMPARE_BYTES, shorter - offset);
          this.#fill(left, this.#left, length, a);
          this.#fill(right, this.#right, length, b);
          if (this.#left.compare(this.#right, 0, length, 0, length) !== 0) {
            let at = 0;
            while (this.#left[at] === this.#right[at]) at += 1;
            return offset + at;
          }
          offset += length;
        }
      } finally {
        right.close();
      }
    } finally {
      left.close();
    }
    return a.size === b.size ? undefined : shorter;
  }

  #fill(file: OpenFile, buffer: Buffer, length: number, entry: Entry): void {
    for (let filled = 0; filled < length; ) {
      const count = file.read(buffer.subarray(filled, length));
      if (count === 0) {
        file.verify();
        throw new StillrootError('source-changed', `file ended before its ${entry.size} bytes`, {
          where: showPath(entry.path),
          hint: 'Compare trees that nothing is writing to.',
        });
      }
      filled += count;
    }
    this.bytesRead += length;
  }
}

/** Pairs up two sequences in tree order by path; paths that only one side has come alone. */
export function* mergePaths<T>(
  a: Iterable<T>,
  b: Iterable<T>,
  pathOf: (item: T) => string,
): Generator<[a: T | undefined, b: T | undefined], void, void> {
  const left = a[Symbol.iterator]();
  const right = b[Symbol.iterator]();
  let l = left.next();
  let r = right.next();
  while (!l.done || !r.done) {
    const order = l.done ? 1 : r.done ? -1 : comparePaths(pathOf(l.value), pathOf(r.value));
    yield [order <= 0 && !l.done ? l.value : undefined, order >= 0 && !r.done ? r.value : undefined];
    if (order <= 0) l = left.next();
    if (order >= 0) r = right.next();
  }
}
