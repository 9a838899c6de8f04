/**
 * What a bootstrap command sees of the caller's environment: nothing. Locale, time zone, search path and home are
 * fixed, or the tree would depend on them.
 */
import { StillrootError } from '../errors.ts';

/** Values with placeholders, as recorded; null for one that was passed on and not recorded. */
export type RecordedEnvironment = Readonly<Record<string, string | null>>;

export type Variables = Readonly<Record<string, string | undefined>>;

/** --bootstrap-env: a value, or undefined to pass on the caller's. */
export type Choices = ReadonlyMap<string, string | undefined>;

/** They determine how the network is reached, not what is fetched; so they are passed on and not recorded. */
const PROXIES: readonly string[] = [
  'http_proxy',
  'https_proxy',
  'ftp_proxy',
  'all_proxy',
  'no_proxy',
].flatMap((name) => [name, name.toUpperCase()]);

/** For every command. Placeholders as in the command. */
export function baseEnvironment(epoch: number): Readonly<Record<string, string>> {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '{scratch}/home',
    TMPDIR: '{scratch}/tmp',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    SOURCE_DATE_EPOCH: String(epoch),
    // Debian packages would otherwise ask questions that no one answers.
    DEBIAN_FRONTEND: 'noninteractive',
  };
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * @param given `NAME`, or `NAME=VALUE`; the later of two wins
 * @throws StillrootError `usage`
 */
export function parseChoices(given: readonly string[]): Choices {
  return new Map(
    given.map((text) => {
      const equals = text.indexOf('=');
      const name = equals === -1 ? text : text.slice(0, equals);
      if (!NAME.test(name) || text.includes('\0')) {
        throw new StillrootError(
          'usage',
          `invalid value ${JSON.stringify(text)}, wanted NAME or NAME=VALUE`,
          {
            where: '--bootstrap-env',
          },
        );
      }
      return [name, equals === -1 ? undefined : text.slice(equals + 1)];
    }),
  );
}

/** What a manifest says about the environment of a command that is run now. */
export function recordEnvironment(epoch: number, choices: Choices): RecordedEnvironment {
  const chosen = [...choices].map(([name, value]) => [name, value ?? null] as const);
  const all: Array<readonly [string, string | null]> = [...Object.entries(baseEnvironment(epoch)), ...chosen];
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
    a < b ? -1 : 1;
  return Object.fromEntries([...new Map(all)].sort(byName));
}

/**
 * The part of a manifest's environment that may be set: what every command has, and what the caller allows by
 * --bootstrap-env. Otherwise an untrusted manifest could load its own library into every program.
 *
 * @throws StillrootError `manifest-refused`
 */
export function allowEnvironment(
  recorded: RecordedEnvironment,
  epoch: number,
  choices: Choices,
  where: string,
): RecordedEnvironment {
  const base = baseEnvironment(epoch);
  const others = Object.entries(recorded).filter(
    ([name, value]) => !choices.has(name) && !(Object.hasOwn(base, name) && base[name] === value),
  );
  if (others.length > 0) {
    const shown = others.map(([name, value]) => (value === null ? name : `${name}=${value}`));
    const names = others.map(([name]) => `--bootstrap-env ${name}`);
    throw new StillrootError(
      'manifest-refused',
      `sets environment variables for its command: ${shown.join(', ')}`,
      {
        where,
        hint: `Allow the ones you trust: ${names.join(' ')}.`,
      },
    );
  }
  const chosen = [...choices].map(([name, value]) => [name, value ?? recorded[name] ?? null] as const);
  return { ...recorded, ...Object.fromEntries(chosen) };
}

/**
 * The variables of the process.
 *
 * @param fill replaces placeholders by paths
 * @param caller the caller's environment
 */
export function environmentOf(
  recorded: RecordedEnvironment,
  caller: Variables,
  fill: (text: string) => string,
): Record<string, string> {
  const passed = Object.entries(recorded).flatMap(([name, value]) => (value === null ? [name] : []));
  const own = Object.entries(recorded).flatMap(([name, value]) =>
    value === null ? [] : [[name, isOurs(value) ? fill(value) : value] as const],
  );
  const found = [...PROXIES, ...passed].flatMap((name) => {
    const value = caller[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries([...found, ...own]);
}

/** Only stillroot's own two placeholders: a user's value may contain other braces. */
function isOurs(value: string): boolean {
  return value === '{scratch}/home' || value === '{scratch}/tmp';
}
