/** Defines verbs, and how words become typed arguments. */

import { documentText } from '../json/document.ts';
import type { Block } from '../report/document.ts';
import {
  type Completes,
  choice,
  count,
  flag,
  type Given,
  type Option,
  type OptionRows,
  oneOf,
  optionalFlag,
  parseOptions,
  type Values,
} from '../settings/option.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import { isStream, STANDARD_INPUT } from '../system/streams.ts';
import { showText } from '../text/format.ts';
import { type ColorChoice, makePaint, type Terminal } from './terminal.ts';

/** Options of every verb. */
export const GLOBAL_OPTIONS = {
  json: flag({ option: 'json', group: 'Common', text: 'Print one JSON document on standard output' }),
  quiet: flag({ option: 'quiet', alias: 'q', group: 'Common', text: 'Print errors only' }),
  verbose: count({
    option: 'verbose',
    alias: 'v',
    group: 'Common',
    text: 'Show more details; -vv lists every path',
  }),
  color: choice(
    { option: 'color', group: 'Common', metavar: 'WHEN', text: 'Use colours in reports' },
    ['auto', 'always', 'never'],
    'auto',
  ),
  progress: optionalFlag({
    option: 'progress',
    group: 'Common',
    text: 'Show progress (default: on a terminal); --no-progress disables it',
  }),
  debug: flag({ option: 'debug', group: 'Common', text: 'Show the stack trace of an error' }),
};

export type GlobalArguments = Values<typeof GLOBAL_OPTIONS>;

/** An argument that has no name on the command line. */
export interface Positional<T> {
  readonly text: string;
  readonly choices?: readonly string[];
  /** As for options; by the first argument where that decides. */
  readonly completes?: Completes | Readonly<Record<string, Completes>>;
  readonly isRequired?: boolean;
  /** An option without which it is required. */
  readonly unless?: string;
  readonly isList?: boolean;
  /** @param where for messages */
  readonly parse: (given: Given, where: string) => T;
}

export type PositionalRows = Readonly<Record<string, Positional<unknown>>>;
type PositionalValues<Rows extends PositionalRows> = {
  readonly [Key in keyof Rows]: Rows[Key] extends Positional<infer T> ? T : never;
};

type Completion = Pick<Positional<unknown>, 'completes' | 'unless'>;

/** An optional positional argument. */
export function word(text: string, completion: Completion = {}): Positional<string | undefined> {
  return { text, ...completion, parse: (given) => (typeof given === 'string' ? given : undefined) };
}

/** A required positional argument. */
export function requiredWord(text: string, completion: Completion = {}): Positional<string> {
  return {
    text,
    ...completion,
    isRequired: true,
    parse: (given) => (typeof given === 'string' ? given : ''),
  };
}

/** Any number of positional arguments, in order. */
export function words(text: string, completion: Completion = {}): Positional<readonly string[]> {
  return { text, ...completion, isList: true, parse: (given) => (Array.isArray(given) ? given : []) };
}

/** A positional argument that must be one of `choices`. */
export function chosenWord<const T extends string>(text: string, choices: readonly T[]): Positional<T> {
  return { text, isRequired: true, choices, parse: (given, where) => oneOf(given, choices, where) };
}

/** Sections of the list of verbs, in order. */
export const VERB_GROUPS = ['Make an image', 'Look into one', 'Compare', 'Other'] as const;

/** A row of the table of verbs. */
export interface Verb {
  /** Its name, arguments and required options: `pack SOURCE -o FILE`. */
  readonly usage: string;
  readonly group: (typeof VERB_GROUPS)[number];
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
  /** What was probably meant by arguments of which there are too many, or by those given without a required option. */
  readonly guess?: Guess;
  readonly foreign?: Foreign;
  /** @returns the exit status */
  readonly run: (words: Words, terminal: Terminal) => Promise<number>;
}

/** Letters of tar and the like that do not exist here, and what to type instead. */
export interface Foreign {
  readonly letters: string;
  readonly hint: string;
}

/**
 * @param args all arguments as typed
 * @param isGiven whether an option was given, by its name
 * @returns what to type instead
 */
export type Guess = (args: readonly string[], isGiven: (option: string) => boolean) => string | undefined;

/** The arguments of a verb with these tables. */
export type Arguments<Positionals extends PositionalRows, Options extends OptionRows> = GlobalArguments &
  PositionalValues<Positionals> &
  Values<Options>;

/** Connects the tables of a verb with the arguments that its function receives. */
export function defineVerb<const Positionals extends PositionalRows, const Options extends OptionRows>(verb: {
  readonly positionals: Positionals;
  readonly options: Options;
  readonly examples: VerbModule['examples'];
  readonly guess?: Guess;
  readonly foreign?: Foreign;
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
        Object.entries(verb.positionals).map(([name, { parse }]) => [
          name,
          parse(words[name] as Given, name.toUpperCase()),
        ]),
      );
      const options = parseOptions({ ...GLOBAL_OPTIONS, ...verb.options }, words);
      const args = { ...positionals, ...options } as Arguments<Positionals, Options>;
      return withInputs(verb, words, args, terminal, async () => {
        const outcome = await verb.run(args, terminal, words);
        if (typeof outcome === 'number') return outcome;
        await printOutcome(outcome, args, terminal);
        return outcome.status;
      });
    },
  };
}

function isByFirst(
  completes: Positional<unknown>['completes'],
): completes is Readonly<Record<string, Completes>> {
  return typeof completes === 'object';
}

/** Copies those inputs that are streams. */
async function withInputs(
  { positionals, options }: Pick<VerbModule, 'positionals' | 'options'>,
  words: Words,
  args: object,
  terminal: Terminal,
  work: () => Promise<number>,
): Promise<number> {
  const rows: (readonly [name: string, completes: Positional<unknown>['completes']])[] = [
    ...Object.entries(positionals).map(([name, { completes }]) => [name, completes] as const),
    ...Object.values(options).map(({ option, completes }: Option<unknown>) => [option, completes] as const),
  ];
  const first = String(words[Object.keys(positionals)[0] ?? '']);
  const placeOf = (completes: Positional<unknown>['completes']): unknown =>
    isByFirst(completes) ? completes[first] : completes;
  const streams = rows
    // Of several arguments only one is an input; an option may be repeated.
    .flatMap(([name, completes]) => {
      const given = isByFirst(completes) ? [words[name]].flat().slice(0, 1) : [words[name]].flat();
      return given.map((each) => [each, placeOf(completes)] as const);
    })
    .flatMap(([name, place]) => {
      if (typeof name !== 'string') return [];
      const isCopied =
        place === 'input' ? isStream(name) : place === 'small-input' && name === STANDARD_INPUT;
      return isCopied ? [name] : [];
    });
  if (streams.length === 0) return work();
  const { withStreams } = await import('../source/copied-streams.ts');
  const limit = (args as { readonly limit?: Partial<ReadLimits> }).limit?.streamSize;
  const { input, isInTerminal, env } = terminal;
  return withStreams(streams, { input, isInTerminal, temporary: env.TMPDIR, limit }, work);
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
  const isTerminal = toErr ? terminal.isErrTerminal : terminal.isOutTerminal;
  const paint = makePaint(color, terminal, isTerminal);
  // Loaded only now: --version, help and --json print no report.
  const { renderTerminal } = await import('../report/terminal.ts');
  print(renderTerminal(blocks, paint, isTerminal ? terminal.columns : undefined));
  if (!quiet) printWarnings(warnings, terminal);
}

/** A program with a command line: stillroot with all its verbs, or a single verb. */
export interface Program {
  readonly name: string;
  /** The head of its help: its usage and purpose. */
  readonly about: string;
  readonly verbs: readonly Verb[];
  /** What a newcomer should try, and what it does. */
  readonly start?: readonly (readonly [command: string, text: string])[];
  /** There is one verb, which the command line does not name. */
  readonly isSingle: boolean;
}

/** How help calls an argument: one of several by itself. */
export function argumentName(name: string, { isList }: Pick<Positional<unknown>, 'isList'>): string {
  return (isList === true ? name.replace(/s$/, '') : name).toUpperCase();
}

export function verbName({ usage }: Pick<Verb, 'usage'>): string {
  return usage.split(' ')[0] as string;
}
