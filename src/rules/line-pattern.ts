import { type Instruction, PatternError, parsePattern } from './line-pattern-parse.ts';

/**
 * Regular expressions that are matched against the lines of a file. Users write them, and files come from strangers, so
 * the time must be bounded: all ways to match are followed at once (Thompson, Pike), none is ever retried.
 * Of several matches, the one is taken that a backtracking matcher would find first.
 */
export class LinePattern {
  readonly groups: number;
  readonly #program: readonly Instruction[];
  /** Bytes with which a match can begin; undefined where it can be empty. */
  readonly #starts: Uint8Array | undefined;
  readonly #seen: Uint32Array;
  #generation = 0;

  /** @param pattern a byte string. @throws PatternError */
  constructor(pattern: string) {
    const { program, groups } = parsePattern(pattern);
    this.groups = groups;
    this.#program = program;
    this.#seen = new Uint32Array(program.length);
    this.#starts = firstBytes(program);
  }

  /**
   * The first match in a line at or after an offset.
   *
   * @param line a byte string without the end of the line
   * @param budget reduced by the steps taken
   * @returns beginnings and ends of the match and its groups, -1 for a group without a match
   */
  exec(line: string, from: number, budget: StepBudget): readonly number[] | undefined {
    let threads: Thread[] = [];
    let found: readonly number[] | undefined;
    for (let at = from; at <= line.length; at += 1) {
      const byte = at < line.length ? line.charCodeAt(at) : -1;
      if (found === undefined && threads.length === 0 && this.#starts !== undefined) {
        if (byte === -1) break;
        if (this.#starts[byte] === 0) continue;
      }
      this.#generation += 1;
      const current: Thread[] = [];
      for (const { at: to, saved } of threads) this.#follow(to, saved, line, at, current);
      if (found === undefined) this.#follow(0, NONE, line, at, current);
      budget.take(current.length + 1);
      threads = [];
      for (const { at: place, saved } of current) {
        const instruction = this.#program[place] as Instruction;
        if (instruction.do === 'match') {
          // Threads after this one have less priority.
          found = saved;
          break;
        }
        if (instruction.do === 'byte' && byte !== -1 && instruction.set[byte] === 1)
          threads.push({ at: place + 1, saved });
      }
      if (found !== undefined && threads.length === 0) break;
    }
    return found;
  }

  /** Adds the thread to a list, or those that it becomes without taking a byte, in order of priority. */
  #follow(start: number, slots: readonly number[], line: string, at: number, list: Thread[]): void {
    const stack: Thread[] = [{ at: start, saved: slots }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { at: place, saved } = next;
      if (this.#seen[place] === this.#generation) continue;
      this.#seen[place] = this.#generation;
      const instruction = this.#program[place] as Instruction;
      switch (instruction.do) {
        case 'jump':
          stack.push({ at: instruction.to, saved });
          break;
        case 'split':
          stack.push({ at: instruction.second, saved }, { at: instruction.first, saved });
          break;
        case 'save': {
          const changed = [...saved];
          while (changed.length <= instruction.slot) changed.push(-1);
          changed[instruction.slot] = at;
          stack.push({ at: place + 1, saved: changed });
          break;
        }
        case 'assert':
          if (holds(instruction.what, line, at)) stack.push({ at: place + 1, saved });
          break;
        default:
          list.push(next);
      }
    }
  }
}

interface Thread {
  /** Of an instruction. */
  readonly at: number;
  readonly saved: readonly number[];
}

const NONE: readonly number[] = [];

function holds(what: 'begin' | 'end' | 'word' | 'no-word', line: string, at: number): boolean {
  if (what === 'begin') return at === 0;
  if (what === 'end') return at === line.length;
  const isWord = (index: number): boolean => /\w/.test(line.charAt(index));
  const isBetween = (at > 0 && isWord(at - 1)) !== isWord(at);
  return (what === 'word') === isBetween;
}

function firstBytes(program: readonly Instruction[]): Uint8Array | undefined {
  const all = new Uint8Array(256);
  const seen = new Set<number>();
  const places = [0];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const instruction = program[place] as Instruction;
    if (instruction.do === 'match') return undefined;
    if (instruction.do === 'byte')
      instruction.set.forEach((flag, byte) => {
        if (flag !== 0) all[byte] = 1;
      });
    else if (instruction.do === 'split') places.push(instruction.first, instruction.second);
    else places.push(instruction.do === 'jump' ? instruction.to : place + 1);
  }
  return all;
}

/** More steps were needed for a file than are allowed. */
export class TooManySteps extends Error {}

/** Steps that may be taken for one file. */
export class StepBudget {
  #left: number;

  constructor(steps: number) {
    this.#left = steps;
  }

  take(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooManySteps('more steps than are allowed for one file');
  }
}

/** A text in which `$1` to `$9` are groups of a match, `$0` is all of it, and `$$` a dollar sign. */
export type Template = readonly (string | number)[];

/**
 * @param text a byte string
 * @param groups number of groups of the pattern
 * @throws PatternError (`bad-pattern`) with the position
 */
export function parseTemplate(text: string, groups: number): Template {
  const fail = (what: string, at: number, hint?: string): never => {
    throw new PatternError(text, what, at, hint, 'replacement');
  };
  return [...text.matchAll(/\$.?|[^$]+/gs)].map(({ index, 0: piece }) => {
    if (!piece.startsWith('$')) return piece;
    if (piece === '$$') return '$';
    if (!/^\$\d$/.test(piece)) return fail("'$' without a number", index, "Write '$$' for a dollar sign.");
    const group = Number(piece[1]);
    return group <= groups ? group : fail(`'${piece}', but the pattern has ${groups} groups`, index);
  });
}
