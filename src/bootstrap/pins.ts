/** The versions of a package list, told to the builder that makes the tree again. */
import { StillrootError } from '../errors.ts';
import { aptPins } from '../manifest/apt-pins.ts';
import type { Package } from '../packages/package.ts';
import { choosePreset, packagesOf } from './presets.ts';
import { quoteWords, withArguments } from './shell-words.ts';
import { programName } from './tools.ts';

/** What pins need to know of a package; all texts as in a manifest. */
export type PinnedPackage = Pick<Package, 'name' | 'version' | 'architecture'> & { readonly type: string };

export interface PinOptions {
  /** Where packages of pacman are by name and version: the address of an archive such as that of Arch. */
  readonly packageArchive?: string | undefined;
}

export interface Pins {
  readonly command: string;
  /** For the scratch directory. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages whose version is given to the tool. */
  readonly pinned: number;
  /** What was done, or why nothing can be. */
  readonly note: string;
}

interface Request {
  readonly request: string;
  readonly command: string;
}

/**
 * @throws StillrootError `source-unreadable` for a package with a name that could mean another
 */
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

/** Of a file in a preferences.d of apt; names with other characters are not read there. */
const PREFERENCES = 'zz-stillroot';

/**
 * The preferences are in the tree while apt is at work. The directory then gets back its time, which is that of
 * the package apt and not of the build.
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

/** apt of mkosi reads its configuration outside the image, where the tree of a sandbox is laid over it. */
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

/**
 * pacman installs one version only, that of its database; another is installed from its file. What was not asked
 * for is then marked as a dependency again, and the directory is made that a database would be in. pacman also
 * records whether it checked a signature or a digest (VALIDATION): the first it does for files too, if it is
 * configured so, and the second only with a database.
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
  const found = packages.filter(({ type }) => type === 'alpm' || type === 'pkg');
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

/** As the archive of Arch lays them out, and its mirrors on other machines. */
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
