import { StillrootError } from '../errors.ts';

/** The lines of a text, to convert offsets to line and column. */
export class TextLines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Line and column from 1, columns in UTF-16 units, of an offset in UTF-16 units. */
  place(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }

  offset(line: number, column: number): number {
    return (this.#starts[line - 1] ?? this.#text.length) + column - 1;
  }

  /** Without its line end. */
  line(line: number): string {
    return this.#text.slice(this.#starts[line - 1], this.#starts[line]).replace(/\r?\n$/, '');
  }
}

/** How much of a long line a message shows, in characters. */
const MAX_EXCERPT = 100;

/** A `rule-file` error with its position: `FILE:LINE:COLUMN: message`, the line, and a caret under it. */
export class RuleFileError extends StillrootError {
  readonly line: number;
  readonly column: number;
  /** The line of the file, and a caret under it: the last two lines of the message. */
  readonly excerpt: string;

  /** @param offset in UTF-16 units from the start of the file */
  constructor(fileName: string, lines: TextLines, offset: number, what: string, hint?: string) {
    const { line, column } = lines.place(offset);
    const where = `${fileName}:${line}:${column}`;
    super('rule-file', what, hint === undefined ? { where } : { where, hint });
    this.line = line;
    this.column = column;
    this.excerpt = excerptOf(lines.line(line), column - 1);
    this.message = `${this.message}\n${this.excerpt}`;
  }
}

/** @param at offset in the line */
function excerptOf(line: string, at: number): string {
  const from = at >= MAX_EXCERPT ? at - MAX_EXCERPT / 2 : 0;
  // Control characters must not reach the terminal raw.
  const shown = line.slice(from, from + MAX_EXCERPT).replace(/[^\P{C}\t]/gu, '?');
  const margin = shown.slice(0, at - from).replace(/[^\t]/g, ' ');
  return `    ${shown}\n    ${margin}^`;
}
