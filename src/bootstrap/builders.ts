/**
 * The builders of root filesystems that stillroot knows: how to ask for their version, how to request them by a keyword
 * (presets), and how to make them install given package versions (pins).
 */

import { StillrootError } from '../errors.ts';
import { aptPins } from '../manifest/apt-pins.ts';
import { MANAGERS } from '../packages/managers.ts';
import type { Package } from '../packages/package.ts';
import { didYouMean } from '../rules/suggest.ts';
import { programOf, quoteWords, withArguments } from './shell-words.ts';

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

/** A builder that can be requested by a keyword. Help, validation and the documentation derive from the table. */
export interface Preset {
  readonly id: string;
  /** What follows the colon. */
  readonly argument: string;
  readonly about: string;
  /** Maps the key of a setting to its description. */
  readonly keys: Readonly<Record<string, string>>;
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

/** What pacstrap itself installs if nothing is named. */
const ARCH_BASE = 'base';

/** Package names in a preset's argument, separated by commas; Arch's base group if none is given. */
function packagesOf(argument: string): string[] {
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

// Passes the versions of a package list to the builder that rebuilds the tree.

/** What pins need to know about a package; all texts as in a manifest. */
export type PinnedPackage = Pick<Package, 'name' | 'version' | 'architecture'> & { readonly type: string };

export interface PinOptions {
  /** Where pacman packages are available by name and version: the address of an archive such as Arch's. */
  readonly packageArchive?: string | undefined;
}

export interface Pins {
  readonly command: string;
  /** For the scratch directory. */
  readonly files: Readonly<Record<string, string>>;
  /** Number of packages whose version is passed to the tool. */
  readonly pinned: number;
  /** What was done, or why nothing can be done. */
  readonly note: string;
}

interface Request {
  readonly request: string;
  readonly command: string;
}

/** @throws StillrootError `source-unreadable` for a package whose name could mean another one */
export function pinVersions(
  recorded: Request,
  packages: readonly PinnedPackage[],
  options: PinOptions = {},
): Pins {
  const tool = programName(recorded.command);
  const pin = Object.hasOwn(PIN, tool) ? PIN[tool] : undefined;
  if (packages.length === 0) return unpinned(recorded, 'the manifest lists no packages');
  if (pin !== undefined) return pin(recorded, packages, options);
  return unpinned(
    recorded,
    `stillroot cannot pin package versions for ${tool === '' ? 'this command' : tool}`,
  );
}

type Pin = (recorded: Request, packages: readonly PinnedPackage[], options: PinOptions) => Pins;

const PIN: Readonly<Record<string, Pin>> = {
  mmdebstrap: pinMmdebstrap,
  mkosi: pinMkosi,
  pacstrap: pinPacstrap,
  debootstrap: (recorded) =>
    unpinned(
      recorded,
      'debootstrap installs the newest versions in its archive; use a snapshot as the mirror',
    ),
};

/** Name of a file in apt's preferences.d, where files with other characters in their names are ignored. */
const PREFERENCES = 'zz-stillroot';

/**
 * The preferences are in the tree while apt is running. Afterwards the time of the directory is restored, which is that
 * of the apt package, not of the build.
 */
function pinMmdebstrap(recorded: Request, packages: readonly PinnedPackage[]): Pins {
  const debs = debsOf(packages);
  if (debs.length === 0) return unpinned(recorded, 'the manifest lists no dpkg packages');
  const directory = '"$1"/etc/apt/preferences.d';
  const hooks = [
    `--setup-hook=cp {scratch}/pins ${directory}/${PREFERENCES}`,
    `--customize-hook=t=$(stat -c %Y ${directory}) && rm ${directory}/${PREFERENCES} && touch -d @$t ${directory}`,
  ];
  return {
    command: withArguments(recorded.command, hooks),
    files: { pins: aptPins(debs) },
    pinned: debs.length,
    note: 'with apt preferences',
  };
}

/** mkosi's apt reads its configuration outside the image, from where the tree of a sandbox is overlaid. */
function pinMkosi(recorded: Request, packages: readonly PinnedPackage[]): Pins {
  const debs = debsOf(packages);
  if (debs.length === 0) return unpinned(recorded, 'mkosi can pin only dpkg packages');
  return {
    command: withArguments(recorded.command, ['--sandbox-tree={scratch}/sandbox']),
    files: { [`sandbox/etc/apt/preferences.d/${PREFERENCES}`]: aptPins(debs) },
    pinned: debs.length,
    note: 'with apt preferences, in a sandbox tree',
  };
}

/** As in databases and manifests. */
const PACMAN_TYPES: ReadonlySet<string> = new Set(
  MANAGERS.filter(({ name }) => name === 'pacman').flatMap(({ type, mkosiType }) => [type, mkosiType]),
);

/**
 * pacman only installs the version in its database; any other has to be installed from its file. Packages that were not
 * requested are then marked as dependencies again, and the directory for databases is created. pacman also records
 * whether it checked a signature or a digest (VALIDATION): for files it checks signatures, if so configured, but
 * digests only with a database.
 */
function pinPacstrap(recorded: Request, packages: readonly PinnedPackage[], options: PinOptions): Pins {
  const chosen = choosePreset(recorded.request, 'request');
  if (chosen === undefined || chosen.preset.command(chosen.argument, chosen.setting) !== recorded.command) {
    return unpinned(recorded, 'pacstrap can pin versions only when requested as pacstrap:...');
  }
  const { packageArchive } = options;
  if (packageArchive === undefined) {
    return unpinned(
      recorded,
      'pacman installs the newest versions; name an archive of older ones with --package-archive',
    );
  }
  const found = packages.filter(({ type }) => PACMAN_TYPES.has(type));
  const files = found.map((each) => packageAddress(each, packageArchive));
  const asked = new Set(packagesOf(chosen.argument));
  const dependencies = found.map(({ name }) => name).filter((name) => !asked.has(name));
  const settings = chosen.setting('config').flatMap((file) => ['-C', file]);
  const install = ['pacstrap', '-U', '-G', '-M', ...settings, '{root}', ...files];
  const mark = ['pacman', '--root', '{root}', '-D', '--asdeps', '--noconfirm', '--quiet', ...dependencies];
  const directory = ['mkdir', '-p', '{root}/var/lib/pacman/sync'];
  const steps = [install, ...(dependencies.length === 0 ? [] : [mark]), directory];
  return {
    command: steps.map(quoteWords).join(' && '),
    files: {},
    pinned: found.length,
    note: 'with the package files',
  };
}

/** In the layout of Arch's archive and its mirrors. */
function packageAddress({ name, version, architecture }: PinnedPackage, archive: string): string {
  if (!/^[A-Za-z0-9@_+][A-Za-z0-9@._+-]*$/.test(name) || !/^[A-Za-z0-9._+~:]+-[0-9.]+$/.test(version)) {
    throw new StillrootError(
      'source-unreadable',
      `has a package ${JSON.stringify(`${name} ${version}`)}, wanted a name and a version as pacman allows them`,
    );
  }
  const base = archive.replace(/\/+$/, '');
  return `${base}/packages/${name[0]}/${name}/${name}-${version}-${architecture}.pkg.tar.zst`;
}

function debsOf(packages: readonly PinnedPackage[]): Package[] {
  return packages.filter(({ type }) => type === 'deb').map((each) => ({ ...each, type: 'deb' }));
}

function unpinned({ command }: Request, note: string): Pins {
  return { command, files: {}, pinned: 0, note };
}
