import { StillrootError } from '../errors.ts';
import type { Move } from '../packages/moved-directories.ts';
import { showPath } from '../tree/path.ts';
import { type ByteSet, OP_ANY, OP_SET, OP_STAR, parseGlob, type Token } from './glob-parse.ts';

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
    const branches = parseGlob(pattern, fail).map((tokens) => compileBranch(tokens, kind, pattern));
    this.branches = [...branches, ...branches.flatMap((branch) => movedBranches(branch, moves))];
  }

  /**
   * The time is bounded by the product of the lengths of path and pattern for each branch, whatever
   * they contain: only the last star and the last globstar are ever retried.
   */
  matches(path: string): boolean {
    if (path === '') return false;
    const names = path.split('/');
    return this.branches.some((branch) => matchesBranch(branch, names));
  }

  /** The one path that the pattern matches, if it has no wildcard and no braces. */
  get literal(): string | undefined {
    const [branch] = this.branches;
    if (this.branches.length !== 1 || branch === undefined) return undefined;
    const names = branch.map((component) => component.literal);
    return names.includes(undefined) ? undefined : names.join('/');
  }
}

function movedBranches(branch: Branch, moves: readonly Move[]): Branch[] {
  return moves
    .filter(
      ({ from }) => branch.length > from.length && from.every((name, at) => branch[at]?.literal === name),
    )
    .map(({ from, to }) => [...to.map(namedComponent), ...branch.slice(from.length)]);
}

function namedComponent(name: string): Component {
  return name === '*' ? STAR : literalComponent(name);
}

/** Patterns with braces, and those of moved directories, name the same few directories thousands of times. */
const literals = new Map<string, Component>();
/** Names of user rules count as well, and a process may read any number of them. */
const LITERALS_MAXIMUM = 10_000;

function literalComponent(name: string): Component {
  const known = literals.get(name);
  if (known !== undefined) return known;
  const ops = Uint16Array.from(name, (byte) => byte.charCodeAt(0));
  const component: Component = { globstar: false, literal: name, ops, sets: [] };
  if (literals.size < LITERALS_MAXIMUM) literals.set(name, component);
  return component;
}

const SLASH = 0x2f;
const STAR: Component = { globstar: false, literal: undefined, ops: Uint16Array.of(OP_STAR), sets: [] };
const GLOBSTAR: Component = { globstar: true, literal: undefined, ops: new Uint16Array(0), sets: [] };

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
    return literalComponent(String.fromCharCode(...tokens.map((token) => token.op)));
  }
  const kept = tokens.filter((token, i) => token.op !== OP_STAR || tokens[i - 1]?.op !== OP_STAR);
  return {
    globstar: false,
    literal: undefined,
    ops: Uint16Array.from(kept, (token) => token.op),
    sets: kept.map((token) => token.set),
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
