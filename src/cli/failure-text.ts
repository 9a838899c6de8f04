import { StillrootError } from '../errors.ts';
import { showText } from '../report/text.ts';
import { RuleFileError } from '../rules/rule-file-error.ts';

/**
 * What ends the program, in one line, or with the line of a rule file under it.
 *
 * @param isDebug whether the stack is of interest
 */
export function failureText(error: unknown, isDebug: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  // An error in a rule file shows the line under its message.
  const lines = error instanceof RuleFileError ? message.split('\n').map(showText) : [showText(message)];
  const isKnown = error instanceof StillrootError;
  const hint = isKnown || isDebug ? '' : ` This is a fault of stillroot: --debug shows where.`;
  const text = `stillroot: ${isKnown ? '' : 'internal error: '}${lines.join('\n')}${hint}\n`;
  return isDebug && error instanceof Error ? `${text}${error.stack}\n` : text;
}
