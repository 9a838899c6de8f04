/**
 * Options as a program passes them: plain values by the keys of a table of options. They are checked by the functions that
 * check the command line, and yield the same values, so that a manifest records them in the same way.
 */
import { StillrootError } from '../errors.ts';
import type { PolicyChoice } from '../rules/policies.ts';
import { didYouMean } from '../rules/suggest.ts';
import type { Given, Option, OptionRows, Values } from './option.ts';

/** Maps and policies are plain objects here; everything else has the type that its option yields. */
type PlainValue<T> =
  T extends ReadonlyMap<number, number>
    ? Readonly<Record<number, number>>
    : T extends ReadonlyMap<string, string>
      ? Readonly<Record<string, string>>
      : T extends readonly PolicyChoice[]
        ? Readonly<Record<string, string>>
        : T;

/** What a program may pass for a table of options; omitted ones have the option's default. */
export type Plain<Rows extends OptionRows> = {
  readonly [Key in keyof Rows]?: Rows[Key] extends Option<infer T> ? PlainValue<T> | undefined : never;
};

/** The equivalent command-line values, by name of the option; undefined where not given. */
export type PlainWords = Readonly<Record<string, Given>>;

/**
 * @param plain has only keys of the rows
 * @throws StillrootError `usage` for an unknown key and a value of the wrong type
 */
export function plainWords(rows: OptionRows, plain: Readonly<Record<string, unknown>>): PlainWords {
  return Object.fromEntries(
    Object.entries(plain).flatMap(([key, value]) => {
      const row = Object.hasOwn(rows, key) ? rows[key] : undefined;
      if (row === undefined) throw unknownKey(key, Object.keys(rows));
      if (value === undefined) return [];
      const word = wordOf(key, row, value);
      // An empty list means nothing, and cannot be expressed on a command line.
      return Array.isArray(word) && word.length === 0 ? [] : [[row.option, word] as const];
    }),
  );
}

/** @throws StillrootError `usage`; its `where` is the key */
export function parsePlain<Rows extends OptionRows>(rows: Rows, words: PlainWords): Values<Rows> {
  return Object.fromEntries(
    Object.entries(rows).map(([key, { option, parse }]) => [key, parse(words[option], key)]),
  ) as Values<Rows>;
}

/** @param known keys of the options that exist */
export function unknownKey(key: string, known: readonly string[]): StillrootError {
  return new StillrootError('usage', 'unknown option', {
    where: key,
    hint: didYouMean(key, known, 'options'),
  });
}

function wordOf(key: string, row: Option<unknown>, value: unknown): Given {
  const { kind, pairs } = row;
  if (kind === 'flag') return typeof value === 'boolean' ? value : refuse(key, value, 'true or false');
  if (kind === 'list' && pairs !== undefined) {
    if (!isRecord(value)) return refuse(key, value, 'an object');
    return Object.entries(value).map(([name, each]) => `${name}${pairs}${textOf(key, each)}`);
  }
  if (kind === 'list') {
    if (Array.isArray(value)) return value.map((each) => oneOf(key, row, each));
    return refuse(key, value, 'an array of texts');
  }
  return oneOf(key, row, value);
}

/** `false` for none, as `--no-NAME`. */
function oneOf(key: string, row: Option<unknown>, value: unknown): string | false {
  return value === false && row.canBeNone === true ? false : textOf(key, value);
}

function textOf(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : refuse(key, value, 'a text or a number');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(key: string, value: unknown, wanted: string): never {
  throw new StillrootError('usage', `is ${kindOf(value)}, wanted ${wanted}`, { where: key });
}

/** The kind of a value, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
