/**
 * Which recorded requests may run on a machine that rebuilds the images of strangers: those of named builders, with values
 * that can only mean what their key says. A recorded command never runs as such; it must be the one that its request means.
 */
import { realpathSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { ManifestBootstrap } from '../manifest/manifest.ts';
import { type ChosenPreset, choosePreset, PRESETS, type ValueKind } from './builders.ts';

export interface Allowed {
  /** Identifiers of presets; undefined where every recorded command may run. */
  readonly builders: readonly string[] | undefined;
  /** URLs of archives; others below them are allowed too. */
  readonly mirrors: readonly string[];
  /** Directories whose files a request may name, besides those for archive keys. */
  readonly paths: readonly string[];
}

/** Public keys of archives, installed by the administrator. */
const KEY_DIRECTORIES: readonly string[] = ['/usr/share/keyrings', '/etc/apt/keyrings'];

/**
 * @param given by --allow-builder: identifiers, separated by commas
 * @throws StillrootError `usage`
 */
export function parseBuilders(given: readonly string[], where: string): readonly string[] | undefined {
  const known = PRESETS.map(({ id }) => id);
  const names = given.flatMap((text) => text.split(','));
  for (const name of names) {
    if (known.includes(name)) continue;
    const wanted = known.join(', ');
    throw new StillrootError('usage', `unknown builder ${JSON.stringify(name)}, wanted ${wanted}`, { where });
  }
  return names.length === 0 ? undefined : names;
}

/** @throws StillrootError `usage` for what is no URL of an archive */
export function parseMirrors(given: readonly string[], where: string): readonly string[] {
  for (const text of given) {
    const problem = urlProblem(text);
    if (problem === undefined) continue;
    throw new StillrootError('usage', `invalid value ${JSON.stringify(text)}, ${problem}`, {
      where,
      hint: 'Give the URL of an archive, for example https://archive.example/debian.',
    });
  }
  return given;
}

/**
 * @param where the manifest, for messages
 * @throws StillrootError `manifest-refused`
 */
export function refuseUnallowed(recorded: ManifestBootstrap, allowed: Allowed, where: string): void {
  const { builders } = allowed;
  if (builders === undefined) return;
  const { preset, argument, setting, given } = presetOf(recorded, builders, where);
  const refuse = (key: string, value: string, problem: string): StillrootError =>
    new StillrootError(
      'manifest-refused',
      `asks ${preset.id} for ${key} ${JSON.stringify(value)}, ${problem}`,
      { where, hint: HINTS[problem] ?? 'Only whoever runs stillroot can decide to trust it.' },
    );
  const values = [['', argument] as const, ...given];
  for (const [key, value] of values) {
    const kind = key === '' ? preset.argumentKind : preset.keys[key]?.kind;
    const problem = kind === undefined ? 'a key that it does not have' : CHECKS[kind](value, allowed);
    if (problem !== undefined) throw refuse(key === '' ? preset.argument : key, value, problem);
  }
  if (preset.command(argument, setting) === recorded.command) return;
  throw new StillrootError(
    'manifest-refused',
    `records a command that its request ${JSON.stringify(recorded.request)} does not mean`,
    { where, hint: 'It was changed, or written by another version of stillroot.' },
  );
}

function presetOf({ request }: ManifestBootstrap, builders: readonly string[], where: string): ChosenPreset {
  const wanted = `wanted a request for ${builders.join(' or ')}`;
  let chosen: ChosenPreset | undefined;
  try {
    chosen = /\{(root|archive)\}/.test(request) ? undefined : choosePreset(request, where);
  } catch (cause) {
    if (!(cause instanceof StillrootError)) throw cause;
    throw new StillrootError('manifest-refused', cause.message, { cause });
  }
  if (chosen !== undefined && builders.includes(chosen.preset.id)) return chosen;
  const found = chosen === undefined ? 'a command of its own' : `a request for ${chosen.preset.id}`;
  throw new StillrootError('manifest-refused', `records ${found}, ${wanted}`, {
    where,
    hint: 'This machine was told to run only these builders (--allow-builder).',
  });
}

const NO_NAME = 'which is more than a name';
const NO_MIRROR = 'which is not allowed here';
const NO_PATH = 'which is not in an allowed directory';

const HINTS: Readonly<Record<string, string>> = {
  [NO_NAME]: 'Letters, digits, dots, hyphens, underscores and plus signs are allowed.',
  [NO_MIRROR]: 'If you trust the archive, allow it with --allow-mirror.',
  [NO_PATH]:
    'Allow the directory with --allow-path, or put archive keys into /usr/share/keyrings or /etc/apt/keyrings.',
};

/** @returns a clause about the value; undefined where it may be used */
const CHECKS: Readonly<Record<ValueKind, (value: string, allowed: Allowed) => string | undefined>> = {
  name: (value) => (NAME.test(value) ? undefined : NO_NAME),
  names: (value) =>
    value === '' || value.split(',').every((each) => PACKAGE.test(each)) ? undefined : NO_NAME,
  url: (value, { mirrors }) =>
    urlProblem(value) ?? (mirrors.some((mirror) => isBelow(value, mirror)) ? undefined : NO_MIRROR),
  path: (value, { paths }) => (isInside(value, [...KEY_DIRECTORIES, ...paths]) ? undefined : NO_PATH),
};

/** Of a suite it is also the name of a script that debootstrap runs, so it has no slash. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,127}$/;
/** A name, with an architecture or a version: apt would take others for files, patterns or regular expressions. */
const PACKAGE = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,127}(?:[:=][A-Za-z0-9][A-Za-z0-9.+~:_-]{0,127}){0,2}$/;

/** Builders take other texts for files, lines of sources.list or standard input, and pass on a password. */
function urlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return 'which is no URL of http or https';
  if (url.username !== '' || url.password !== '') return 'which has a login';
  if (/[?#]/.test(url.href)) return 'which has more than a path';
  return url.href === text || url.href === `${text}/` ? undefined : `which would be read as ${url.href}`;
}

function isBelow(text: string, mirror: string): boolean {
  const base = mirror.endsWith('/') ? mirror : `${mirror}/`;
  return `${text}/`.startsWith(base);
}

const PLAIN_PATH = /^\/[A-Za-z0-9/._+-]*$/;

/** Whether the file or directory that the path leads to is in one of the directories, or is one of them. */
function isInside(path: string, directories: readonly string[]): boolean {
  const real = PLAIN_PATH.test(path) ? realPath(path) : undefined;
  if (real === undefined) return false;
  return directories.some((directory) => {
    const base = realPath(directory);
    return base !== undefined && (real === base || real.startsWith(base === '/' ? '/' : `${base}/`));
  });
}

/** Undefined for what does not exist: nothing is known about where it would be. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
