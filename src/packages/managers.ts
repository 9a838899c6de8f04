/**
 * The package managers whose databases are read, a row each: what the rest of stillroot needs to know about one. The
 * readers are in readers.ts, so that this table is cheap to load. To add a package manager, add a row to both.
 */

export interface PackageManager {
  /** Also the name of its layer of rules. */
  readonly name: string;
  /** Type of its packages in package URLs. */
  readonly type: string;
  /** Type of its packages in mkosi's manifest. */
  readonly mkosiType: string;
  /** Whether names are lower case in package URLs. */
  readonly isCaseless: boolean;
  /** Whether the epoch of a version is a qualifier in package URLs. */
  readonly hasEpochQualifier: boolean;
  /** Paths that prove its database. A bare directory proves little: Debian's rpm package ships one. */
  readonly signs: readonly string[];
  /** Directories with its state and that of its helpers: a tree with files from another's is no longer one system. */
  readonly stateDirectories: readonly string[];
  /** Directories that some systems keep elsewhere, each with its other places; see moved-directories.ts. */
  readonly moves: readonly (readonly [from: string, to: readonly string[]])[];
  /** Globs of the files that record ownership: if one of these differs, decisions about any other path may change. */
  readonly inputs: readonly string[];
  /** Directories of which every file is needed, so that reading a part is useless. */
  readonly wholeDirectories: readonly string[];
}

const USUAL = { isCaseless: true, hasEpochQualifier: false };
const RPM_DIRECTORIES = ['usr/lib/sysimage/rpm', 'var/lib/rpm', 'usr/share/rpm'];

export const MANAGERS: readonly PackageManager[] = [
  {
    name: 'dpkg',
    type: 'deb',
    mkosiType: 'deb',
    ...USUAL,
    signs: ['var/lib/dpkg/status', 'var/lib/dpkg/status.d'],
    stateDirectories: ['var/lib/dpkg', 'var/lib/apt', 'var/lib/ucf', 'var/cache/debconf'],
    moves: [['var/lib/dpkg', ['usr/share/dpkg/database', 'usr/lib/sysimage/dpkg']]],
    inputs: [
      'var/lib/dpkg/{status,diversions}',
      'var/lib/dpkg/status.d/**',
      'var/lib/dpkg/info/*.{list,conffiles}',
    ],
    wholeDirectories: ['var/lib/dpkg'],
  },
  {
    name: 'rpm',
    type: 'rpm',
    mkosiType: 'rpm',
    isCaseless: false,
    hasEpochQualifier: true,
    signs: RPM_DIRECTORIES.flatMap((directory) =>
      ['rpmdb.sqlite', 'Packages.db', 'Packages'].map((file) => `${directory}/${file}`),
    ),
    stateDirectories: [
      ...RPM_DIRECTORIES,
      ...['.rpm', 'rpm-ostree-base-db', '.rpm-ostree-base-db', 'libdnf5'].map(
        (name) => `usr/lib/sysimage/${name}`,
      ),
      ...['var/lib/dnf', 'var/lib/zypp'],
    ],
    moves: [
      ['var/lib/dnf', ['usr/lib/sysimage/dnf']],
      ['var/lib/zypp', ['usr/lib/sysimage/zypp']],
    ],
    inputs: ['{usr/lib/sysimage,var/lib,usr/share}/rpm/**'],
    wholeDirectories: [],
  },
  {
    name: 'pacman',
    type: 'alpm',
    mkosiType: 'pkg',
    ...USUAL,
    signs: ['var/lib/pacman/local'],
    stateDirectories: ['var/lib/pacman'],
    moves: [
      [
        'var/lib/pacman/local',
        ['usr/lib/pacman/local', 'usr/share/pacman/local', 'usr/lib/sysimage/pacman/local'],
      ],
    ],
    inputs: ['var/lib/pacman/local/**'],
    wholeDirectories: ['var/lib/pacman/local'],
  },
  {
    name: 'apk',
    type: 'apk',
    mkosiType: 'apk',
    ...USUAL,
    signs: ['lib/apk/db/installed', 'usr/lib/apk/db/installed'],
    stateDirectories: ['lib/apk', 'usr/lib/apk', 'etc/apk'],
    moves: [],
    inputs: ['{usr/,}lib/apk/db/installed'],
    wholeDirectories: [],
  },
];

/** The row of a package manager. @param type of package URLs, from a row */
export function managerOf(type: string): PackageManager {
  return MANAGERS.find((each) => each.type === type) as PackageManager;
}

/** Names of all rows, in order. */
export function managerNames(): readonly string[] {
  return MANAGERS.map(({ name }) => name);
}

/** Types of package URLs. */
export function packageTypes(): readonly string[] {
  return MANAGERS.map(({ type }) => type);
}

/** mkosi's types as text, with the manager where its name differs: "`deb`, `rpm`, `pkg` (pacman) or `apk`". */
export function mkosiTypesText(): string {
  const all = MANAGERS.map(({ name, type, mkosiType }) =>
    type === mkosiType ? `\`${mkosiType}\`` : `\`${mkosiType}\` (${name})`,
  );
  return `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
