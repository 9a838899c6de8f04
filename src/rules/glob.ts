import { StillrootError } from '../errors.ts';
import type { Move } from '../packages/moved-directories.ts';
import { showPath } from '../tree/path.ts';
import { type ByteSet, expandPlain, OP_ANY, OP_SET, OP_STAR, parseGlob, type Token } from './glob-parse.ts';

/**
 * Globs over byte strings. What a rule matches affects the output's bytes, so the matcher is
 * implemented here and does not change with a dependency.
 *
 * - `*` any bytes except `/`, including none; `?` one byte except `/`; a leading dot is not special
 * - `**` as a whole component: zero or more components. At the end it requires at least one, so `a/**` is
 *   everything below `a` and not `a` itself, and `**` is everything. `**` inside a component is `*`.
 * - `[abc]`, `[a-z]`, `[!abc]`, `[[:digit:]]`: one byte of a set, never `/`
 * - `{a,b}`: as if each alternative were written out; alternatives may be empty, contain `/` and be nested
 * - a backslash makes the next byte literal
 */

/** A `bad-glob` error with its position in the pattern. */
export class GlobError extends StillrootError {
  /** Offset in the pattern, in bytes from 0. */
  readonly at: number;

  constructor(pattern: string, what: string, at: number, hint?: string) {
    const where = `glob '${showPath(pattern)}'`;
    super('bad-glob', `${what} at byte ${at + 1}`, hint === undefined ? { where } : { where, hint });
    this.at = at;
  }
}

/** What one component of a path must match. */
export interface Component {
  /** Zero or more components of any kind; nothing else is then set. */
  readonly globstar: boolean;
  /** The only name that matches, where the pattern leaves no choice. */
  readonly literal: string | undefined;
  readonly ops: Uint16Array;
  /** By position in `ops`. */
  readonly sets: readonly (ByteSet | undefined)[];
}

/** A pattern without braces. */
export type Branch = readonly Component[];

/**
 * `path`: names of the tree, so the pattern is relative, without `.` and `..`. `target`: what a symlink
 * may hold; a leading slash, `.` and `..` are then compared literally.
 */
export type GlobKind = 'path' | 'target';

export class Glob {
  readonly pattern: string;
  readonly branches: readonly Branch[];
  /** A path in a new place is matched as if it were still in the old one; see movedBranches. */
  readonly moves: readonly Move[];

  /**
   * @param pattern a byte string; see pathFromText for text typed by a user
   * @param moves directories that are elsewhere in some trees: the pattern also matches there
   * @throws GlobError (`bad-glob`) with the position
   */
  constructor(pattern: string, kind: GlobKind = 'path', moves: readonly Move[] = []) {
    const fail = (what: string, at: number, hint?: string): never => {
      throw new GlobError(pattern, what, at, hint);
    };
    this.pattern = pattern;
    this.branches =
      (kind === 'path' ? plainBranches(pattern) : undefined) ??
      parseGlob(pattern, fail).map((tokens) => compileBranch(tokens, kind, pattern));
    this.moves = moves;
  }

  /**
   * The time is bounded by the product of the lengths of path and pattern for each branch, whatever
   * they contain: only the last star and the last globstar are ever retried.
   */
  matches(path: string): boolean {
    if (path === '') return false;
    const names = path.split('/');
    if (this.branches.some((branch) => matchesBranch(branch, names))) return true;
    return this.moves.some((move) => {
      const original = originalNames(names, move);
      if (original === undefined) return false;
      return movedBranches(this.branches, move).some((branch) => matchesBranch(branch, original));
    });
  }

  /** The one path that the pattern matches, if it has no wildcard and no braces. */
  get literal(): string | undefined {
    const [branch] = this.branches;
    if (this.branches.length !== 1 || branch === undefined) return undefined;
    if (this.moves.some((move) => movedBranches(this.branches, move).length > 0)) return undefined;
    const names = branch.map((component) => component.literal);
    return names.includes(undefined) ? undefined : names.join('/');
  }
}

/**
 * The branches that a move concerns: those that name what is inside the directory. One that begins with a wildcard
 * does not name it.
 */
export function movedBranches(branches: readonly Branch[], { from }: Move): Branch[] {
  return branches.filter(
    (branch) => branch.length > from.length && from.every((name, at) => branch[at]?.literal === name),
  );
}

/** Where a path was before the move, as names; undefined for one that is not inside the new place. */
export function originalNames(names: readonly string[], { from, to }: Move): string[] | undefined {
  if (names.length <= to.length) return undefined;
  if (!to.every((name, at) => name === '*' || name === names[at])) return undefined;
  return [...from, ...names.slice(to.length)];
}

/** Patterns with braces name the same few directories hundreds of times. */
const components = new Map<string, Component>();
/** Names of user rules count as well, and a process may read any number of them. */
const COMPONENTS_MAX = 10_000;

function cached(text: string, make: () => Component): Component {
  const known = components.get(text);
  if (known !== undefined) return known;
  const component = make();
  if (components.size < COMPONENTS_MAX) components.set(text, component);
  return component;
}

function literalComponent(name: string): Component {
  const ops = Uint16Array.from(name, (byte) => byte.charCodeAt(0));
  return { globstar: false, literal: name, ops, sets: NO_SETS };
}

/** @returns undefined for a pattern that must be parsed in full */
function plainBranches(pattern: string): Branch[] | undefined {
  const branches: Branch[] = [];
  for (const text of expandPlain(pattern) ?? ['']) {
    const branch: Component[] = [];
    for (const part of text.split('/')) {
      if (part === '' || part === '.' || part === '..') return undefined;
      const component = cached(part, () => plainComponent(part));
      if (!(component.globstar && branch.at(-1)?.globstar)) branch.push(component);
    }
    branches.push(branch);
  }
  return branches;
}

const PLAIN_OPS: Readonly<Record<string, number>> = { '*': OP_STAR, '?': OP_ANY };

/** @param text without brackets and backslashes */
function plainComponent(text: string): Component {
  if (text === '**') return GLOBSTAR;
  if (!/[*?]/.test(text)) return literalComponent(text);
  const ops = Uint16Array.from(text.replace(/\*+/g, '*'), (char) => PLAIN_OPS[char] ?? char.charCodeAt(0));
  return { globstar: false, literal: undefined, ops, sets: NO_SETS };
}

const SLASH = 0x2f;
const NO_SETS: Component['sets'] = [];
const GLOBSTAR: Component = {
  globstar: true,
  literal: undefined,
  ops: new Uint16Array(0),
  sets: NO_SETS,
};

function compileBranch(tokens: readonly Token[], kind: GlobKind, pattern: string): Branch {
  const components: Component[] = [];
  let start = 0;
  for (let end = 0; end <= tokens.length; end++) {
    if (end < tokens.length && tokens[end]?.op !== SLASH) continue;
    const at = (tokens[end] ?? tokens.at(-1))?.at ?? 0;
    const component = compileComponent(tokens.slice(start, end));
    const isLeading = start === 0 && end === 0 && tokens.length > 1;
    if (start === end && !(kind === 'target' && isLeading)) {
      throw isLeading
        ? new GlobError(pattern, 'leading slash', at, 'Paths are relative to the root of the tree.')
        : new GlobError(pattern, 'empty component', at);
    }
    if (kind === 'path' && (component.literal === '.' || component.literal === '..')) {
      throw new GlobError(pattern, `component '${component.literal}'`, tokens[start]?.at ?? at);
    }
    if (!(component.globstar && components.at(-1)?.globstar)) components.push(component);
    start = end + 1;
  }
  return components;
}

function compileComponent(tokens: readonly Token[]): Component {
  const isGlobstar = tokens.length === 2 && tokens.every((token) => token.op === OP_STAR);
  if (isGlobstar) return GLOBSTAR;
  if (tokens.every((token) => token.op < 256)) {
    const name = String.fromCharCode(...tokens.map((token) => token.op));
    return literalComponent(name);
  }
  const kept = tokens.filter((token, i) => token.op !== OP_STAR || tokens[i - 1]?.op !== OP_STAR);
  return {
    globstar: false,
    literal: undefined,
    ops: Uint16Array.from(kept, (token) => token.op),
    sets: kept.some((token) => token.set !== undefined) ? kept.map((token) => token.set) : NO_SETS,
  };
}

function matchesBranch(branch: Branch, names: readonly string[]): boolean {
  let component = 0;
  let name = 0;
  let afterGlobstar = -1;
  let retry = 0;
  while (name < names.length) {
    const wanted = branch[component];
    if (wanted?.globstar) {
      component += 1;
      if (component === branch.length) return true;
      afterGlobstar = component;
      retry = name;
    } else if (wanted !== undefined && matchesComponent(wanted, names[name] as string)) {
      component += 1;
      name += 1;
    } else if (afterGlobstar !== -1) {
      retry += 1;
      name = retry;
      component = afterGlobstar;
    } else {
      return false;
    }
  }
  return component === branch.length;
}

/** @param name one component of a path, without a slash */
export function matchesComponent(component: Component, name: string): boolean {
  if (component.literal !== undefined) return component.literal === name;
  const { ops, sets } = component;
  let op = 0;
  let at = 0;
  let afterStar = -1;
  let retry = 0;
  while (at < name.length) {
    const wanted = ops[op];
    if (wanted === OP_STAR) {
      op += 1;
      if (op === ops.length) return true;
      afterStar = op;
      retry = at;
      continue;
    }
    const byte = name.charCodeAt(at);
    if (wanted === byte || wanted === OP_ANY || (wanted === OP_SET && sets[op]?.[byte] === 1)) {
      op += 1;
      at += 1;
    } else if (afterStar !== -1) {
      retry += 1;
      at = retry;
      op = afterStar;
    } else {
      return false;
    }
  }
  while (ops[op] === OP_STAR) op += 1;
  return op === ops.length;
}
