/** Passes the versions of a package list to the builder that rebuilds the tree. */

import { StillrootError } from '../errors.ts';
import { aptPins } from '../manifest/apt-pins.ts';
import { MANAGERS } from '../packages/managers.ts';
import type { Package } from '../packages/package.ts';
import { choosePreset, packagesOf, programName } from './builders.ts';
import { quoteWords, withArguments } from './shell-words.ts';

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
