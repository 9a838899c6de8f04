/** What nobody has caught: one line and status 2, never 1, which means that two sides differ. */
import { explained } from '../errors.ts';
import { EXIT_TROUBLE } from './exit.ts';
import { failureText } from './failure-text.ts';
import { printable } from './printable.ts';
import { processTerminal } from './terminal.ts';

/** Until the program ends: errors of callbacks, of threads, and promises that nobody waits for. */
export function catchCrashes(argv: readonly string[]): void {
  const end = (error: unknown): never => {
    processTerminal().err(printable(failureText(explained(error), argv.includes('--debug'))));
    process.exit(EXIT_TROUBLE);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
