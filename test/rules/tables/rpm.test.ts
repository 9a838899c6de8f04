import { DNF, RPM, ZYPP } from '../../../src/rules/tables/rpm.ts';
import { testCases } from './cases.ts';

const DATABASE = 'usr/lib/sysimage/rpm';

testCases('rules/tables/rpm', RPM, [
  {
    rule: 'rpm/database-sqlite',
    fires: [`${DATABASE}/rpmdb.sqlite`, 'var/lib/rpm/rpmdb.sqlite'],
    spares: [`${DATABASE}/rpmdb.sqlite.bak`, 'usr/lib/rpm/rpmdb.sqlite'],
  },
  {
    // Copies: what rpm-ostree had as base, backups, and databases in directories that were moved.
    rule: 'rpm/database-sqlite',
    fires: [
      'usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite',
      'usr/share/.rpm-ostree-base-db/rpmdb.sqlite',
      'var/lib/rpm.bak/rpmdb.sqlite',
      'usr/share/factory/var/lib/rpm/rpmdb.sqlite',
    ],
    spares: ['usr/lib/sysimage/other/rpmdb.sqlite', 'srv/rpm/rpmdb.sqlite', 'var/lib/rpmfoo/rpmdb.sqlite'],
  },
  {
    rule: 'rpm/database-journal',
    fires: ['usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite-shm'],
    spares: ['usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite'],
  },
  {
    rule: 'rpm/database-locks',
    fires: ['usr/lib/sysimage/rpm-ostree-base-db/.rpm.lock'],
    spares: ['usr/lib/sysimage/rpm-ostree/.rpm.lock'],
  },
  {
    rule: 'rpm/database-mode',
    fires: [`${DATABASE}/rpmdb.sqlite@600`, 'var/lib/rpm/Packages@600', 'var/lib/rpm/Packages.db@640'],
    spares: [
      `${DATABASE}/@700`,
      `${DATABASE}/.rpm.lock@600`,
      'var/lib/rpm/Name@600',
      'root/.rpmdb/rpmdb.sqlite@600',
    ],
  },
  {
    rule: 'rpm/rebuild-leftovers',
    fires: ['var/lib/rpmrebuilddb.4711/', 'usr/lib/sysimage/rpmold.12/'],
    spares: ['var/lib/rpm/', 'var/lib/rpm-state/', 'var/lib/rpmold.12'],
  },
  {
    rule: 'rpm/database-sqlite',
    fires: [],
    spares: [`${DATABASE}/rpmdb.sqlite`],
    policies: { 'package-database': 'keep' },
  },
  {
    rule: 'rpm/database-journal',
    fires: [`${DATABASE}/rpmdb.sqlite-wal`, `${DATABASE}/rpmdb.sqlite-shm`],
    spares: [`${DATABASE}/rpmdb.sqlite`, `${DATABASE}/rpmdb.sqlite-journal`],
  },
  {
    rule: 'rpm/database-ndb',
    fires: [`${DATABASE}/Packages.db`],
    spares: [`${DATABASE}/Index.db`],
  },
  {
    rule: 'rpm/database-bdb',
    fires: ['var/lib/rpm/Packages', 'var/lib/rpm/Basenames', 'var/lib/rpm/Installtid'],
    spares: ['var/lib/rpm/Packages.db', 'var/lib/rpm/__db.001', 'var/lib/rpm/rpmdb.sqlite'],
  },
  {
    rule: 'rpm/database-locks',
    fires: [
      `${DATABASE}/.rpm.lock`,
      `${DATABASE}/.keyring.lock`,
      ...['var/lib/rpm/__db.001', 'var/lib/rpm/.dbenv.lock'],
    ],
    spares: [`${DATABASE}/rpmdb.sqlite`, 'usr/lib/rpm/.rpm.lock', `${DATABASE}/pubkeys/a.key`],
  },
  {
    rule: 'rpm/database-indexes',
    fires: [`${DATABASE}/Index.db`, 'var/lib/rpm/Name.db'],
    spares: [`${DATABASE}/Packages.db`, 'var/lib/rpm/rpmdb.sqlite', 'usr/lib/rpm/x.db'],
  },
  {
    rule: 'rpm/database-indexes',
    fires: [],
    spares: [`${DATABASE}/Index.db`],
    policies: { 'rpm-indexes': 'keep' },
  },
  {
    rule: 'rpm/state',
    fires: ['var/lib/rpm-state/nfs/x'],
    spares: ['var/lib/rpm-state/', 'var/lib/rpm/Packages'],
  },
  {
    rule: 'rpm/build-ids',
    fires: ['usr/lib/.build-id/ab/cdef -> ../../../bin/bash'],
    spares: ['usr/lib/debug/.build-id/ab/cdef'],
  },
  {
    rule: 'rpm/database-drop',
    fires: [
      `${DATABASE}/rpmdb.sqlite`,
      'var/lib/rpm/Packages',
      'usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite',
    ],
    spares: [`${DATABASE}/`, 'etc/rpm/macros'],
    policies: { 'package-database': 'drop' },
  },
]);

const LIBDNF5 = 'usr/lib/sysimage/libdnf5';

testCases('rules/tables/dnf', DNF, [
  {
    rule: 'dnf/cache',
    fires: ['var/cache/dnf/fedora-1/repodata/repomd.xml', 'var/cache/libdnf5/x.solv', 'var/cache/yum/x'],
    spares: ['var/cache/dnf/', 'var/cache/dnf-other/x', 'etc/dnf/dnf.conf'],
  },
  {
    rule: 'dnf/count-me',
    fires: ['var/lib/dnf/repos/fedora-1/countme', 'var/lib/rpm-ostree-countme/state'],
    spares: ['var/lib/dnf/repos/fedora-1/other', 'etc/yum.repos.d/countme'],
  },
  {
    rule: 'dnf/history',
    fires: ['var/lib/dnf/history.sqlite'],
    spares: ['var/lib/yum/history.sqlite', 'var/lib/dnf/history.sqlite.bak'],
  },
  {
    rule: 'dnf/history',
    fires: [],
    spares: ['var/lib/dnf/history.sqlite'],
    policies: { 'dnf-history': 'keep' },
  },
  {
    rule: 'dnf/libdnf5-history',
    fires: [`${LIBDNF5}/transaction_history.sqlite`],
    spares: [`${LIBDNF5}/packages.toml`],
  },
  {
    rule: 'dnf/history-journal',
    fires: ['var/lib/dnf/history.sqlite-wal', `${LIBDNF5}/transaction_history.sqlite-shm`],
    spares: ['var/lib/dnf/history.sqlite', 'var/lib/dnf/other.sqlite-wal'],
  },
  {
    rule: 'dnf/history-drop',
    fires: ['var/lib/dnf/history.sqlite', 'var/lib/dnf/history.sqlite-wal', 'var/lib/dnf/history.sqlite-shm'],
    spares: ['var/lib/dnf/history.sqlite.bak', 'var/lib/dnf/system-upgrade-state.json'],
    policies: { 'dnf-history': 'drop' },
  },
  {
    rule: 'dnf/history-mode',
    fires: ['var/lib/dnf/history.sqlite@600'],
    spares: ['var/lib/dnf/@700', 'var/lib/dnf/other.sqlite@600', 'etc/dnf/dnf.conf@600'],
  },
  {
    rule: 'dnf/directory-modes',
    fires: ['etc/dnf/@700', 'etc/dnf/modules.d/@700', 'var/lib/dnf/@700', 'var/cache/dnf/@700'],
    spares: ['etc/dnf/vars/@700', 'var/lib/dnf/repos/@700', 'etc/yum.repos.d/@700'],
    owned: ['etc/dnf/vars'],
  },
  {
    rule: 'dnf/directory-modes',
    fires: ['var/lib/dnf/@700'],
    spares: ['etc/dnf/@750'],
    owned: ['etc/dnf'],
  },
  {
    rule: 'dnf/libdnf5-history-drop',
    fires: [`${LIBDNF5}/transaction_history.sqlite`, `${LIBDNF5}/transaction_history.sqlite-wal`],
    spares: [`${LIBDNF5}/system.toml`],
    policies: { 'dnf-history': 'drop' },
  },
  {
    rule: 'dnf/yum-history',
    fires: ['var/lib/yum/history/history-2023-11-14.sqlite'],
    spares: ['var/lib/yum/history/', 'var/lib/yum/yumdb/b/x/from_repo'],
  },
  {
    rule: 'dnf/yum-history',
    fires: [],
    spares: ['var/lib/yum/history/history-2023-11-14.sqlite'],
    policies: { 'dnf-history': 'keep' },
  },
  {
    rule: 'dnf/package-notes',
    fires: ['var/lib/yum/yumdb/b/x/from_repo', 'var/lib/dnf/modulefailsafe/perl:5.26:x86_64.yaml'],
    spares: ['var/lib/dnf/modules/x', 'var/lib/dnf/repos/x/y'],
    policies: { 'dnf-history': 'drop' },
  },
  { rule: 'dnf/package-notes', fires: [], spares: ['var/lib/yum/yumdb/b/x/from_repo'] },
  {
    rule: 'dnf/libdnf5-state',
    fires: [`${LIBDNF5}/packages.toml`, `${LIBDNF5}/nevras.toml`],
    spares: [`${LIBDNF5}/system.toml`, `${LIBDNF5}/offline/packages.toml`],
  },
  {
    rule: 'dnf/libdnf5-cookie',
    fires: [`${LIBDNF5}/system.toml`],
    spares: [`${LIBDNF5}/groups.toml`, 'etc/dnf/system.toml'],
  },
  {
    rule: 'dnf/offline-transaction',
    fires: [`${LIBDNF5}/offline/transaction.json`, 'var/lib/dnf/system-upgrade/x'],
    spares: [`${LIBDNF5}/offline/`, `${LIBDNF5}/packages.toml`],
  },
]);

testCases('rules/tables/zypp', ZYPP, [
  {
    rule: 'zypp/auto-installed',
    fires: ['var/lib/zypp/AutoInstalled'],
    spares: ['var/lib/zypp/HardLocks', 'var/lib/zypp/AutoInstalled.bak'],
  },
  {
    rule: 'zypp/requested-locales',
    fires: ['var/lib/zypp/RequestedLocales'],
    spares: ['var/lib/zypp/LastDistributionFlavor', 'var/lib/zypp/RequestedLocales.bak'],
  },
  {
    rule: 'zypp/solver-state',
    fires: ['var/lib/zypp/HardLocks', 'var/lib/zypp/LastDistributionFlavor', 'etc/zypp/locks'],
    spares: ['var/lib/zypp/AnonymousUniqueId', 'etc/zypp/zypp.conf'],
  },
  {
    rule: 'zypp/cache',
    fires: ['var/cache/zypp/raw/oss/repodata/repomd.xml', 'var/cache/zypp/solv/', 'var/cache/zypp/geoip.d/x'],
    spares: ['var/cache/zypp/'],
  },
  {
    rule: 'zypp/cache',
    fires: ['var/cache/zypper/RPMS/alpha-1.0-1.noarch.rpm'],
    spares: ['var/cache/zypper/source-download/alpha-1.0-1.src.rpm', 'var/cache/zypper/RPMS/'],
  },
  {
    rule: 'zypp/directory-modes',
    fires: [
      'etc/zypp/@700',
      'etc/zypp/repos.d/@700',
      'var/lib/zypp/@700',
      'var/log/zypp/@700',
      'var/cache/zypp/@700',
    ],
    spares: ['etc/zypp/services.d/@750', 'etc/zypp/credentials.d/@700', 'etc/zypp/repos.d/main.repo@600'],
    owned: ['etc/zypp/services.d'],
  },
  {
    rule: 'zypp/cookies',
    fires: ['var/lib/YaST2/cookies'],
    spares: ['var/lib/YaST2/', 'var/lib/YaST2/cookies.d/x', 'srv/var/lib/YaST2/cookies'],
  },
  {
    rule: 'zypp/attach-points',
    fires: ['var/adm/mount/AP_0xUKm6eq/', 'var/adm/mount/AP_0xUKm6eq/media.1/media'],
    spares: ['var/adm/mount/', 'var/adm/mount/disc/', 'var/adm/AP_0x1/'],
  },
  {
    rule: 'zypp/solver-test-cases',
    fires: [
      'var/log/updateTestcase-2024-03-01-10-00-00/',
      'var/log/updateTestcase-2024-03-01-10-00-00/solver-system.xml.gz',
      'var/log/zypper.solverTestCase/solver-test.xml',
    ],
    spares: ['var/log/update/', 'srv/updateTestcase-2024-03-01-10-00-00/'],
  },
  {
    rule: 'zypp/shell-history',
    fires: ['root/.zypper_history', 'home/geeko/.zypper_history'],
    spares: ['root/.zypper.conf', 'srv/.zypper_history'],
  },
  {
    rule: 'zypp/secret-logins',
    fires: ['etc/zypp/credentials.cat', 'root/.zypp/credentials.cat'],
    spares: ['etc/zypp/zypper.conf', 'root/.zypp/'],
  },
  {
    rule: 'zypp/repositories',
    fires: ['etc/zypp/repos.d/oss.repo', 'etc/zypp/zypp.conf.d/local.conf'],
    spares: ['etc/zypp/credentials.d/SCCcredentials'],
  },
  {
    rule: 'zypp/service-refresh',
    fires: ['etc/zypp/services.d/openSUSE.service'],
    spares: ['etc/zypp/repos.d/openSUSE:repo-oss.repo', 'etc/zypp/services.d/openSUSE.service.rpmnew'],
  },
]);
