import { DEBIAN_DATABASES } from '../../../src/rules/tables/debian-databases.ts';
import { testCases } from './cases.ts';

const DROP = { databases: 'drop' };
const POSTGRESQL = [
  'var/lib/postgresql/15/main/global/pg_control',
  'var/lib/postgresql/15/main/PG_VERSION',
  'etc/postgresql/15/main/postgresql.conf',
];
const MARIADB = ['var/lib/mysql/ibdata1', 'var/lib/mysql/mysql/user.frm', 'var/lib/mysql/sys/'];
const SLAPD = ['etc/ldap/slapd.d/cn=config.ldif', 'etc/ldap/slapd.d/cn=config/', 'var/lib/ldap/data.mdb'];

testCases('rules/tables/debian-databases', DEBIAN_DATABASES, [
  {
    rule: 'debian/postgresql-database-report',
    fires: ['var/lib/postgresql/15/main/global/pg_control'],
    spares: ['var/lib/postgresql/15/main/PG_VERSION', 'var/lib/postgresql/.bash_history'],
    owned: [],
  },
  {
    rule: 'debian/postgresql-database',
    fires: POSTGRESQL,
    spares: ['var/lib/postgresql/15/', 'var/lib/postgresql/', 'etc/postgresql-common/createcluster.conf'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/postgresql-database-needed',
    fires: ['var/lib/postgresql/'],
    spares: ['etc/postgresql/'],
    with: POSTGRESQL,
    owned: [],
    policies: DROP,
  },
  { rule: 'debian/postgresql-database', fires: [], spares: POSTGRESQL, owned: [] },
  {
    rule: 'debian/mariadb-database-report',
    fires: ['var/lib/mysql/ibdata1'],
    spares: ['var/lib/mysql/mysql/user.frm', 'var/lib/mysql/debian-10.11.flag'],
    owned: [],
  },
  {
    rule: 'debian/mariadb-database',
    fires: MARIADB,
    spares: [
      'var/lib/mysql/',
      'var/lib/mysql/debian-10.11.flag',
      'etc/mysql/my.cnf',
      'var/lib/mysql-files/x',
    ],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/mariadb-database-needed',
    fires: ['var/lib/mysql/'],
    spares: ['var/lib/mysql-files/'],
    with: MARIADB,
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/slapd-database-report',
    fires: ['etc/ldap/slapd.d/cn=config.ldif'],
    spares: ['etc/ldap/ldap.conf'],
    owned: [],
  },
  {
    rule: 'debian/slapd-database',
    fires: SLAPD,
    spares: ['etc/ldap/ldap.conf', 'etc/ldap/schema/core.ldif', 'var/lib/ldap/'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/slapd-database-needed',
    fires: ['etc/ldap/slapd.d/'],
    spares: ['etc/ldap/schema/'],
    with: SLAPD,
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/heimdal-database-report',
    fires: ['var/lib/heimdal-kdc/heimdal.db'],
    spares: ['var/lib/heimdal-kdc/kdc.conf'],
    owned: [],
  },
  ...['debian/heimdal-database-report', 'debian/heimdal-database', 'debian/heimdal-database-needed'].map(
    (rule) => ({
      ...{ rule, fires: [], spares: ['var/lib/heimdal-kdc/', 'var/lib/heimdal-kdc/heimdal.db'], owned: [] },
      policies: { databases: 'keep' },
    }),
  ),
  {
    rule: 'debian/heimdal-database-report',
    fires: [],
    spares: ['var/lib/heimdal-kdc/heimdal.db'],
    owned: ['var/lib/heimdal-kdc/heimdal.db'],
  },
  {
    rule: 'debian/heimdal-database',
    fires: [],
    spares: ['var/lib/heimdal-kdc/m-key'],
    owned: ['var/lib/heimdal-kdc/m-key'],
    policies: DROP,
  },
  {
    rule: 'debian/heimdal-database',
    fires: ['var/lib/heimdal-kdc/heimdal.db', 'var/lib/heimdal-kdc/m-key'],
    spares: ['var/lib/heimdal-kdc/kdc.conf', 'var/lib/heimdal-kdc/kadmind.acl'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/heimdal-database-needed',
    fires: ['var/lib/heimdal-kdc/'],
    spares: ['var/lib/heimdal-kdc/kdc.conf', 'var/lib/krb5kdc/'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/heimdal-database-needed',
    fires: [],
    spares: ['var/lib/heimdal-kdc -> /srv/kdc'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/firebird-database-report',
    fires: ['var/lib/firebird/3.0/system/security3.fdb'],
    spares: ['var/lib/firebird/3.0/data/own.fdb', 'var/lib/firebird/3.0/system/help.fdb'],
    owned: [],
  },
  {
    rule: 'debian/firebird-database',
    fires: ['var/lib/firebird/3.0/system/security3.fdb'],
    spares: ['var/lib/firebird/3.0/data/own.fdb', 'var/lib/firebird/3.0/system/'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/firebird-database-needed',
    fires: ['var/lib/firebird/'],
    spares: ['var/lib/firebird/3.0/data/'],
    with: ['var/lib/firebird/3.0/system/security3.fdb'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/schleuder-database-report',
    fires: ['var/lib/schleuder/db.sqlite'],
    spares: ['var/lib/schleuder/db.sqlite.old', 'var/lib/other/db.sqlite'],
    owned: [],
  },
  {
    rule: 'debian/schleuder-database',
    fires: ['var/lib/schleuder/db.sqlite'],
    spares: ['var/lib/schleuder/', 'var/lib/schleuder/lists/'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/schleuder-database-needed',
    fires: ['var/lib/schleuder/'],
    spares: ['var/lib/schleuder/lists/'],
    with: ['var/lib/schleuder/db.sqlite'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/wims-lti-database-report',
    fires: ['var/lib/wims-lti/db.sqlite3'],
    spares: ['var/lib/wims-lti/manage.py', 'var/lib/other/db.sqlite3'],
    owned: [],
  },
  {
    rule: 'debian/wims-lti-database',
    fires: ['var/lib/wims-lti/db.sqlite3'],
    spares: ['var/lib/wims-lti/manage.py', 'var/lib/wims-lti/'],
    owned: [],
    policies: DROP,
  },
  {
    rule: 'debian/wims-lti-database-needed',
    fires: ['var/lib/wims-lti/'],
    spares: ['var/lib/wims-lti/wimsLTI/'],
    with: ['var/lib/wims-lti/db.sqlite3'],
    owned: [],
    policies: DROP,
  },
  // None of them is left in part, regardless of other rules.
  { rule: 'debian/mariadb-database', fires: [], spares: MARIADB, owned: [], policies: { databases: 'keep' } },
]);
