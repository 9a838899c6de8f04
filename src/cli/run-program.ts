/** The door of the programs: errors and the version are printed here; what parses words is loaded only for other calls. */
import type { ErrorDocument } from '../documents/common.ts';
import { explained, StillrootError, systemCode } from '../errors.ts';
import { documentText } from '../json/document.ts';
import { EXIT_OK, EXIT_TROUBLE, SignalExit } from './exit.ts';
import { failureText, refusalOf } from './failure-text.ts';
import { guarded, type Terminal } from './terminal.ts';
import type { Program } from './verb.ts';

/**
 * Runs one command line and returns its exit status. Errors are printed here and nowhere else.
 *
 * @param argv without the names of node and script
 * @param unguarded where output goes after it has been made printable
 */
export async function runProgram(
  program: Program,
  argv: readonly string[],
  unguarded: Terminal,
): Promise<number> {
  const terminal = guarded(unguarded);
  const words = withoutEndOfOptions(argv);
  try {
    return await run(program, words, terminal);
  } catch (error) {
    return report(explained(error), words, terminal);
  }
}

/**
 * What follows `--` is an argument, even if it begins with a dash. Such words get a directory in front, as every argument is
 * a path where that matters, and programs that receive it do not take it for an option either.
 */
function withoutEndOfOptions(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  if (end === -1) return argv;
  const after = argv.slice(end + 1);
  return [...argv.slice(0, end), ...after.map((word) => (/^-./.test(word) ? `./${word}` : word))];
}

async function run(program: Program, argv: readonly string[], terminal: Terminal): Promise<number> {
  if (asksForVersion(program, argv)) {
    const { versionDocument, versionText } = await import('./version.ts');
    const isJson = argv.includes('--json');
    terminal.out(isJson ? documentText(versionDocument()) : `${versionText()}\n`);
    return EXIT_OK;
  }
  const { CommandLine } = await import('./command-line.ts');
  return new CommandLine(program, argv, terminal).run();
}

/** Anywhere, as an option; as a command if there is nothing else but options. */
function asksForVersion({ isSingle }: Program, argv: readonly string[]): boolean {
  if (argv.includes('--help') || argv.includes('-h')) return false;
  if (argv.includes('--version') || argv.includes('-V')) return true;
  return !isSingle && argv[0] === 'version' && argv.slice(1).every((word) => word === '--json');
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
