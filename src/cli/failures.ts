/** How failures are reported: those of verbs, and uncaught ones, which end with status 2, never 1. */
import type { ErrorDocument } from '../documents/common.ts';
import { explained, StillrootError, systemCode } from '../errors.ts';
import { documentText } from '../json/document.ts';
import { RuleFileError } from '../rules/rule-file-error.ts';
import { STANDARD_INPUT } from '../system/streams.ts';
import { showText } from '../text/format.ts';
import { EXIT_TROUBLE, SignalExit } from './exit.ts';
import { guarded, printable, processTerminal, type Terminal } from './terminal.ts';

/**
 * The error that ends the program, in one line, followed by the line of a rule file, if any.
 *
 * @param isDebug whether the stack is of interest
 */
function failureText(error: unknown, isDebug: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  const isKnown = error instanceof StillrootError;
  const hint = isKnown || isDebug ? '' : ` This is a bug in stillroot; --debug shows where.`;
  // A dash alone reads badly at the start of a sentence.
  const isInput = isKnown && error.where?.split(': ')[0] === STANDARD_INPUT;
  const plain = isInput ? message.replace(STANDARD_INPUT, 'standard input') : message;
  const text = `stillroot: ${isKnown ? '' : 'internal error: '}${shownMessage(error, plain)}${hint}\n`;
  return isDebug && error instanceof Error ? `${text}${shownStack(error)}` : text;
}

/** An error in a rule file shows the line under its message. A name or an option in any message may hold line feeds. */
function shownMessage(error: unknown, message: string): string {
  if (!(error instanceof RuleFileError)) return showText(message);
  const { excerpt } = error;
  const lines = [message.slice(0, -excerpt.length - 1), ...excerpt.split('\n')];
  return lines.map(showText).join('\n');
}

/** The stack begins with the message, whose line feeds do not count as line ends. */
function shownStack({ name, message, stack = '' }: Error): string {
  const lines = stack.split('\n');
  const before = lines.findLastIndex((line) => !line.startsWith('    at '));
  return [`${name}: ${message}`, ...lines.slice(before + 1)].map((line) => `${showText(line)}\n`).join('');
}

/** The error as documents hold it. */
export function refusalOf({ code, where, hint, message }: StillrootError): ErrorDocument['error'] {
  return {
    code,
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
    message,
  };
}

/** Until the program ends: errors of callbacks and threads, and unhandled rejections. */
export function catchCrashes(argv: readonly string[]): void {
  const end = (error: unknown): never => {
    processTerminal().err(printable(failureText(explained(error), argv.includes('--debug'))));
    process.exit(EXIT_TROUBLE);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/**
 * Does the work of a command line. Errors are printed here and nowhere else.
 *
 * @param argv whether it is to be explained by a document or a stack
 * @param unguarded where output goes after it has been made printable
 * @returns the exit status
 */
export async function reported(
  argv: readonly string[],
  unguarded: Terminal,
  work: (terminal: Terminal) => number | Promise<number>,
): Promise<number> {
  const terminal = guarded(unguarded);
  try {
    return await work(terminal);
  } catch (error) {
    return report(explained(error), argv, terminal);
  }
}

function report(error: unknown, argv: readonly string[], terminal: Terminal): number {
  if (error instanceof SignalExit) return error.status;
  // The archive is incomplete, which the status says. What closed the pipe knows why: most programs die silently then.
  if (isReaderGone(error)) return EXIT_TROUBLE;
  if (argv.includes('--json')) printDocument(error, argv, terminal);
  terminal.err(failureText(error, argv.includes('--debug')));
  return EXIT_TROUBLE;
}

function isReaderGone(error: unknown): boolean {
  if (!(error instanceof StillrootError) || error.where !== 'standard output') return false;
  return systemCode(error.cause) === 'EPIPE';
}

function printDocument(error: unknown, argv: readonly string[], terminal: Terminal): void {
  const message = error instanceof Error ? error.message : String(error);
  const document: ErrorDocument = {
    schema: 'stillroot/error/1',
    error: error instanceof StillrootError ? refusalOf(error) : { code: 'internal', message },
  };
  // The archive may go to standard output.
  const isTaken = argv.some(
    (word, at) =>
      /^(-o-|--output=-)$/.test(word) || (word === '-' && /^(-o|--output)$/.test(argv[at - 1] ?? '')),
  );
  try {
    (isTaken ? terminal.err : terminal.out)(documentText(document));
  } catch (second) {
    // If standard output cannot be written to, that is either the error itself, or reported in addition.
    const said = second instanceof Error ? second.message : String(second);
    if (said !== message) terminal.err(failureText(second, false));
  }
}
