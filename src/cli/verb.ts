/** Defines verbs, and how words become typed arguments. */

import { documentText } from '../json/document.ts';
import type { Block } from '../report/document.ts';
import {
  choice,
  count,
  flag,
  type Given,
  type OptionRows,
  optionalFlag,
  parseOptions,
  type Values,
} from '../settings/option.ts';
import { showText } from '../text/format.ts';
import { type ColorChoice, makePaint, type Terminal } from './terminal.ts';

/** Options of every verb. */
export const GLOBAL_OPTIONS = {
  json: flag({ option: 'json', group: 'General', text: 'Print one JSON document on standard output' }),
  quiet: flag({ option: 'quiet', alias: 'q', group: 'General', text: 'Print errors only' }),
  verbose: count({
    option: 'verbose',
    alias: 'v',
    group: 'General',
    text: 'Show more details; -vv lists every path',
  }),
  color: choice(
    { option: 'color', group: 'General', metavar: 'WHEN', text: 'Use colours in reports' },
    ['auto', 'always', 'never'],
    'auto',
  ),
  progress: optionalFlag({
    option: 'progress',
    group: 'General',
    text: 'Show progress (default: on a terminal); --no-progress disables it',
  }),
  debug: flag({ option: 'debug', group: 'General', text: 'Show the stack trace of an error' }),
};

export type GlobalArguments = Values<typeof GLOBAL_OPTIONS>;

/** An argument that has no name on the command line. */
export interface Positional<T> {
  readonly text: string;
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
  readonly isList?: boolean;
  readonly parse: (given: Given) => T;
}

export type PositionalRows = Readonly<Record<string, Positional<unknown>>>;
type PositionalValues<Rows extends PositionalRows> = {
  readonly [Key in keyof Rows]: Rows[Key] extends Positional<infer T> ? T : never;
};

/** An optional positional argument. */
export function word(text: string): Positional<string | undefined> {
  return { text, parse: (given) => (typeof given === 'string' ? given : undefined) };
}

/** A required positional argument. */
export function requiredWord(text: string): Positional<string> {
  return { text, isRequired: true, parse: (given) => (typeof given === 'string' ? given : '') };
}

/** Any number of positional arguments, in order. */
export function words(text: string): Positional<readonly string[]> {
  return { text, isList: true, parse: (given) => (Array.isArray(given) ? given : []) };
}

/** A positional argument that must be one of `choices`. */
export function chosenWord<const T extends string>(text: string, choices: readonly T[]): Positional<T> {
  return { text, isRequired: true, choices, parse: (given) => given as T };
}

/** A row of the table of verbs. */
export interface Verb {
  /** As yargs reads it: `pack <source>`. */
  readonly usage: string;
  readonly describe: string;
  readonly load: () => Promise<VerbModule>;
}

/** The user's input, by the names of options and arguments; undefined for what was not given. */
export type Words = Readonly<Record<string, unknown>>;

/** What a verb's file provides. */
export interface VerbModule {
  readonly positionals: PositionalRows;
  readonly options: OptionRows;
  /** Command line without `stillroot`, and what it does. */
  readonly examples: readonly (readonly [command: string, text: string])[];
  /** @returns the exit status */
  readonly run: (words: Words, terminal: Terminal) => Promise<number>;
}

/** The arguments of a verb with these tables. */
export type Arguments<Positionals extends PositionalRows, Options extends OptionRows> = GlobalArguments &
  PositionalValues<Positionals> &
  Values<Options>;

/** Connects the tables of a verb with the arguments that its function receives. */
export function defineVerb<const Positionals extends PositionalRows, const Options extends OptionRows>(verb: {
  readonly positionals: Positionals;
  readonly options: Options;
  readonly examples: VerbModule['examples'];
  /** @returns the outcome, or the exit status of a verb that prints while it works */
  readonly run: (
    args: Arguments<Positionals, Options>,
    terminal: Terminal,
    words: Words,
  ) => Outcome | number | Promise<Outcome | number>;
}): VerbModule {
  return {
    ...verb,
    run: async (words, terminal) => {
      const positionals = Object.fromEntries(
        Object.entries(verb.positionals).map(([name, { parse }]) => [name, parse(words[name] as Given)]),
      );
      const options = parseOptions({ ...GLOBAL_OPTIONS, ...verb.options }, words);
      const args = { ...positionals, ...options } as Arguments<Positionals, Options>;
      const outcome = await verb.run(args, terminal, words);
      if (typeof outcome === 'number') return outcome;
      await printOutcome(outcome, args, terminal);
      return outcome.status;
    },
  };
}

/** The outcome of a verb, and the one place that prints it. */
export interface Outcome {
  /** The exit status. */
  readonly status: number;
  /** What --json prints. */
  readonly document: () => object;
  readonly report: () => readonly Block[];
  /** Whether the report itself is the answer to the request, which --quiet does not hide. */
  readonly isAnswer?: boolean;
  /** The part of the report that --quiet does not hide; it goes to standard error. */
  readonly essentials?: () => readonly Block[];
  /** Printed to standard error after the report, unless suppressed. */
  readonly warnings?: readonly string[];
  /** Whether standard output holds an archive, so that reports go to standard error. */
  readonly isOutTaken?: boolean;
}

/** Prints messages to standard error, a line each, escaped for a terminal. */
export function printWarnings(messages: readonly string[], terminal: Terminal): void {
  for (const message of messages) terminal.err(`stillroot: warning: ${showText(message)}\n`);
}

/**
 * Prints what a verb returned: its report or, with `--json`, its document; the only place that prints
 * results.
 */
async function printOutcome(
  { document, report, isAnswer = false, essentials, warnings = [], isOutTaken = false }: Outcome,
  { json, quiet, color }: { readonly json: boolean; readonly quiet: boolean; readonly color: ColorChoice },
  terminal: Terminal,
): Promise<void> {
  const isHidden = quiet && !isAnswer;
  const toErr = isOutTaken || (isHidden && !json);
  const print = toErr ? terminal.err : terminal.out;
  if (json) {
    print(documentText(document()));
    return;
  }
  const blocks = isHidden ? (essentials?.() ?? []) : report();
  if (blocks.length === 0) return;
  const paint = makePaint(color, terminal, toErr ? terminal.isErrTerminal : terminal.isOutTerminal);
  // Loaded only now: --version, help and --json print no report.
  const { renderTerminal } = await import('../report/terminal.ts');
  print(renderTerminal(blocks, paint, terminal.columns));
  if (!quiet) printWarnings(warnings, terminal);
}

/** A program with a command line: stillroot with all its verbs, or a single verb. */
export interface Program {
  readonly name: string;
  /** The head of its help: its usage and purpose. */
  readonly about: string;
  readonly verbs: readonly Verb[];
  /** There is one verb, which the command line does not name. */
  readonly isSingle: boolean;
}
