import { StillrootError } from '../errors.ts';
import { didYouMean } from '../rules/suggest.ts';
import { quoteWords } from './shell-words.ts';

/** A builder that can be asked for by a word. Help, validation and the documentation derive from the table. */
export interface Preset {
  readonly id: string;
  /** What stands behind the colon. */
  readonly argument: string;
  readonly about: string;
  /** Key of a setting to what it is. */
  readonly keys: Readonly<Record<string, string>>;
  readonly example: string;
  readonly command: (argument: string, setting: Settings) => string;
  /** Files and directories of the user that it reads. */
  readonly reads: (argument: string, setting: Settings) => readonly string[];
}

/** Values in the order in which they were given. */
export type Settings = (key: string) => readonly string[];

/** `--key=value` for each value. */
function options(name: string, values: readonly string[]): string[] {
  return values.map((value) => `--${name}=${value}`);
}

const DEBIAN_KEYS = {
  variant: 'package set, by its mmdebstrap name',
  include: 'additional packages: A,B',
  components: 'archive components: main,contrib',
  arch: 'architecture, by its dpkg name',
  keyring: 'file with the archive keys',
  mirror: 'URL of the archive',
} as const;

export const PRESETS: readonly Preset[] = [
  {
    id: 'mmdebstrap',
    argument: 'SUITE',
    about: 'Debian and derivatives, built with mmdebstrap; root not required',
    keys: DEBIAN_KEYS,
    example: 'mmdebstrap:bookworm variant=minbase include=python3,g++',
    // An archive, since only that tells a user who is not root whose the files are.
    command: (suite, setting) =>
      quoteWords([
        'mmdebstrap',
        ...options('variant', setting('variant')),
        ...options('include', setting('include')),
        ...options('components', setting('components')),
        ...options('architectures', setting('arch')),
        ...options('keyring', setting('keyring')),
        suite,
        '{archive}',
        ...setting('mirror'),
      ]),
    reads: (_, setting) => setting('keyring'),
  },
  {
    id: 'debootstrap',
    argument: 'SUITE',
    about: 'Debian and derivatives, built with debootstrap; requires root',
    keys: DEBIAN_KEYS,
    example: 'debootstrap:bookworm variant=minbase',
    command: (suite, setting) =>
      quoteWords([
        'debootstrap',
        ...options('variant', setting('variant')),
        ...options('include', setting('include')),
        ...options('components', setting('components')),
        ...options('arch', setting('arch')),
        ...options('keyring', setting('keyring')),
        suite,
        '{root}',
        ...setting('mirror'),
      ]),
    reads: (_, setting) => setting('keyring'),
  },
  {
    id: 'mkosi',
    argument: 'DIR',
    about: 'the image that mkosi 15 or newer builds from a directory with mkosi.conf',
    keys: { profile: 'mkosi profile' },
    example: 'mkosi:image',
    command: (directory, setting) =>
      `${quoteWords([
        'mkosi',
        `--directory=${directory}`,
        ...options('profile', setting('profile')),
        '--format=directory',
        '--output-dir={scratch}/mkosi',
        '--output=image',
        '--force',
        'build',
      ])} && rmdir {root} && mv -T "$(readlink -f {scratch}/mkosi/image)" {root}`,
    reads: (directory) => [directory],
  },
  {
    id: 'pacstrap',
    argument: '[PACKAGE,...]',
    about: "Arch and derivatives, built with pacstrap, without the host's keys and mirrors; requires root",
    keys: { config: 'pacman configuration' },
    example: 'pacstrap:base,linux config=pacman.conf',
    command: (packages, setting) =>
      quoteWords([
        'pacstrap',
        '-G',
        '-M',
        ...setting('config').flatMap((file) => ['-C', file]),
        '{root}',
        ...packagesOf(packages),
      ]),
    reads: (_, setting) => setting('config'),
  },
];

/** What pacstrap itself installs where nothing is named. */
const ARCH_BASE = 'base';

export function packagesOf(argument: string): string[] {
  const names = argument.split(',').filter((name) => name !== '');
  return names.length === 0 ? [ARCH_BASE] : names;
}

export interface ChosenPreset {
  readonly preset: Preset;
  readonly argument: string;
  readonly setting: Settings;
}

/**
 * @param request `ID:ARGUMENT KEY=VALUE ...`
 * @returns undefined for what is no preset but a command
 * @throws StillrootError `usage`
 */
export function choosePreset(request: string, where: string): ChosenPreset | undefined {
  const [head = '', ...rest] = request.split(/ +/);
  const parts = /^([a-z][a-z0-9-]*):(.*)$/.exec(head);
  if (parts === null) return undefined;
  const [, id = '', argument = ''] = parts;
  const preset = PRESETS.find((each) => each.id === id);
  const known = PRESETS.map((each) => each.id);
  if (preset === undefined) {
    throw refusal(where, `unknown builder ${JSON.stringify(id)}`, didYouMean(id, known, 'builders'));
  }
  if (argument === '' && !preset.argument.startsWith('[')) {
    throw refusal(where, `lacks ${preset.argument}`, `Write it as in '${preset.example}'.`);
  }
  const given = rest.map((word) => readSetting(word, preset, where));
  refuseOption(argument, where);
  return {
    preset,
    argument,
    setting: (key) => given.filter(([name]) => name === key).map(([, value]) => value),
  };
}

function readSetting(word: string, preset: Preset, where: string): readonly [string, string] {
  const equals = word.indexOf('=');
  const key = word.slice(0, Math.max(equals, 0));
  const value = word.slice(equals + 1);
  if (equals <= 0 || value === '') {
    throw refusal(
      where,
      `has ${JSON.stringify(word)}, wanted KEY=VALUE`,
      `Write it as in '${preset.example}'; your own command needs {root}.`,
    );
  }
  if (!Object.hasOwn(preset.keys, key)) {
    const known = Object.keys(preset.keys);
    throw refusal(where, `${preset.id} has no key ${JSON.stringify(key)}`, didYouMean(key, known, 'keys'));
  }
  refuseOption(value, where);
  return [key, value];
}

/** A name that begins with a hyphen would be an option of the tool. */
function refuseOption(value: string, where: string): void {
  if (!value.split(',').some((each) => each.startsWith('-'))) return;
  throw refusal(
    where,
    `has ${JSON.stringify(value)}, wanted a value without a leading hyphen`,
    'To pass options to the tool, use your own command, with {root}.',
  );
}

function refusal(where: string, what: string, hint: string): StillrootError {
  return new StillrootError('usage', what, { where, hint });
}
