/** Rule files, and the errors about them. */
import * as assert from 'uvu/assert';
import { RuleFileError } from '../../src/rules/rule-file-error.ts';
import { type KnownNames, readRuleFile } from '../../src/rules/user-file.ts';

/** A file with one rule, without its action: from line 5 on, these lines. */
export const rule = (lines: string): string => `[[rule]]\nid = "a"\nmatch = "x"\nwhy = "y"\n${lines}\n`;

/** What is said about a file that is refused. */
export function message(text: string, known?: KnownNames): string {
  try {
    readRuleFile(text, 'f', known);
  } catch (error) {
    assert.instance(error, RuleFileError, String(error));
    assert.is((error as RuleFileError).code, 'rule-file');
    return (error as Error).message;
  }
  throw new Error(`accepted: ${text}`);
}

/** Refused with this message: where, what, and below it the line with the caret under its column. */
export function complains(text: string, place: string, what: string, known?: KnownNames): void {
  const [line, column] = place.split(':').map(Number) as [number, number];
  const shown = text.split('\n')[line - 1];
  assert.is(message(text, known), `f:${place}: ${what}\n    ${shown}\n    ${' '.repeat(column - 1)}^`);
}
