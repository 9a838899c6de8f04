/**
 * Command-line options as rows of a table: how each is typed, its help text, and the value that a verb
 * receives. Help, completion, the manual page and validation are made from such tables; no text is parsed twice.
 */
import { StillrootError } from '../errors.ts';
import { MAX_EPOCH } from '../normalize/mtime.ts';
import { NO_ID } from '../normalize/owner.ts';
import type { PolicyChoice } from '../rules/policies.ts';

/** Sections of help, in order. */
export const GROUPS = [
  'Output',
  'Rules',
  'Metadata',
  'Input',
  'Compression and cache',
  'Build',
  'Attestation',
  'OS package',
  'Reports',
  'General',
] as const;
export type Group = (typeof GROUPS)[number];

/** The raw value of an option on the command line; undefined where it was not given. */
export type Given = boolean | number | string | readonly string[] | undefined;

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

type Words = Pick<Option<unknown>, 'option' | 'alias' | 'group' | 'text'>;
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

function oneOf<T extends string>(given: Given, choices: readonly T[], where: string): T {
  const found = choices.find((each) => each === given);
  if (found !== undefined) return found;
  throw new StillrootError('usage', `invalid value ${JSON.stringify(given)}, wanted ${choices.join(', ')}`, {
    where,
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
export function requiredText(words: ValueWords): Option<string> {
  return {
    ...words,
    kind: 'value',
    isRequired: true,
    parse: (given, where) => {
      if (typeof given === 'string') return given;
      throw new StillrootError('usage', `missing ${where} ${words.metavar}`);
    },
  };
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

/** A file, or false for `--no-NAME`; undefined where neither was given. */
export function fileOrNone(words: ValueWords): Option<string | false | undefined> {
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

/** Values as users type them. */

/**
 * Numbers as users type them: only decimal digits. `1e3`, `0x10`, ` 5` and the empty
 * string are refused rather than guessed at.
 */
export function parseWhole(where: string, text: string, minimum: number, maximum: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new StillrootError(
    'usage',
    `invalid value ${JSON.stringify(text)}, wanted a whole number from ${minimum} to ${maximum}`,
    {
      where,
    },
  );
}

/**
 * Seconds since 1970, 0 to 2^32-1.
 * @throws StillrootError `usage`
 */
export function parseEpoch(where: string, text: string): number {
  return parseWhole(where, text, 0, MAX_EPOCH);
}

/** The value of `$SOURCE_DATE_EPOCH`, or 0 where it is not set. The specification requires a malformed variable to fail the build. */
export function epochOf(variable: string | undefined): number {
  return variable === undefined || variable === '' ? 0 : parseEpoch('SOURCE_DATE_EPOCH', variable);
}

/** `FROM:TO` pairs of ids; each FROM once. */
export function parseIdMap(option: string, pairs: readonly string[]): Map<number, number> {
  const map = new Map<number, number>();
  for (const pair of pairs) {
    const [from, to, ...rest] = pair.split(':');
    if (from === undefined || to === undefined || rest.length > 0) {
      throw new StillrootError('usage', `invalid value ${JSON.stringify(pair)}, wanted two ids as FROM:TO`, {
        where: option,
      });
    }
    const id = parseWhole(option, from, 0, NO_ID);
    if (map.has(id)) {
      throw new StillrootError('usage', `maps ${id} twice`, { where: option, hint: 'Give each id once.' });
    }
    map.set(id, parseWhole(option, to, 0, NO_ID - 1));
  }
  return map;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Bytes: a whole number, alone or with K, M, G or T for powers of 1024. */
export function parseByteCount(where: string, text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([KMGT]?)$/.exec(text) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? 1);
  if (digits !== '' && Number.isSafeInteger(value)) return value;
  throw new StillrootError(
    'usage',
    `invalid value ${JSON.stringify(text)}, wanted a size such as 500M or 2G`,
    { where },
  );
}

/** `NAME=VALUE` choices, in order. */
export function parsePolicies(option: string, choices: readonly string[]): PolicyChoice[] {
  return choices.map((choice) => {
    const equals = choice.indexOf('=');
    if (equals > 0) return { name: choice.slice(0, equals), value: choice.slice(equals + 1), where: option };
    throw new StillrootError('usage', `invalid value ${JSON.stringify(choice)}, wanted NAME=VALUE`, {
      where: option,
      hint: 'stillroot rules list shows the policies.',
    });
  });
}
