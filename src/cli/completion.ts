/** What completion scripts know: the tables of verbs and options, with the words that each value may be. */
import type { Completes, Option } from '../settings/option.ts';
import { argumentName, GLOBAL_OPTIONS, type Program, verbName } from './verb.ts';

/** What may be in a place of a command line. */
export type Place = 'path' | 'directory' | 'entry' | 'text' | { readonly words: readonly string[] };

export interface CompletedOption {
  readonly option: string;
  readonly alias: string | undefined;
  readonly text: string;
  /** Undefined for flags. */
  readonly value: { readonly name: string; readonly place: Place } | undefined;
  readonly isRepeatable: boolean;
  /** Whether `--no-NAME` exists. */
  readonly canBeNone: boolean;
}

export interface CompletedArgument {
  readonly name: string;
  readonly isList: boolean;
  readonly place: Place;
  /** By the first argument, where that decides. */
  readonly byFirst: Readonly<Record<string, Place>>;
}

export interface CompletedVerb {
  readonly verb: string;
  readonly describe: string;
  readonly options: readonly CompletedOption[];
  readonly args: readonly CompletedArgument[];
}

/** What the scripts know about each verb. */
export async function completedVerbs({ verbs }: Program): Promise<readonly CompletedVerb[]> {
  return Promise.all(
    verbs.map(async (verb) => {
      const { positionals, options } = await verb.load();
      const rows: readonly Option<unknown>[] = [...Object.values(options), ...Object.values(GLOBAL_OPTIONS)];
      const args = Object.entries(positionals).map(async ([name, row]): Promise<CompletedArgument> => {
        const { choices, completes, isList = false } = row;
        const byFirst = typeof completes === 'object' ? Object.entries(completes) : [];
        const places = byFirst.map(async ([first, each]) => [first, await placeOf(undefined, each)] as const);
        return {
          name: argumentName(name, row),
          isList,
          place: typeof completes === 'object' ? 'text' : await placeOf(choices, completes),
          byFirst: Object.fromEntries(await Promise.all(places)),
        };
      });
      return {
        verb: verbName(verb),
        describe: verb.describe,
        options: [...(await Promise.all(rows.map(completedOption))), HELP],
        args: await Promise.all(args),
      };
    }),
  );
}

/** Options that every verb has, and that may be before it. */
export function commonOptions(verbs: readonly CompletedVerb[]): readonly CompletedOption[] {
  const all = Object.values(GLOBAL_OPTIONS).map(({ option }) => option as string);
  return (verbs[0]?.options ?? []).filter(({ option }) => all.includes(option));
}

const HELP: CompletedOption = {
  option: 'help',
  alias: 'h',
  text: 'Explain the command',
  value: undefined,
  isRepeatable: false,
  canBeNone: false,
};

async function completedOption(row: Option<unknown>): Promise<CompletedOption> {
  const { option, alias, text, kind, metavar, choices, completes, canBeNone = false } = row;
  const takesValue = kind === 'value' || kind === 'list';
  return {
    option,
    alias,
    text,
    value: takesValue ? { name: metavar ?? 'VALUE', place: await placeOf(choices, completes) } : undefined,
    isRepeatable: kind === 'list' || kind === 'count',
    canBeNone,
  };
}

async function placeOf(
  choices: readonly string[] | undefined,
  completes: Completes | undefined,
): Promise<Place> {
  if (choices !== undefined) return { words: choices };
  if (completes === undefined) return 'text';
  if (typeof completes === 'function') return { words: await completes() };
  return completes === 'directory' || completes === 'entry' ? completes : 'path';
}
