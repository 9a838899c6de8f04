/** Values as users type them. */
import { StillrootError } from '../errors.ts';
import { MAX_EPOCH } from '../normalize/mtime.ts';
import { NO_ID } from '../normalize/owner.ts';
import { levelRange, levelsText } from '../pack/formats.ts';
import type { PolicyChoice } from '../rules/policies.ts';

/**
 * Numbers as users type them: only decimal digits. `1e3`, `0x10`, ` 5` and the empty
 * string are refused rather than guessed at.
 */
export function parseWhole(
  where: string,
  text: string,
  minimum: number,
  maximum: number,
  /** What follows the range in the message. */
  suffix = '',
): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new StillrootError(
    'usage',
    `invalid value ${JSON.stringify(text)}, wanted a whole number from ${minimum} to ${maximum}${suffix}`,
    {
      where,
    },
  );
}

/**
 * A compression level of any format; which ones the format of the output has is checked when that is known.
 * @throws StillrootError `usage`
 */
export function parseLevel(where: string, text: string): number {
  const { minimum, maximum } = levelRange();
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new StillrootError(
    'usage',
    `invalid value ${JSON.stringify(text)}, wanted a whole number: ${levelsText()}`,
    { where },
  );
}

/**
 * Seconds since 1970, 0 to 2^32-1.
 * @throws StillrootError `usage`
 */
export function parseEpoch(where: string, text: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= MAX_EPOCH) return value;
  throw new StillrootError(
    'usage',
    `invalid value ${JSON.stringify(text)}, wanted seconds since 1970, a whole number from 0 to ${MAX_EPOCH}`,
    { where, ...epochHint(text, value) },
  );
}

/** How to get there from a date, from milliseconds, and from what a shell did not replace. */
function epochHint(text: string, value: number): { readonly hint?: string } {
  const date = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?Z?$/.exec(text)?.[0];
  if (date !== undefined) {
    const seconds = Date.parse(date.length === 10 || date.endsWith('Z') ? date : `${date}Z`) / 1000;
    if (seconds >= 0 && seconds <= MAX_EPOCH) {
      return { hint: `${date} is ${seconds} in UTC, as date -u -d '${date}' +%s prints.` };
    }
  }
  const inSeconds = Math.floor(value / 1000);
  if (value > MAX_EPOCH && inSeconds <= MAX_EPOCH) return { hint: `In milliseconds? Then use ${inSeconds}.` };
  return { hint: 'For a date: $(date -u -d 2024-01-31 +%s); now: $(date +%s).' };
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
