/** One finding that the rules leave, and what can be found out about it. */
import type { Plan } from '../plan/plan.ts';
import { isSharedDirectory, type Mention, mentionClause } from '../rules/script-mentions.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { parentOf, showPath } from '../tree/path.ts';
import { plannedBytes } from './compare-trees.ts';
import { entryOf, type Finding, type SideName } from './finding.ts';
import { formatOf } from './formats/describe.ts';
import type { Side } from './side.ts';

/** Larger files are only looked at where they first differ. */
export const LOOK_BYTES_MAX: number = 16 * 1024 * 1024;
/** Texts beyond this are data, and comparing them line by line would take long. */
export const TEXT_BYTES_MAX: number = 4 * 1024 * 1024;

export interface Sides {
  readonly a: Side;
  readonly b: Side;
}

export class Evidence {
  readonly finding: Finding;
  readonly sides: Sides;
  readonly #plans: { readonly a: Plan; readonly b: Plan };
  readonly #bytes = new Map<SideName, Buffer | undefined>();
  #origin: string | undefined;
  #texts: readonly [string, string] | null | undefined;

  constructor(finding: Finding, sides: Sides, plans: { readonly a: Plan; readonly b: Plan }) {
    this.finding = finding;
    this.sides = sides;
    this.#plans = plans;
  }

  get path(): string {
    return this.finding.path;
  }

  /** Either side's; both have the same type except for findings of `type`. */
  get entry(): Entry {
    return entryOf(this.finding);
  }

  /** Whether a package of either side claims the path. */
  get isOwned(): boolean {
    return this.owners.length > 0;
  }

  /** Names of the packages that claim the path, on either side. */
  get owners(): string[] {
    const { a, b } = this.sides;
    return [...new Set([...a.ownersOf(this.path), ...b.ownersOf(this.path)])];
  }

  /** Whose the path is, as a clause, for advice and for grouping. */
  get origin(): string {
    this.#origin ??= originOf(this.path, this.owners, this.sides);
    return this.#origin;
  }

  /** The content as the rules leave it; undefined where there is no file or it is over LOOK_BYTES_MAX. */
  bytes(side: SideName): Buffer | undefined {
    if (this.#bytes.has(side)) return this.#bytes.get(side);
    const planned = this.finding.planned?.[side];
    const isLooked = planned?.entry.type === 'file' && planned.entry.size <= LOOK_BYTES_MAX;
    const bytes = isLooked ? plannedBytes(planned, this.#plans[side]) : undefined;
    this.#bytes.set(side, bytes);
    return bytes;
  }

  /**
   * Name of the format that both contents have, such as `an SQLite database`; undefined for texts and unknown formats.
   */
  get format(): string | undefined {
    if (this.finding.field !== 'content') return undefined;
    const [a, b] = [this.#head('a'), this.#head('b')];
    const left = a && formatOf(this.path, a);
    return left !== undefined && b !== undefined && left === formatOf(this.path, b) ? left.name : undefined;
  }

  #head(side: SideName): Buffer | undefined {
    const bytes = this.bytes(side);
    const origin = this.finding.planned?.[side]?.origin;
    if (bytes !== undefined || origin == null || origin.type !== 'file') return bytes;
    return readHead(this.sides[side].source, origin);
  }

  /** Both contents as byte strings, where both are text of up to TEXT_BYTES_MAX. */
  get texts(): readonly [a: string, b: string] | undefined {
    if (this.#texts === undefined) this.#texts = this.#readTexts();
    return this.#texts ?? undefined;
  }

  #readTexts(): readonly [string, string] | null {
    if (this.finding.field !== 'content') return null;
    const { a, b } = this.finding;
    if ((a?.size ?? 0) > TEXT_BYTES_MAX || (b?.size ?? 0) > TEXT_BYTES_MAX) return null;
    const left = this.bytes('a');
    const right = this.bytes('b');
    if (left === undefined || right === undefined || !isText(left) || !isText(right)) return null;
    return [left.toString('latin1'), right.toString('latin1')];
  }
}

/** The most telling line of a package script about a path, on the side that has one. */
export function mentionOf(path: string, { a, b }: Sides): Mention | undefined {
  return a.mentionsOf(path)[0] ?? b.mentionsOf(path)[0];
}

/** More packages than this share a directory. */
const HOLDERS_MAX = 2;

function originOf(path: string, owners: readonly string[], sides: Sides): string {
  const names = (all: readonly string[]): string => all.map(showPath).join(', ');
  if (owners.length > 0) return `the package ${names(owners)} owns the file`;
  const mention = mentionOf(path, sides);
  if (mention !== undefined) return `no package owns the file, but ${mentionClause(mention)}`;
  for (let at = parentOf(path); at !== '' && !isSharedDirectory(at); at = parentOf(at)) {
    const holders = [...new Set([...sides.a.ownersOf(at), ...sides.b.ownersOf(at)])];
    if (holders.length > HOLDERS_MAX) break;
    if (holders.length > 0) return `no package owns the file, but its directory belongs to ${names(holders)}`;
  }
  return 'no package owns the file: find out what writes it during the bootstrap';
}

// What can be said about bytes that may be text.

const TEXT_CHECK_BYTES = 64 * 1024;

/** Whether people can read it: no NUL and hardly any control characters in its beginning. */
export function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, TEXT_CHECK_BYTES);
  let odd = 0;
  for (const byte of head) {
    if (byte === 0) return false;
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) odd += 1;
  }
  return odd * 100 <= head.length;
}

/** Whether two texts have the same lines, each as often, in a different order. */
export function haveSameLines(a: string, b: string): boolean {
  // The last line may be terminated on one side only.
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  const sorted = (text: string): string => text.replace(/\n$/, '').split('\n').sort().join('\n');
  return sorted(a) === sorted(b);
}

/** Whether two JSON documents differ only in the order of keys and array elements. */
export function haveSameJson(a: string, b: string): boolean {
  if (!/^\s*[[{]/.test(a) || !/^\s*[[{]/.test(b)) return false;
  try {
    return canonical(JSON.parse(a)) === canonical(JSON.parse(b));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return false;
    throw error;
  }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`);
  return `{${members.sort().join(',')}}`;
}

/** Enough for the header of every format in formats/: that of btrfs is at 64 KiB. */
const HEAD_BYTES: number = 128 * 1024;

/** The first bytes of a file of a source. */
export function readHead(source: Source, entry: Entry): Buffer {
  const bytes = Buffer.alloc(Math.min(HEAD_BYTES, entry.size));
  const file = source.open(entry);
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const count = file.read(bytes.subarray(filled));
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    file.close();
  }
}
