import type { ByteSet, Fail } from './glob-class.ts';
import { readBracket } from './glob-class.ts';

/** No path is longer on Linux (PATH_MAX), so no pattern needs to be. */
export const MAX_GLOB_BYTES = 4096;

/** Patterns that one pattern with braces may stand for. */
export const MAX_GLOB_BRANCHES = 1024;

/** Braces within braces. */
export const MAX_GLOB_DEPTH = 64;

/** What stands for one byte or more of a path; ops below 256 are that byte itself. */
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
 * A pattern as tokens, with its braces written out: `{a,b}c` gives `ac` and `bc`. Brackets and
 * backslashes bind stronger than braces, so `[{,}]` is a set of three bytes.
 */
export function parseGlob(pattern: string, fail: Fail): readonly (readonly Token[])[] {
  if (pattern === '') fail('empty pattern', 0);
  if (pattern.length > MAX_GLOB_BYTES) fail(`more than ${MAX_GLOB_BYTES} bytes`, MAX_GLOB_BYTES);
  const foreign = pattern.search(/[^\x01-\xff]/);
  if (foreign !== -1) fail('character that cannot occur in a path', foreign);
  const { sequence } = readSequence(pattern, 0, NO_GROUP, fail);
  return expand(sequence, fail);
}

/** Where a sequence stands: in no group, or in one that opened at an offset and has `depth - 1` around it. */
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
