/**
 * What all calls of the library have in common: how they are monitored and aborted, and how their options are checked.
 */
import { outside } from '../app/outside.ts';
import { READ_OPTIONS } from '../app/work-options.ts';
import { StillrootError } from '../errors.ts';
import { type OptionRows, text, type Values } from '../settings/option.ts';
import {
  kindOf,
  type Plain,
  type PlainWords,
  parsePlain,
  plainWords,
  unknownKey,
} from '../settings/plain.ts';
import type { Outside, TREE_OPTIONS } from '../settings/resolve.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import type { Warning } from '../source/source.ts';
import { DEFAULT_SPOOL_DIRECTORY } from '../source/spool.ts';
import { showPath } from '../tree/path.ts';

/** The settings that decide which entries an image has and how they look; options left out have their defaults. */
export type TreeOptions = Plain<typeof TREE_OPTIONS>;

export interface PlainWarning {
  /** Stable, for programs. */
  readonly code: string;
  /** Relative to the root of the tree, with bytes that are not text as `\xNN`; empty for the tree as a whole. */
  readonly path: string;
  readonly message: string;
}

/** How a call is monitored and aborted. */
export interface WatchOptions {
  /** Aborts the call: it rejects with the reason of the signal, and leaves nothing partial. */
  readonly signal?: AbortSignal | undefined;
  /** Called with every warning once it is known; a result that lists warnings has the same ones. */
  readonly onWarning?: ((warning: PlainWarning) => void) | undefined;
}

/** How archives are read. */
export interface ReadingOptions {
  /** Limits of what an archive may demand, where they differ from the defaults. */
  readonly limits?: Partial<ReadLimits> | undefined;
  /** Directory for decompressed data; default `/var/tmp`. */
  readonly temporary?: string | undefined;
}

/** The rows of ReadingOptions. */
export const READING_ROWS = {
  limits: READ_OPTIONS.limit,
  temporary: text({
    option: 'temporary',
    group: 'Input',
    metavar: 'DIR',
    text: 'Directory for what has to be decompressed',
    defaultText: DEFAULT_SPOOL_DIRECTORY,
  }),
};

/** All callbacks that any call accepts. */
const CALLBACKS: ReadonlySet<string> = new Set([
  'onWarning',
  'onProgress',
  'onRecovered',
  'onInterrupted',
] as const);

interface Reading {
  readonly limits: Partial<ReadLimits>;
  readonly temporary: string;
  readonly signal?: AbortSignal;
}

export interface Call<Paths extends string, Rows extends OptionRows> {
  readonly paths: Readonly<Record<Paths, string>>;
  readonly values: Values<Rows>;
  /** How archives are read, as their readers take it; the defaults for calls without READING_ROWS. */
  readonly reading: Reading;
  /** The settings as they would be typed, for the manifest. */
  readonly words: PlainWords;
}

/**
 * Checks the options of a call before it does anything.
 *
 * @param paths keys of options that must name a file or directory
 * @param callbacks those of CALLBACKS that this call accepts
 * @throws StillrootError `usage`; whatever the signal was aborted with
 */
export function checkCall<const Paths extends string, Rows extends OptionRows>(
  options: object,
  paths: readonly Paths[],
  rows: Rows,
  callbacks: readonly string[] = ['onWarning'],
): Call<Paths, Rows> {
  const given = { ...options } as Record<string, unknown>;
  const known = [...paths, ...Object.keys(rows), 'signal', ...callbacks];
  for (const key of Object.keys(given)) if (!known.includes(key)) throw unknownKey(key, known);
  const named = Object.fromEntries(paths.map((key) => [key, pathOf(key, given[key])]));
  const plain = Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(rows, key)));
  for (const key of CALLBACKS) {
    if (given[key] === undefined || typeof given[key] === 'function') continue;
    throw new StillrootError('usage', `is ${kindOf(given[key])}, wanted a function`, { where: key });
  }
  const words = plainWords(rows, plain);
  const values = parsePlain(rows, words);
  const { limits, temporary = DEFAULT_SPOOL_DIRECTORY } = parsePlain(READING_ROWS, words);
  const { signal } = given;
  if (signal instanceof AbortSignal) signal.throwIfAborted();
  else if (signal !== undefined) {
    throw new StillrootError('usage', 'is not an AbortSignal', { where: 'signal' });
  }
  const reading = { limits, temporary, ...(signal === undefined ? {} : { signal }) };
  return { paths: named as Record<Paths, string>, values, reading, words };
}

function pathOf(key: string, value: unknown): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  const found = typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
  throw new StillrootError('usage', `is ${found}, wanted the path of a file or directory`, { where: key });
}

/** What settings take from outside: files, but not the environment. @param output determines the format by its name */
export function libraryOutside(output?: string): Outside {
  return { ...outside({ env: {} }, output), nameOf: (option) => option };
}

/** Seconds since 1970; only warnings depend on it. */
export function clock(): number {
  return Date.now() / 1000;
}

/** Passes warnings to the caller's `onWarning`, with paths made printable. */
export function tellWarnings(warnings: readonly Warning[], onWarning: WatchOptions['onWarning']): void {
  for (const { code, path, message } of warnings) onWarning?.({ code, path: showPath(path), message });
}
