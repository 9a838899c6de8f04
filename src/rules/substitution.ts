/** The action `substitute`: what patterns match in the lines of a file is replaced. */
import { LinePattern, parseTemplate, StepBudget, type Template } from './line-pattern.ts';

/** Byte strings. */
export interface Replacement {
  /** A regular expression: see line-pattern-parse.ts. */
  readonly pattern: string;
  /** What replaces each match, with `$1` for a group. */
  readonly with: string;
}

/** Larger files are left unchanged and reported. */
export const SUBSTITUTE_BYTES_MAX: number = 16 * 1024 * 1024;
/** Steps of the matcher for one file: in proportion to its size, and no more than take some seconds. */
const STEPS_MAX = 50_000_000;
const STEPS_LEAST = 1_000_000;
const STEPS_PER_BYTE = 100;
/** Replacements of one rule. */
export const REPLACEMENTS_MAX = 100;

export class Substitution {
  readonly #all: readonly { readonly pattern: LinePattern; readonly template: Template }[];

  /** @throws PatternError */
  constructor(replacements: readonly Replacement[]) {
    this.#all = replacements.map(({ pattern, with: text }) => {
      const compiled = new LinePattern(pattern);
      return { pattern: compiled, template: parseTemplate(text, compiled.groups) };
    });
  }

  /**
   * Applies the replacements one after another to each line; an end of a line stays as it is.
   *
   * @param text a byte string
   * @returns the new text and the number of matches
   * @throws TooManySteps
   */
  apply(text: string): { readonly text: string; readonly matches: number } {
    const budget = new StepBudget(Math.min(STEPS_MAX, STEPS_LEAST + STEPS_PER_BYTE * text.length));
    let matches = 0;
    const lines = text.split('\n').map((line, i, all) => {
      // What follows the last end of a line is no line.
      if (i === all.length - 1 && line === '' && i > 0) return line;
      const isDos = line.endsWith('\r');
      let current = isDos ? line.slice(0, -1) : line;
      for (const { pattern, template } of this.#all) {
        const replaced = replaceAll(current, pattern, template, budget);
        matches += replaced.matches;
        current = replaced.text;
      }
      return isDos ? `${current}\r` : current;
    });
    return { text: lines.join('\n'), matches };
  }
}

function replaceAll(
  line: string,
  pattern: LinePattern,
  template: Template,
  budget: StepBudget,
): { readonly text: string; readonly matches: number } {
  let text = '';
  let matches = 0;
  let from = 0;
  for (let at = 0; at <= line.length; ) {
    const found = pattern.exec(line, at, budget);
    if (found === undefined) break;
    matches += 1;
    const [start = 0, end = 0] = found;
    text += line.slice(from, start);
    for (const part of template) text += typeof part === 'string' ? part : groupOf(line, found, part);
    from = end;
    // An empty match must not be found again.
    at = end === start ? end + 1 : end;
  }
  return matches === 0 ? { text: line, matches } : { text: text + line.slice(from), matches };
}

function groupOf(line: string, found: readonly number[], group: number): string {
  const start = found[2 * group] ?? -1;
  const end = found[2 * group + 1] ?? -1;
  return start === -1 || end === -1 ? '' : line.slice(start, end);
}
