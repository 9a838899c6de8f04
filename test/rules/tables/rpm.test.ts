import { RPM } from '../../../src/rules/tables/rpm.ts';
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
