import type { Rule } from '../rule.ts';

/** Fedora since 36 and openSUSE; RHEL up to 9, often a link; rpm-ostree. */
const PLACES = '{usr/lib/sysimage,var/lib,usr/share}';

/** The database, and the copy of it that rpm-ostree makes for what the base had. */
const DATABASE = `${PLACES}/{rpm,rpm-ostree-base-db,.rpm-ostree-base-db}`;

/** Copies under further names, such as rpm.bak; their files have names that nothing else has. */
const COPIES = `${PLACES}/{,.}rpm{,[-._]*}`;

/** For every tree with an rpm database, in any of its formats: sqlite, ndb, Berkeley DB. */
export const RPM: readonly Rule[] = [
  {
    id: 'rpm/database-sqlite',
    match: [`${COPIES}/rpmdb.sqlite`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'rpmdb-sqlite' },
    why: 'Package installation times, and a layout that depends on the history of the file.',
    source: 'rpm-ostree; rpm: SOURCE_DATE_EPOCH since 4.18',
  },
  {
    id: 'rpm/database-journal',
    match: [`${COPIES}/rpmdb.sqlite-{wal,shm}`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'sqlite-journal' },
    why: 'The newest changes before they reach the database; dropped only when the database contains them.',
    source: 'mkosi, rpm-ostree; rpm issue 2219',
  },
  {
    id: 'rpm/database-ndb',
    match: [`${COPIES}/Packages.db`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'rpmdb-ndb' },
    why: 'Package installation times, and a layout that depends on the history of the file.',
    source: 'SUSE BCI images: rebuilding the database',
  },
  {
    id: 'rpm/database-bdb',
    match: [`${DATABASE}/[A-Z]*`],
    except: [`${DATABASE}/*.db`],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'rpmdb-bdb' },
    why: 'Package installation times, a random file ID, and stray bytes in unused space.',
    source: 'rpm-ostree: bdb_normalize',
  },
  {
    id: 'rpm/database-locks',
    match: [`${DATABASE}/{.rpm.lock,.keyring.lock,.dbenv.lock,__db.*}`],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Leftover lock files and shared memory.',
    source: 'rpm-ostree, virt-sysprep, SUSE BCI images, lorax; rpm 6.1: _keyring_lockpath',
  },
  {
    id: 'rpm/database-indexes',
    match: [`${DATABASE}/*.db`],
    except: [`${DATABASE}/Packages.db`],
    when: {
      type: 'file',
      policy: { name: 'rpm-indexes', value: 'drop' },
    },
    action: { do: 'drop' },
    why: 'Indexes of an ndb database, whose layout depends on its history; rpm recreates them when root uses it.',
    source: 'SUSE BCI images',
  },
  {
    id: 'rpm/rebuild-leftovers',
    match: [`${PLACES}/rpm{rebuilddb,old}.[0-9]*`],
    when: { type: 'directory' },
    action: { do: 'report' },
    why: 'A database left by an interrupted rebuild, named after its process id: remove it if the other one is intact.',
    source: 'rpm: rpmdbRebuild',
  },
  {
    id: 'rpm/state',
    match: ['var/lib/rpm-state/**'],
    action: { do: 'drop' },
    why: 'Scratch files of package scripts, of no use after the transaction.',
    source: 'Fedora packaging guidelines: scriptlets',
  },
  {
    id: 'rpm/build-ids',
    match: ['usr/lib/.build-id{,/**}'],
    action: { do: 'keep' },
    why: 'Links from build IDs to programs, which packages ship for debuggers.',
    source: 'rpm: build IDs',
  },
  {
    id: 'rpm/database-drop',
    match: [`${DATABASE}/**`],
    when: { policy: { name: 'package-database', value: 'drop' } },
    action: { do: 'drop' },
    why: 'The package database, not needed in an image that is never upgraded in place.',
    source: 'mkosi',
  },
];
