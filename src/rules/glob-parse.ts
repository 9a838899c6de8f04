/** A set of bytes: 256 flags, 1 for a member. */
export type ByteSet = Uint8Array;

const SLASH = 0x2f;

/** POSIX character classes in the C locale: ASCII only, so that what a rule matches does not depend on the locale. */
const CLASSES: Readonly<Record<string, (byte: number) => boolean>> = {
  alnum: (byte) => isDigit(byte) || isUpper(byte) || isLower(byte),
  alpha: (byte) => isUpper(byte) || isLower(byte),
  blank: (byte) => byte === 0x20 || byte === 0x09,
  cntrl: (byte) => byte < 0x20 || byte === 0x7f,
  digit: isDigit,
  graph: (byte) => byte > 0x20 && byte < 0x7f,
  lower: isLower,
  print: (byte) => byte >= 0x20 && byte < 0x7f,
  punct: (byte) => byte > 0x20 && byte < 0x7f && !isDigit(byte) && !isUpper(byte) && !isLower(byte),
  space: (byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d),
  upper: isUpper,
  xdigit: (byte) => isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66),
};

export interface BracketExpression {
  readonly set: ByteSet;
  /** Offset in the pattern of the first byte after the closing bracket. */
  readonly next: number;
}

export type Fail = (what: string, at: number, hint?: string) => never;

/**
 * Reads a bracket expression (POSIX.1-2017, 2.13.1) of which `pattern[open]` is the `[`: bytes, ranges
 * of bytes, `[:class:]`, negation with `!` or `^`, a leading `]`, and backslash escapes.
 * A slash is never in the set. Collating symbols (`[.x.]`, `[=x=]`) depend on a locale and are refused.
 */
export function readBracket(pattern: string, open: number, fail: Fail): BracketExpression {
  const set: ByteSet = new Uint8Array(256);
  let at = open + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at += 1;
  const first = at;
  for (;;) {
    const char = pattern[at];
    if (char === undefined) fail('unclosed bracket', open, 'Write \\[ for a bracket.');
    if (char === ']' && at > first) break;
    const special = char === '[' && /[:.=]/.test(pattern[at + 1] ?? '');
    if (special) {
      at = readClass(pattern, at, set, fail);
      continue;
    }
    const low = readByte(pattern, at, open, fail);
    at = low.next;
    const isRange = pattern[at] === '-' && pattern[at + 1] !== undefined && pattern[at + 1] !== ']';
    if (!isRange) {
      set[low.byte] = 1;
      continue;
    }
    const high = readByte(pattern, at + 1, open, fail);
    if (high.byte < low.byte) fail('range that runs backwards', at - 1);
    set.fill(1, low.byte, high.byte + 1);
    at = high.next;
  }
  if (negated) for (let byte = 0; byte < 256; byte++) set[byte] = set[byte] === 1 ? 0 : 1;
  set[SLASH] = 0;
  return { set, next: at + 1 };
}

function readByte(pattern: string, at: number, open: number, fail: Fail): { byte: number; next: number } {
  const escaped = pattern[at] === '\\';
  const from = escaped ? at + 1 : at;
  if (from >= pattern.length) fail('unclosed bracket', open, 'Write \\[ for a bracket.');
  const byte = pattern.charCodeAt(from);
  if (byte === SLASH) fail('slash inside brackets', from, 'Brackets match one byte of a name.');
  return { byte, next: from + 1 };
}

function readClass(pattern: string, at: number, set: ByteSet, fail: Fail): number {
  if (pattern[at + 1] !== ':') fail('collating symbol', at, 'Only [:class:] names are supported.');
  const close = pattern.indexOf(':]', at + 2);
  const name = close === -1 ? '' : pattern.slice(at + 2, close);
  const isMember = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  if (isMember === undefined) {
    fail('unknown character class', at, `Known classes: ${Object.keys(CLASSES).join(', ')}.`);
  }
  for (let byte = 0; byte < 256; byte++) if (isMember(byte)) set[byte] = 1;
  return close + 2;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isUpper(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function isLower(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a;
}

/** No path is longer on Linux (PATH_MAX), so no pattern needs to be. */
export const MAX_GLOB_BYTES = 4096;

/** Maximum number of patterns that one with braces may expand to. */
const MAX_GLOB_BRANCHES = 1024;

/** Braces within braces. */
const MAX_GLOB_DEPTH = 64;

/** Wildcards, which match any number of bytes; ops below 256 are the byte itself. */
export const OP_STAR = 256;
export const OP_ANY = 257;
export const OP_SET = 258;

export interface Token {
  readonly op: number;
  /** For OP_SET. */
  readonly set: ByteSet | undefined;
  /** Offset in the pattern, for messages. */
  readonly at: number;
}

interface Group {
  readonly alternatives: readonly Sequence[];
  readonly at: number;
}

type Sequence = readonly (Token | Group)[];

/**
 * A pattern as tokens, with its braces expanded: `{a,b}c` gives `ac` and `bc`. Brackets and
 * backslashes bind more tightly than braces, so `[{,}]` is a set of three bytes.
 */
export function parseGlob(pattern: string, fail: Fail): readonly (readonly Token[])[] {
  if (pattern === '') fail('empty pattern', 0);
  if (pattern.length > MAX_GLOB_BYTES) fail(`more than ${MAX_GLOB_BYTES} bytes`, MAX_GLOB_BYTES);
  const foreign = pattern.search(/[^\x01-\xff]/);
  if (foreign !== -1) fail('character that cannot occur in a path', foreign);
  const { sequence } = readSequence(pattern, 0, NO_GROUP, fail);
  return expand(sequence, fail);
}

/** The group around a sequence: none, or one opened at an offset and nested in `depth - 1` others. */
interface Surrounding {
  readonly open: number;
  readonly depth: number;
}

const NO_GROUP: Surrounding = { open: -1, depth: 0 };

/** Reads up to the end of the pattern, or inside a group up to its next `,` or `}`. */
function readSequence(
  pattern: string,
  from: number,
  group: Surrounding,
  fail: Fail,
): { sequence: Sequence; next: number } {
  const sequence: (Token | Group)[] = [];
  let at = from;
  while (at < pattern.length) {
    const char = pattern[at];
    if (group.depth > 0 && (char === ',' || char === '}')) return { sequence, next: at };
    if (char === '}') fail('closing brace without an opening one', at, 'Write \\} for a brace.');
    if (char === '{') {
      const inner = readGroup(pattern, { open: at, depth: group.depth + 1 }, fail);
      sequence.push(inner.group);
      at = inner.next;
    } else if (char === '[') {
      const bracket = readBracket(pattern, at, fail);
      sequence.push({ op: OP_SET, set: bracket.set, at });
      at = bracket.next;
    } else {
      const escaped = char === '\\';
      if (escaped && at + 1 === pattern.length)
        fail('backslash at the end', at, 'Write \\\\ for a backslash.');
      const wildcard = char === '*' ? OP_STAR : char === '?' ? OP_ANY : undefined;
      const op = wildcard ?? pattern.charCodeAt(escaped ? at + 1 : at);
      sequence.push({ op, set: undefined, at });
      at += escaped ? 2 : 1;
    }
  }
  if (group.depth > 0) fail('unclosed brace', group.open, 'Write \\{ for a brace.');
  return { sequence, next: at };
}

function readGroup(
  pattern: string,
  { open, depth }: Surrounding,
  fail: Fail,
): { group: Group; next: number } {
  if (depth > MAX_GLOB_DEPTH) fail(`braces nested more than ${MAX_GLOB_DEPTH} deep`, open);
  const alternatives: Sequence[] = [];
  let at = open;
  do {
    const { sequence, next } = readSequence(pattern, at + 1, { open, depth }, fail);
    alternatives.push(sequence);
    at = next;
  } while (pattern[at] === ',');
  if (alternatives.length === 1) {
    fail('braces without a comma', open, 'Write {a,b} for alternatives and \\{ for a brace.');
  }
  return { group: { alternatives, at: open }, next: at + 1 };
}

function expand(sequence: Sequence, fail: Fail): Token[][] {
  let branches: Token[][] = [[]];
  for (const part of sequence) {
    if ('op' in part) {
      for (const branch of branches) branch.push(part);
      continue;
    }
    const alternatives = part.alternatives.flatMap((alternative) => expand(alternative, fail));
    if (branches.length * alternatives.length > MAX_GLOB_BRANCHES) {
      fail(`braces that expand to more than ${MAX_GLOB_BRANCHES} patterns`, part.at);
    }
    branches = branches.flatMap((branch) => alternatives.map((tokens) => [...branch, ...tokens]));
  }
  return branches;
}

/** Opening and closing: enough for every pattern of the tables; one with more is parsed in full. */
const PLAIN_BRACES = 32;

/**
 * The same expansion as texts, for a pattern without backslashes and brackets: nearly all patterns of the tables are such,
 * and every run reads them all.
 *
 * @returns undefined for a pattern that needs parseGlob, as does each that is invalid
 */
export function expandPlain(pattern: string): readonly string[] | undefined {
  if (pattern === '' || pattern.length > MAX_GLOB_BYTES || NOT_PLAIN.test(pattern)) return undefined;
  const pieces = pattern.split(BRACE);
  return pieces.length > 2 * PLAIN_BRACES + 1 ? undefined : expandPieces(pieces);
}

const NOT_PLAIN = /[\\[\]]|[^\x01-\xff]/;
const BRACE = /([{}])/;

/** @param pieces text and braces in turn */
function expandPieces(pieces: readonly string[]): readonly string[] | undefined {
  /** Of each open group: the texts before it, and its alternatives that are complete. */
  const open: { before: readonly string[]; alternatives: string[] }[] = [];
  let texts: readonly string[] = [''];
  for (const piece of pieces) {
    const group = open.at(-1);
    if (piece === '{') {
      open.push({ before: texts, alternatives: [] });
      texts = [''];
    } else if (piece === '}') {
      if (group === undefined || group.alternatives.length === 0) return undefined;
      const alternatives = [...group.alternatives, ...texts];
      if (group.before.length * alternatives.length > MAX_GLOB_BRANCHES) return undefined;
      texts = group.before.flatMap((before) => alternatives.map((text) => before + text));
      open.pop();
    } else if (group === undefined) {
      texts = texts.map((text) => text + piece);
    } else {
      const [first = '', ...more] = piece.split(',');
      texts = texts.map((text) => text + first);
      for (const next of more) {
        group.alternatives.push(...texts);
        texts = [next];
      }
    }
  }
  return open.length === 0 ? texts : undefined;
}
