/** One finding that the rules leave, and what can be seen of it. */
import type { Plan } from '../plan/plan.ts';
import type { Entry } from '../tree/entry.ts';
import { plannedBytes } from './compare-plans.ts';
import { readHead } from './file-head.ts';
import type { Finding, SideName } from './finding.ts';
import { entryOf } from './finding.ts';
import { formatOf } from './formats/table.ts';
import type { Side } from './side.ts';
import { isText } from './text.ts';

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
  #texts: readonly [string, string] | null | undefined;

  constructor(finding: Finding, sides: Sides, plans: { readonly a: Plan; readonly b: Plan }) {
    this.finding = finding;
    this.sides = sides;
    this.#plans = plans;
  }

  get path(): string {
    return this.finding.path;
  }

  /** Either side's; both have the same type but for findings of `type`. */
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

  /** The content as the rules leave it; undefined where there is no file or it is over LOOK_BYTES_MAX. */
  bytes(side: SideName): Buffer | undefined {
    if (this.#bytes.has(side)) return this.#bytes.get(side);
    const planned = this.finding.planned?.[side];
    const isLooked = planned?.entry.type === 'file' && planned.entry.size <= LOOK_BYTES_MAX;
    const bytes = isLooked ? plannedBytes(planned, this.#plans[side]) : undefined;
    this.#bytes.set(side, bytes);
    return bytes;
  }

  /** Name of the format that both contents have, such as `an SQLite database`; undefined for texts and what is not known. */
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
