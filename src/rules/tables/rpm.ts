import type { Rule } from '../rule.ts';

/** Fedora since 36 and openSUSE; RHEL up to 9, often a link; rpm-ostree. */
const PLACES = '{usr/lib/sysimage,var/lib,usr/share}';

/** The database, and the copy of the base's database that rpm-ostree makes. */
const DATABASE = `${PLACES}/{rpm,rpm-ostree-base-db,.rpm-ostree-base-db}`;

/** Copies under other names, such as rpm.bak; the names of their files are unambiguous. */
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
    // Not of indexes and locks, which go; a directory is the package filesystem's or rpm's own.
    id: 'rpm/database-mode',
    match: [`${DATABASE}/{rpmdb.sqlite,Packages.db,Packages}`],
    when: { type: 'file' },
    action: { do: 'mode', mode: 0o644 },
    why: 'Created with the umask of the build; users query packages, so the database is readable by all.',
    source: 'observed with rpm 4.18',
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

/** State of dnf and dnf5, and of yum before them. */
export const DNF: readonly Rule[] = [
  {
    id: 'dnf/cache',
    match: ['var/cache/{dnf,libdnf5,yum}/**'],
    action: { do: 'drop' },
    why: 'Repository indexes and packages, with their download times.',
    source: 'mkosi, OpenEmbedded, CentOS bootc',
  },
  {
    id: 'dnf/count-me',
    match: ['var/lib/dnf/repos/*/countme', 'var/lib/rpm-ostree-countme/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The week in which this system was last counted.',
    source: 'podman machine images',
  },
  {
    id: 'dnf/history',
    match: ['var/lib/dnf/history.sqlite'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'dnf-history' },
    why: 'Transaction times, and rows in varying order.',
    source: 'podman machine images; dnf issue 2274',
  },
  {
    id: 'dnf/libdnf5-history',
    match: ['usr/lib/sysimage/libdnf5/transaction_history.sqlite'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'dnf5-history' },
    why: 'Transaction times; dnf5 honours SOURCE_DATE_EPOCH and sorts the rows since 5.4.',
    source: 'podman machine images; dnf5 issue 2326',
  },
  {
    id: 'dnf/history-journal',
    match: ['{var/lib/dnf/history,usr/lib/sysimage/libdnf5/transaction_history}.sqlite-{wal,shm}'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'sqlite-journal' },
    why: 'The newest changes before they reach the database; dropped only when the database contains them.',
    source: 'mkosi',
  },
  {
    id: 'dnf/history-drop',
    match: ['var/lib/dnf/history.sqlite{,-wal,-shm,-journal}'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Transaction times; without it, requested packages are unknown, and autoremove removes nothing.',
    source: 'mkosi, OpenEmbedded, lorax',
  },
  {
    id: 'dnf/history-mode',
    match: ['var/lib/dnf/history.sqlite'],
    when: { type: 'file' },
    action: { do: 'mode', mode: 0o644 },
    why: 'Created with the umask of the build; users query the history, so it is readable by all.',
    source: 'observed with dnf 4.14',
  },
  {
    // Installed from outside, into a tree without dnf.
    id: 'dnf/directory-modes',
    match: ['etc/dnf{,/modules.d}', 'var/{cache,lib}/dnf'],
    when: { type: 'directory', owned: false },
    action: { do: 'mode', mode: 0o755 },
    why: 'No package says which permissions it has, so it has those of the umask of the build.',
    source: 'observed with dnf 4.14',
  },
  {
    id: 'dnf/libdnf5-history-drop',
    match: ['usr/lib/sysimage/libdnf5/transaction_history.sqlite{,-wal,-shm,-journal}'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Transaction times; requested packages are recorded in other files.',
    source: 'secureblue, podman machine images',
  },
  {
    // Its files are named after the day, and nothing reads them after that day.
    id: 'dnf/yum-history',
    match: ['var/lib/yum/history/**'],
    when: { type: 'file', policy: { name: 'dnf-history', value: ['drop', 'rewrite'] } },
    action: { do: 'drop' },
    why: 'Transactions of yum, with times, in files named after the day.',
    source: 'mkosi, OpenEmbedded, virt-sysprep',
  },
  {
    id: 'dnf/package-notes',
    match: ['var/lib/{dnf,yum}/yumdb/**', 'var/lib/dnf/{modulefailsafe,packages}/**'],
    when: { type: 'file', policy: { name: 'dnf-history', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Data that dnf keeps about each package, including times of its repository.',
    source: 'mkosi, OpenEmbedded',
  },
  {
    id: 'dnf/libdnf5-state',
    match: ['usr/lib/sysimage/libdnf5/{packages,nevras,groups,environments,modules}.toml'],
    action: { do: 'keep' },
    why: 'Why each package is installed: sorted, without times, and recorded nowhere else.',
    source: 'dnf5: system-state(7)',
  },
  {
    id: 'dnf/libdnf5-cookie',
    match: ['usr/lib/sysimage/libdnf5/system.toml'],
    when: { type: 'file', policy: { name: 'package-database', value: 'rewrite' } },
    action: { do: 'rewrite', normalizer: 'dnf5-rpmdb-cookie' },
    why: "The digest of the package numbers in rpm's database, which is rewritten.",
    source: 'dnf5: system/state.cpp; rpm: rpmdbCookie',
  },
  {
    id: 'dnf/offline-transaction',
    match: ['{usr/lib/sysimage/libdnf5,var/lib/dnf}/offline/**', 'var/lib/dnf/system-upgrade/**'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A transaction is pending for the next boot: carry it out or cancel it before building the image.',
    source: 'dnf5: offline(8)',
  },
];

/** State of libzypp, the library of zypper and YaST. */
export const ZYPP: readonly Rule[] = [
  {
    id: 'zypp/auto-installed',
    match: ['var/lib/zypp/AutoInstalled'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-auto-installed' },
    why: 'Its first line says when it was written; the list of dependencies stays.',
    source: 'SUSE BCI images; libzypp: SolvIdentFile',
  },
  {
    id: 'zypp/requested-locales',
    match: ['var/lib/zypp/RequestedLocales'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-requested-locales' },
    why: 'Its first line says when it was written, and its lines are in hash order.',
    source: 'libzypp: RequestedLocalesFile',
  },
  {
    id: 'zypp/solver-state',
    match: ['var/lib/zypp/{LastDistributionFlavor,HardLocks}', 'etc/zypp/locks'],
    action: { do: 'keep' },
    why: 'Contains no times, and depends only on what was requested.',
    source: 'libzypp: HardLocksFile, TargetImpl',
  },
  {
    id: 'zypp/cache',
    match: ['var/cache/zypp/**', 'var/cache/zypper/RPMS/**'],
    action: { do: 'drop' },
    why: 'Repository indexes, solver caches and packages; zypper downloads them again.',
    source: 'SUSE BCI images; zypper',
  },
  {
    // Installed from outside, into a tree without libzypp.
    id: 'zypp/directory-modes',
    match: ['etc/zypp{,/repos.d,/services.d}', 'var/{cache,lib,log}/zypp'],
    when: { type: 'directory', owned: false },
    action: { do: 'mode', mode: 0o755 },
    why: 'No package says which permissions it has, so it has those of the umask of the build.',
    source: 'observed with zypper 1.14',
  },
  {
    // Written if YaST created the directory.
    id: 'zypp/cookies',
    match: ['var/lib/YaST2/cookies'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Data that mirrors asked the downloader to remember, with times.',
    source: 'libzypp: MediaCurl',
  },
  {
    id: 'zypp/attach-points',
    match: ['var/adm/mount/AP_0x*{,/**}'],
    action: { do: 'drop' },
    why: 'Media directories with random names, left by an interrupted zypper.',
    source: 'libzypp: MediaHandler::createAttachPoint',
  },
  {
    id: 'zypp/solver-test-cases',
    match: ['var/log/updateTestcase-*{,/**}', 'var/log/zypper.solverTestCase{,/**}'],
    action: { do: 'drop' },
    why: 'Solver test cases of a distribution upgrade, for bug reports, named after the time.',
    source: 'libzypp: writeUpgradeTestcase; zypper',
  },
  {
    id: 'zypp/shell-history',
    match: ['{root,home/*}/.zypper_history'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Command history from building the tree.',
    source: 'zypper: shell',
  },
  {
    id: 'zypp/secret-logins',
    match: ['etc/zypp/credentials.cat', '{root,home/*}/.zypp/credentials.cat'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Credentials for package repositories are in the image; mount them during the bootstrap instead.',
    source: 'libzypp: CredentialManager',
  },
  {
    id: 'zypp/repositories',
    match: ['etc/zypp/{repos.d,services.d,zypp.conf.d}/**'],
    action: { do: 'keep' },
    why: 'Where packages come from; chosen on purpose.',
    source: 'libzypp',
  },
  {
    id: 'zypp/service-refresh',
    match: ['etc/zypp/services.d/*.service'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'zypp-service' },
    why: 'The repository service stays; the time of its last refresh is removed.',
    source: 'libzypp: ServiceInfo::dumpAsIniOn',
  },
];
