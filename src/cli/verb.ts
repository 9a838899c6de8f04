import type { Options, PositionalOptions } from 'yargs';
import type { Terminal } from './terminal.ts';

/** A row of the table of verbs. */
export interface Verb {
  /** As yargs reads it: `pack <source>`. */
  readonly usage: string;
  readonly describe: string;
  readonly load: () => Promise<VerbModule>;
}

/** What a verb's file provides: flags in, one call, a report out. */
export interface VerbModule {
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly options: Readonly<Record<string, Options>>;
  /** Command line without `stillroot`, and what it does. */
  readonly examples: readonly (readonly [command: string, text: string])[];
  /**
   * @param given names of the options that the user wrote; the others have their defaults
   * @returns the exit status
   */
  readonly run: (
    args: Record<string, unknown>,
    terminal: Terminal,
    given: ReadonlySet<string>,
  ) => Promise<number>;
}
