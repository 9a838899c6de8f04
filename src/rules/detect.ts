import type { Tree } from '../tree/tree.ts';
import { parseOsRelease } from './os-release.ts';

export type Manager = 'dpkg' | 'rpm' | 'pacman' | 'apk' | 'xbps' | 'portage';

export interface Detection {
  /** ID of os-release, or the name that was asked for, or `unknown`. */
  readonly distro: string;
  /** What the distribution derives from, closest first. */
  readonly like: readonly string[];
  /** VERSION_ID; rolling releases have none. */
  readonly version?: string;
  /** Package managers whose database the tree holds. */
  readonly managers: readonly Manager[];
  /** Layers of rules in the order in which they apply; the last one has the last word. */
  readonly layers: readonly string[];
}

export interface DetectOptions {
  /** Names of the layers that there are: the keys of TABLES. */
  readonly known: readonly string[];
  /** Instead of the ID in os-release. */
  readonly distro?: string;
}

/** Databases that prove a package manager. A bare directory proves little: Debian's rpm package ships one. */
const DATABASES: readonly (readonly [Manager, readonly string[]])[] = [
  ['dpkg', ['var/lib/dpkg/status', 'var/lib/dpkg/status.d']],
  [
    'rpm',
    ['usr/lib/sysimage/rpm', 'var/lib/rpm', 'usr/share/rpm'].flatMap((directory) =>
      ['rpmdb.sqlite', 'Packages.db', 'Packages'].map((file) => `${directory}/${file}`),
    ),
  ],
  ['pacman', ['var/lib/pacman/local']],
  ['apk', ['lib/apk/db/installed', 'usr/lib/apk/db/installed']],
  ['xbps', ['var/db/xbps']],
  ['portage', ['var/db/pkg']],
];

/** What a distribution derives from, for derivatives whose ID_LIKE names only their parent. */
const PARENTS: Readonly<Record<string, string>> = { ubuntu: 'debian' };

/** os-release(5): the first of these that exists counts. */
const OS_RELEASE: readonly string[] = ['etc/os-release', 'usr/lib/os-release'];

/**
 * Says what a tree is by what it holds; nothing of the running system is looked at.
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
  const managers = DATABASES.filter(([, paths]) =>
    paths.some((path) => tree.resolve(path) !== undefined),
  ).map(([manager]) => manager);
  const candidates = new Set(['common', ...managers, ...like.toReversed(), distro]);
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
  const like = [...named];
  for (const name of [distro, ...named]) {
    const parent = PARENTS[name];
    if (parent !== undefined && !like.includes(parent)) like.push(parent);
  }
  return like.filter((name, i) => name !== distro && like.indexOf(name) === i);
}
