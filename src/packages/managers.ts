/** The package managers whose databases are read, a row each: what the rest of stillroot has to know of one. */
import type { Tree } from '../tree/tree.ts';
import { apkRepositories, loadApk } from './apk.ts';
import { aptRepositories } from './apt.ts';
import { loadDpkg } from './dpkg.ts';
import type { ManagerName, PackageDatabase, PackageType, ReadFile } from './package.ts';
import { loadPacman, pacmanRepositories } from './pacman.ts';
import type { ImageFiles, Repository } from './repository.ts';
import { loadRpm, rpmRepositories } from './rpm.ts';

export interface PackageManager {
  readonly name: ManagerName;
  /** Of its packages in package URLs. */
  readonly type: PackageType;
  /** Of its packages in mkosi's manifest. */
  readonly mkosiType: string;
  /** Whether package URLs have names in lower case. */
  readonly isCaseless: boolean;
  /** Whether package URLs have the epoch of a version as a qualifier. */
  readonly hasEpochQualifier: boolean;
  /** Reads its database; undefined where the tree has none. Throws with a Damage as the cause where it is damaged. */
  readonly load: (tree: Tree, read: ReadFile) => PackageDatabase | undefined;
  /** Globs of what its database says who owns what in: where one of these differs, any other path may be decided otherwise. */
  readonly inputs: readonly string[];
  /** Directories of which each file is read, so that a part of them is of no use. */
  readonly wholeDirectories: readonly string[];
  /** Where it installs from, in the order of its files. */
  readonly repositories: (files: ImageFiles) => Repository[];
}

const USUAL = { isCaseless: true, hasEpochQualifier: false };

export const MANAGERS: readonly PackageManager[] = [
  {
    name: 'dpkg',
    type: 'deb',
    mkosiType: 'deb',
    ...USUAL,
    load: loadDpkg,
    inputs: [
      'var/lib/dpkg/{status,diversions}',
      'var/lib/dpkg/status.d/**',
      'var/lib/dpkg/info/*.{list,conffiles}',
    ],
    wholeDirectories: ['var/lib/dpkg'],
    repositories: aptRepositories,
  },
  {
    name: 'rpm',
    type: 'rpm',
    mkosiType: 'rpm',
    isCaseless: false,
    hasEpochQualifier: true,
    load: loadRpm,
    inputs: ['{usr/lib/sysimage,var/lib,usr/share}/rpm/**'],
    wholeDirectories: [],
    repositories: rpmRepositories,
  },
  {
    name: 'pacman',
    type: 'alpm',
    mkosiType: 'pkg',
    ...USUAL,
    load: loadPacman,
    inputs: ['var/lib/pacman/local/**'],
    wholeDirectories: ['var/lib/pacman/local'],
    repositories: pacmanRepositories,
  },
  {
    name: 'apk',
    type: 'apk',
    mkosiType: 'apk',
    ...USUAL,
    load: loadApk,
    inputs: ['{usr/,}lib/apk/db/installed'],
    wholeDirectories: [],
    repositories: apkRepositories,
  },
];

/** The row of a package manager by its type. */
export function managerOf(type: PackageType): PackageManager {
  return MANAGERS.find((each) => each.type === type) as PackageManager;
}
