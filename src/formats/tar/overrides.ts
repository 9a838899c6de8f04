/**
 * Collects the headers before a member that say more about it than its own header can: pax headers
 * (`x`, and `X` of Solaris), GNU long names (`L`, `K`), and the global pax headers (`g`) before them.
 */
import { NO_ATTRIBUTES } from '../../tree/attributes.ts';
import { BLOCK_SIZE, type TarHeader } from './header.ts';
import { nameTooLong, type Overrides } from './member.ts';
import { mergePax, NO_PAX, type PaxHeader, parsePax } from './pax.ts';
import type { TarLimits, TarProblems } from './problems.ts';

const KINDS: ReadonlyMap<string, 'pax' | 'global' | 'long name' | 'long target'> = new Map([
  ['x', 'pax'],
  ['X', 'pax'],
  ['g', 'global'],
  ['L', 'long name'],
  ['K', 'long target'],
]);

/** Bytes of a long name that are not part of the name: a leading `./`, a trailing slash and NUL. */
const AROUND_NAME = 4;

/** Counted for the name of an attribute in addition to its bytes. */
const AROUND_ATTRIBUTE = 16;

export class OverrideCollector {
  readonly #limits: TarLimits;
  readonly #problems: TarProblems;
  #globals: PaxHeader = NO_PAX;
  readonly #globalAttributes = new Map<string, string>();
  #globalSize = 0;
  /** Whether the attributes in `#globals` are these. */
  #isCurrent = true;
  #pax: PaxHeader | undefined;
  #longName: string | undefined;
  #longTarget: string | undefined;
  #offset: number | undefined;
  #sawPax = false;

  constructor(limits: TarLimits, problems: TarProblems) {
    this.#limits = limits;
    this.#problems = problems;
  }

  /** Whether a pax header has been seen, which makes it a pax archive. */
  get sawPax(): boolean {
    return this.#sawPax;
  }

  /** Whether a member must follow. */
  get pending(): boolean {
    return this.#offset !== undefined;
  }

  /**
   * @returns whether the header belongs to this collector: its data goes to `add`
   * @throws archive-malformed, archive-not-supported
   */
  takes({ type, size }: TarHeader, at: number): boolean {
    const kind = KINDS.get(type);
    if (kind === undefined) return false;
    if (kind === 'pax' || kind === 'global') {
      this.#checkPaxSize(size, at);
      if (kind === 'pax' && this.#pax !== undefined) throw this.#second('pax header', at);
      return true;
    }
    const limit = kind === 'long name' ? 'nameLength' : 'targetLength';
    const most = this.#limits[limit];
    if (size > most + AROUND_NAME) throw nameTooLong(size, limit, most, at, this.#problems);
    if ((kind === 'long name' ? this.#longName : this.#longTarget) !== undefined) {
      throw this.#second(`header for a ${kind === 'long name' ? kind : 'long link target'}`, at);
    }
    return true;
  }

  /**
   * @param data of the header
   * @param at of the header in the archive; its data follows it
   * @throws archive-malformed
   */
  add(type: string, data: Buffer, at: number): void {
    const kind = KINDS.get(type);
    if (kind === 'pax' || kind === 'global') {
      this.#sawPax = true;
      const pax = parsePax(data, at + BLOCK_SIZE, this.#problems);
      if (kind === 'global') {
        this.#addGlobal(pax, at);
        return;
      }
      this.#pax = pax;
    } else {
      const [text = ''] = data.toString('latin1').split('\0', 1);
      if (kind === 'long name') this.#longName = text;
      else this.#longTarget = text;
    }
    this.#offset ??= at;
  }

  /**
   * Returns what applies to the member whose header is at `at`, and forgets all but the global headers.
   */
  take(at: number): Overrides {
    if (!this.#isCurrent) this.#globals = { ...this.#globals, attributes: new Map(this.#globalAttributes) };
    this.#isCurrent = true;
    const overrides: Overrides = {
      longName: this.#longName,
      longTarget: this.#longTarget,
      hasPax: this.#pax !== undefined,
      pax: this.#pax === undefined ? this.#globals : mergePax(this.#globals, this.#pax),
      offset: this.#offset ?? at,
    };
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longTarget = undefined;
    this.#offset = undefined;
    return overrides;
  }

  #addGlobal(pax: PaxHeader, at: number): void {
    const sparse = [...pax.values.keys()].some((keyword) => keyword.startsWith('GNU.sparse.'));
    if (sparse || pax.sparsePairs.length > 0) {
      throw this.#problems.malformed('a global pax header makes all files sparse', at);
    }
    let isMore = false;
    for (const [attribute, value] of pax.attributes) {
      const known = this.#globalAttributes.get(attribute);
      if (known === undefined) this.#globalSize += attribute.length + AROUND_ATTRIBUTE;
      this.#globalSize += value.length - (known?.length ?? 0);
      this.#globalAttributes.set(attribute, value);
      isMore = true;
    }
    this.#checkPaxSize(this.#globalSize, at);
    const { values } = mergePax(this.#globals, { ...pax, attributes: NO_ATTRIBUTES });
    // Copied only for the next member: there may be a hundred thousand of these headers, each adding one attribute.
    this.#globals = { ...this.#globals, values };
    this.#isCurrent &&= !isMore;
  }

  #checkPaxSize(size: number, at: number): void {
    if (size <= this.#limits.paxSize) return;
    const what = `a pax header has ${size} bytes, the limit is ${this.#limits.paxSize}`;
    throw this.#problems.overLimit('paxSize', what, at);
  }

  #second(what: string, at: number): Error {
    return this.#problems.malformed(`a member has a second ${what}`, at);
  }
}
