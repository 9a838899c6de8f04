/**
 * The builders of root filesystems that stillroot knows: how to ask for their version, and how to request them by a
 * keyword (presets).
 */

import { StillrootError } from '../errors.ts';
import { didYouMean } from '../rules/suggest.ts';
import { programOf, quoteWords } from './shell-words.ts';

export interface Tool {
  /** Programs that affect its result, each with the option that prints its version. */
  readonly versions: ReadonlyArray<readonly [program: string, ...args: string[]]>;
}

/** Only these are asked for a version: an unknown program may take any option for a command. */
export const TOOLS: Readonly<Record<string, Tool>> = {
  // The machine's apt and dpkg do the work.
  mmdebstrap: {
    versions: [
      ['mmdebstrap', '--version'],
      ['apt-get', '--version'],
    ],
  },
  debootstrap: { versions: [['debootstrap', '--version']] },
  mkosi: { versions: [['mkosi', '--version']] },
  // It has no option to print its own version.
  pacstrap: { versions: [['pacman', '--version']] },
  pacman: { versions: [['pacman', '--version']] },
  dnf: { versions: [['dnf', '--version']] },
  dnf5: { versions: [['dnf5', '--version']] },
  zypper: { versions: [['zypper', '--version']] },
  apk: { versions: [['apk', '--version']] },
};

/** The tool with which a command begins; undefined for any other program. */
export function toolOf(command: string): { readonly name: string; readonly tool: Tool } | undefined {
  const name = programName(command);
  const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
  return tool === undefined ? undefined : { name, tool };
}

/** Name of the program without directories; '' if only a shell could determine it. */
export function programName(command: string): string {
  const program = programOf(command) ?? '';
  return program.slice(program.lastIndexOf('/') + 1);
}

/** The first thing that looks like a version in a program's output. */
export function versionIn(said: string): string | undefined {
  return /(?<![\w.])v?(\d+(?:[.+~:-]?[A-Za-z0-9]+)*)/.exec(said)?.[1];
}

/**
 * What a value means to the builder, and so what it may be in a request that is not the caller's own; allowed.ts checks
 * that.
 */
export type ValueKind = 'name' | 'names' | 'url' | 'path';

export interface Key {
  readonly about: string;
  readonly kind: ValueKind;
}

/** A builder that can be requested by a keyword. Help, validation and the documentation derive from the table. */
export interface Preset {
  readonly id: string;
  /** What follows the colon. */
  readonly argument: string;
  readonly about: string;
  /** What the argument may be when someone else asks for it. */
  readonly argumentKind: ValueKind;
  /** Settings by key. */
  readonly keys: Readonly<Record<string, Key>>;
  readonly example: string;
  readonly command: (argument: string, setting: Settings) => string;
  /** The user's files and directories that it reads. */
  readonly reads: (argument: string, setting: Settings) => readonly string[];
}

/** Values in the order in which they were given. */
export type Settings = (key: string) => readonly string[];

/** `--key=value` for each value. */
function options(name: string, values: readonly string[]): string[] {
  return values.map((value) => `--${name}=${value}`);
}

const DEBIAN_KEYS = {
  variant: { about: 'package set, by its mmdebstrap name', kind: 'name' },
  include: { about: 'additional packages: A,B', kind: 'names' },
  components: { about: 'archive components: main,contrib', kind: 'names' },
  arch: { about: 'architecture, by its dpkg name', kind: 'name' },
  keyring: { about: 'file with the archive keys', kind: 'path' },
  mirror: { about: 'URL of the archive', kind: 'url' },
} as const;

export const PRESETS: readonly Preset[] = [
  {
    id: 'mmdebstrap',
    argument: 'SUITE',
    argumentKind: 'name',
    about: 'Debian and derivatives, built with mmdebstrap; root not required',
    keys: DEBIAN_KEYS,
    example: 'mmdebstrap:bookworm variant=minbase include=python3,g++',
    // An archive, since without root only that preserves the owners of files.
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
    argumentKind: 'name',
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
    argumentKind: 'path',
    about: 'the image that mkosi 15 or newer builds from a directory with mkosi.conf',
    keys: { profile: { about: 'mkosi profile', kind: 'name' } },
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
    argumentKind: 'names',
    about: "Arch and derivatives, built with pacstrap, without the host's keys and mirrors; requires root",
    keys: { config: { about: 'pacman configuration', kind: 'path' } },
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

/** What pacstrap itself installs if nothing is named. */
const ARCH_BASE = 'base';

/** Package names in a preset's argument, separated by commas; Arch's base group if none is given. */
export function packagesOf(argument: string): string[] {
  const names = argument.split(',').filter((name) => name !== '');
  return names.length === 0 ? [ARCH_BASE] : names;
}

export interface ChosenPreset {
  readonly preset: Preset;
  readonly argument: string;
  readonly setting: Settings;
  /** Keys and values in the order in which they were given. */
  readonly given: ReadonlyArray<readonly [key: string, value: string]>;
}

/**
 * @param request `ID:ARGUMENT KEY=VALUE ...`
 * @returns undefined if it is not a preset but a command
 * @throws StillrootError `usage`
 */
export function choosePreset(request: string, where: string): ChosenPreset | undefined {
  const [head = '', ...rest] = request.split(/ +/);
  const parts = /^([a-z][a-z0-9-]*):(.*)$/.exec(head);
  if (parts === null) {
    const named = PRESETS.find((each) => each.id === head);
    if (named === undefined || !rest.every((word) => SETTING.test(word))) return undefined;
    throw refusal(
      where,
      `${JSON.stringify(head)} lacks :${named.argument}`,
      `Write it as in '${named.example}'; your own command needs {root}.`,
    );
  }
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
    given,
    setting: (key) => given.filter(([name]) => name === key).map(([, value]) => value),
  };
}

/** A word of a preset, rather than of a command. */
const SETTING = /^[a-z]+=/;

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

/** A name that begins with a hyphen would be taken as an option of the tool. */
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
