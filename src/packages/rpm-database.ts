/** Finds rpm's database, of any kind, in a tree and reads its headers. */

import { readBdbPackages } from '../formats/rpm/bdb.ts';
import { readNdbPackages } from '../formats/rpm/ndb.ts';
import type { RpmBlob } from '../formats/rpm/package-header.ts';
import { readSqlitePackages } from '../formats/rpm/sqlite-packages.ts';
import type { Tree } from '../tree/tree.ts';
import type { ReadFile } from './package.ts';
import { namingDamage, readDatabaseFile } from './read-database.ts';

/** Fedora and openSUSE; RHEL up to 9, and systems that replaced it with a link; rpm-ostree. */
const RPM_DIRECTORIES: readonly string[] = ['usr/lib/sysimage/rpm', 'var/lib/rpm', 'usr/share/rpm'];

/** Newest kind first: converting a database may have left its predecessor behind. */
const KINDS: readonly { readonly file: string; readonly read: (bytes: Buffer, wal: Buffer) => RpmBlob[] }[] =
  [
    { file: 'rpmdb.sqlite', read: readSqlitePackages },
    { file: 'Packages.db', read: readNdbPackages },
    { file: 'Packages', read: readBdbPackages },
  ];

/** Where a database may be, in order of precedence. */
export const RPM_DATABASES: readonly {
  readonly path: string;
  readonly read: (bytes: Buffer, wal: Buffer) => RpmBlob[];
}[] = RPM_DIRECTORIES.flatMap((directory) =>
  KINDS.map(({ file, read }) => ({ path: `${directory}/${file}`, read })),
);

export interface RpmDatabase {
  /** The file with the headers, as in Entry.path. */
  readonly path: string;
  /** By number, which is the order of installation. */
  readonly packages: readonly RpmBlob[];
}

/**
 * @returns undefined where the tree has no rpm database, or only an empty file of one
 * @throws StillrootError `source-unreadable` where it exists but cannot be read
 */
export function readRpmDatabase(tree: Tree, read: ReadFile): RpmDatabase | undefined {
  for (const { path, read: readPackages } of RPM_DATABASES) {
    const entry = tree.resolve(path);
    if (entry?.type !== 'file' || entry.size === 0) continue;
    const bytes = readDatabaseFile(entry.path, read, 'rpm');
    const log = tree.resolve(`${entry.path}-wal`);
    const wal = log?.type === 'file' ? readDatabaseFile(log.path, read, 'rpm') : Buffer.alloc(0);
    return { path: entry.path, packages: namingDamage(entry.path, () => readPackages(bytes, wal)) };
  }
  return undefined;
}
