import { StillrootError } from '../errors.ts';
import type { TextLines } from './text-lines.ts';

/** How much of a long line a message shows, in characters. */
const MAX_EXCERPT = 100;

/** A `rule-file` with the place: `FILE:LINE:COLUMN: message`, the line, and a caret under it. */
export class RuleFileError extends StillrootError {
  readonly line: number;
  readonly column: number;
  /** The line of the file, and a caret under it: the last two lines of the message, and the only ones that are two. */
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
  // A control character would reach the terminal raw.
  const shown = line.slice(from, from + MAX_EXCERPT).replace(/[^\P{C}\t]/gu, '?');
  const margin = shown.slice(0, at - from).replace(/[^\t]/g, ' ');
  return `    ${shown}\n    ${margin}^`;
}
