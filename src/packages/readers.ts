/** The readers of each package manager's files: its database and its repositories. By the names in managers.ts. */
import type { Tree } from '../tree/tree.ts';
import { apkRepositories, loadApk } from './apk.ts';
import { aptRepositories } from './apt.ts';
import { loadDpkg } from './dpkg.ts';
import type { PackageDatabase, ReadFile } from './package.ts';
import { loadPacman, pacmanRepositories } from './pacman.ts';
import type { ImageFiles, Repository } from './repository.ts';
import { loadRpm, rpmRepositories } from './rpm.ts';

export interface PackageReader {
  /** Reads its database; undefined where the tree has none. If damaged, throws an error with a Damage as its cause. */
  readonly load: (tree: Tree, read: ReadFile) => PackageDatabase | undefined;
  /** Where it installs from, in the order of its files. */
  readonly repositories: (files: ImageFiles) => Repository[];
}

export const READERS: Readonly<Record<string, PackageReader>> = {
  dpkg: { load: loadDpkg, repositories: aptRepositories },
  rpm: { load: loadRpm, repositories: rpmRepositories },
  pacman: { load: loadPacman, repositories: pacmanRepositories },
  apk: { load: loadApk, repositories: apkRepositories },
};
