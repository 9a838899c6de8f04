/**
 * Command-line options as rows of a table: how each is typed, its help text, and the value that a verb
 * receives. Help, completion, the manual page and validation are made from such tables; no text is parsed twice.
 */
import { StillrootError } from '../errors.ts';
import { suggest } from '../rules/suggest.ts';

/** Sections of help, in order. */
export const GROUPS = [
  'Runs',
  'Output',
  'Compression and cache',
  'Rules',
  'Times and owners',
  'Input',
  'Reports',
  'Manifest and provenance',
  'Bootstrap',
  'Container image',
  'OS package',
  'Common',
] as const;
export type Group = (typeof GROUPS)[number];

/** The raw value of an option on the command line; undefined where it was not given. */
export type Given = boolean | number | string | readonly (string | false)[] | undefined;

/**
 * What a word names: an `input`, which is a file or directory that is read, or `-` or a pipe in its place; a
 * `small-input`, which system/named-file.ts reads, pipes as well; another file, such as an output; a directory; an entry of the archive that is the first argument; or one of the words of a list. A word of a
 * list that ends in `=` or `:` is only begun by it.
 */
export type Completes =
  | 'input'
  | 'small-input'
  | 'file'
  | 'directory'
  | 'entry'
  | (() => readonly string[] | Promise<readonly string[]>);

export interface Option<T> {
  /** Without the leading hyphens. */
  readonly option: string;
  /** One letter. */
  readonly alias?: string;
  readonly group: Group;
  /** One line of help. */
  readonly text: string;
  /** Name of the value in help: `FILE`, `N`. Undefined for flags. */
  readonly metavar?: string;
  /** The only allowed values. */
  readonly choices?: readonly string[];
  /** The default as help shows it. */
  readonly defaultText?: string;
  /** What a value is, for completion; undefined where `choices` say it, and for free text. */
  readonly completes?: Completes;
  /** A value to show where it is missing. */
  readonly example?: string;
  /** How often it may be given, and whether it takes a value. */
  readonly kind: 'flag' | 'count' | 'value' | 'list';
  readonly isRequired?: boolean;
  /** Whether `--no-NAME` means none. */
  readonly canBeNone?: boolean;
  /** The separator between the halves of each value, for a list of pairs. */
  readonly pairs?: ':' | '=';
  /**
   * @param where for messages, such as `--level`
   * @throws StillrootError `usage`
   */
  readonly parse: (given: Given, where: string) => T;
}

/** The value of an option. */
export type ValueOf<O> = O extends Option<infer T> ? T : never;

export type OptionRows = Readonly<Record<string, Option<unknown>>>;

/** The values of a table of options, by the keys of the table. */
export type Values<Rows extends OptionRows> = { readonly [Key in keyof Rows]: ValueOf<Rows[Key]> };

type Words = Pick<Option<unknown>, 'option' | 'alias' | 'group' | 'text' | 'completes'>;
type ValueWords = Words & { readonly metavar: string; readonly defaultText?: string };

/** True where it is given; `--no-NAME` is false. */
export function flag(words: Words, standard: boolean = false): Option<boolean> {
  return { ...words, kind: 'flag', parse: (given) => (typeof given === 'boolean' ? given : standard) };
}

/** Undefined where neither it nor `--no-NAME` is given. */
export function optionalFlag(words: Words): Option<boolean | undefined> {
  return { ...words, kind: 'flag', parse: (given) => (typeof given === 'boolean' ? given : undefined) };
}

/** How often it is given. */
export function count(words: Words): Option<number> {
  return { ...words, kind: 'count', parse: (given) => (typeof given === 'number' ? given : 0) };
}

/** An option that takes one of `choices`; `standard` where it is not given. */
export function choice<const T extends string>(
  words: Words & { readonly metavar?: string },
  choices: readonly T[],
  standard: NoInfer<T>,
): Option<T> {
  return {
    metavar: 'HOW',
    ...words,
    kind: 'value',
    choices,
    defaultText: standard,
    parse: (given, where) => (given === undefined ? standard : oneOf(given, choices, where)),
  };
}

/** An option that takes one of `choices`, or is not given. */
export function optionalChoice<const T extends string>(
  words: Words & { readonly metavar?: string },
  choices: readonly T[],
): Option<T | undefined> {
  return {
    metavar: 'NAME',
    ...words,
    kind: 'value',
    choices,
    parse: (given, where) => (given === undefined ? undefined : oneOf(given, choices, where)),
  };
}

/** @throws StillrootError `usage` */
export function oneOf<T extends string>(given: Given, choices: readonly T[], where: string): T {
  const found = choices.find((each) => each === given);
  if (found !== undefined) return found;
  const meant = suggest(String(given), choices);
  throw new StillrootError('usage', `invalid value ${JSON.stringify(given)}, wanted ${choices.join(', ')}`, {
    where,
    ...(meant === undefined ? {} : { hint: `Did you mean '${meant}'?` }),
  });
}

/** An option with any text, or not given. */
export function text(words: ValueWords): Option<string | undefined> {
  return { ...words, kind: 'value', parse: (given) => (typeof given === 'string' ? given : undefined) };
}

/**
 * An option with any text that must be given.
 * @throws StillrootError `usage` without it
 */
export function requiredText(words: ValueWords & { readonly example: string }): Option<string> {
  return {
    ...words,
    kind: 'value',
    isRequired: true,
    parse: (given) => {
      if (typeof given === 'string') return given;
      throw missingOption(words);
    },
  };
}

/** @param hint what was probably meant */
export function missingOption(
  row: Omit<Words, 'group' | 'text'> & Pick<Option<unknown>, 'metavar' | 'example'>,
  hint?: string,
): StillrootError {
  const { option, alias, metavar, example } = row;
  const name = alias === undefined ? `--${option}` : `-${alias}`;
  return new StillrootError('usage', `missing ${name} ${metavar}, for example ${name} ${example}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A value parsed by a given function. */
export function parsed<T>(
  words: ValueWords,
  parse: (given: string | undefined, where: string) => T,
): Option<T> {
  return {
    ...words,
    kind: 'value',
    parse: (given, where) => parse(typeof given === 'string' ? given : undefined, where),
  };
}

/** A file or a name, or false for `--no-NAME`; undefined where neither was given. */
export function textOrNone(words: ValueWords): Option<string | false | undefined> {
  return {
    ...words,
    kind: 'value',
    canBeNone: true,
    parse: (given) => (typeof given === 'string' || given === false ? given : undefined),
  };
}

/** Repeatable; values in the order given. */
export function list<T = readonly string[]>(
  words: ValueWords & Pick<Option<unknown>, 'pairs'>,
  parse: (given: readonly string[], where: string) => T = (given) => given as T,
): Option<T> {
  return { ...words, kind: 'list', parse: (given, where) => parse(Array.isArray(given) ? given : [], where) };
}

/** @throws StillrootError `usage` */
export function parseOptions<Rows extends OptionRows>(
  rows: Rows,
  given: Readonly<Record<string, unknown>>,
): Values<Rows> {
  return Object.fromEntries(
    Object.entries(rows).map(([key, { option, parse }]) => [
      key,
      parse(given[option] as Given, `--${option}`),
    ]),
  ) as Values<Rows>;
}
