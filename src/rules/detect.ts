import { parseOsRelease } from '../formats/os-release.ts';
import { MANAGERS } from '../packages/managers.ts';
import { movedPlaces } from '../packages/moved-directories.ts';
import type { Tree } from '../tree/tree.ts';

export interface Detection {
  /** ID of os-release, or the requested name, or `unknown`. */
  readonly distro: string;
  /** What the distribution derives from, closest first. */
  readonly like: readonly string[];
  /** VERSION_ID; rolling releases have none. */
  readonly version?: string;
  /** Package managers whose database is in the tree. */
  readonly managers: readonly string[];
  /** Layers of rules in the order in which they apply; the last one wins. */
  readonly layers: readonly string[];
}

export interface DetectOptions {
  /** Names of the existing layers: the keys of TABLES. */
  readonly known: readonly string[];
  /** Instead of the ID in os-release. */
  readonly distro?: string;
}

/** Databases that prove a package manager: of those that are read, and of others for which there are only rules. */
const DATABASES: readonly (readonly [name: string, signs: readonly string[]])[] = [
  ...MANAGERS.map(({ name, signs }) => [name, signs] as const),
  ['xbps', ['var/db/xbps']],
  ['portage', ['var/db/pkg']],
  ['opkg', ['var/lib/opkg/status', 'usr/lib/opkg/status']],
  ['nix', ['nix/store', 'gnu/store']],
];

/** Programs that fetch packages for a manager, and leave their own state wherever they ran. */
const FRONT_ENDS: readonly (readonly [string, readonly string[]])[] = [
  [
    'dnf',
    [
      'usr/lib/sysimage/libdnf5',
      ...['dnf', 'libdnf5', 'yum'].map((name) => `var/cache/${name}`),
      ...['dnf', 'yum', 'rpm-ostree-countme'].map((name) => `var/lib/${name}`),
    ],
  ],
  ['zypp', ['etc/zypp', 'var/cache/zypp', 'var/lib/zypp']],
];

/** Layers whose name differs from the ID of the distribution. */
export const LAYER_OF_DISTRO: ReadonlyMap<string, string> = new Map(
  Object.entries({
    almalinux: 'rhel',
    centos: 'rhel',
    ol: 'rhel',
    rocky: 'rhel',
    'opensuse-leap': 'opensuse',
    'opensuse-microos': 'opensuse',
    'opensuse-tumbleweed': 'opensuse',
    sle_hpc: 'opensuse',
    'sle-micro': 'opensuse',
    sled: 'opensuse',
    sles: 'opensuse',
    suse: 'opensuse',
  }),
);

/** What a distribution derives from, for derivatives whose ID_LIKE names only their parent. */
const PARENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    almalinux: 'rhel',
    centos: 'rhel',
    ol: 'rhel',
    rhel: 'fedora',
    rocky: 'rhel',
    ubuntu: 'debian',
  }),
);

/** os-release(5): the first of these that exists is used. */
const OS_RELEASE: readonly string[] = ['etc/os-release', 'usr/lib/os-release'];

/**
 * Detects what a tree is from its contents; the running system is not consulted.
 * @param readText content of a file by its path in the tree, with symlinks already resolved; undefined
 *   where it cannot be read
 */
export function detect(
  tree: Tree,
  readText: (path: string) => string | undefined,
  options: DetectOptions,
): Detection {
  const fields = readOsRelease(tree, readText);
  const own = fields === undefined ? 'unknown' : fields.get('ID') || 'linux';
  const distro = options.distro ?? own;
  const named = distro === own ? (fields?.get('ID_LIKE') ?? '').split(/\s+/).filter(Boolean) : [];
  const like = withParents(distro, named);
  const version = distro === own ? fields?.get('VERSION_ID') : undefined;
  const isThere = (paths: readonly string[]): boolean =>
    paths.flatMap(movedPlaces).some((path) => tree.resolve(path) !== undefined);
  const managers = DATABASES.filter(([, paths]) => isThere(paths)).map(([manager]) => manager);
  const frontEnds = FRONT_ENDS.filter(([, paths]) => isThere(paths)).map(([name]) => name);
  const distros = [...like.toReversed(), distro].map((name) => LAYER_OF_DISTRO.get(name) ?? name);
  // Where a layer occurs twice, the occurrence closer to the tree counts.
  const nearest = distros.filter((layer, i) => distros.lastIndexOf(layer) === i);
  const candidates = new Set(['common', ...managers, ...frontEnds, ...nearest]);
  return {
    distro,
    like,
    ...(version ? { version } : {}),
    managers,
    layers: [...candidates].filter((layer) => options.known.includes(layer)),
  };
}

function readOsRelease(
  tree: Tree,
  readText: (path: string) => string | undefined,
): Map<string, string> | undefined {
  for (const path of OS_RELEASE) {
    const entry = tree.resolve(path);
    if (entry?.type !== 'file') continue;
    const text = readText(entry.path);
    if (text !== undefined) return parseOsRelease(text);
  }
  return undefined;
}

function withParents(distro: string, named: readonly string[]): string[] {
  const like = new Set(named);
  for (const name of [distro, ...named]) addParents(name, like);
  like.delete(distro);
  return [...like];
}

function addParents(name: string, like: Set<string>): void {
  const parent = PARENTS.get(name);
  if (parent === undefined) return;
  like.add(parent);
  addParents(parent, like);
}
