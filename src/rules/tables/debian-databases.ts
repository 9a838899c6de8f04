import type { Rule } from '../rule.ts';

/**
 * Databases that maintainer scripts create at installation: they hold random identifiers and times, and all machines
 * made from one image share them. A database is a unit: `--policy databases=drop` removes all of it and what
 * belongs to it, never a part.
 */
interface DatabaseRow {
  /** Part of the ids. */
  readonly id: string;
  /** What shows that the database exists. */
  readonly sign: readonly string[];
  /** Everything that belongs to it. */
  readonly all: readonly string[];
  /** What stays although it is there. */
  readonly except?: readonly string[];
  /** What to do before the installation, or at first boot, instead; ends a sentence. */
  readonly instead: string;
  /** What recreates it; ends a sentence. */
  readonly again: string;
  readonly source: string;
}

const DATABASES: readonly DatabaseRow[] = [
  {
    id: 'postgresql',
    sign: ['var/lib/postgresql/*/*/global/pg_control'],
    all: ['var/lib/postgresql/*/*{,/**}', 'etc/postgresql/*/*{,/**}'],
    instead: 'set create_main_cluster = false before',
    again: '`pg_createcluster VERSION main` creates it at first boot',
    source: 'Debian postgresql-common: pg_createcluster(1), createcluster.conf',
  },
  {
    id: 'mariadb',
    sign: ['var/lib/mysql/{ibdata1,mysql.ibd}'],
    all: ['var/lib/mysql/**'],
    except: ['var/lib/mysql/debian-*.flag'],
    instead: 'it works, but all machines share its identifiers',
    again: '`mariadb-install-db --user=mysql` creates it at first boot',
    source: 'Debian mariadb-server: postinst',
  },
  {
    id: 'slapd',
    sign: ['etc/ldap/slapd.d/cn=config.ldif'],
    all: ['etc/ldap/slapd.d/**', 'var/lib/ldap/**'],
    instead: 'preseed slapd/no_configuration=true',
    again: '`dpkg-reconfigure slapd` creates it at first boot',
    source: 'Debian slapd: postinst, slapd.scripts-common',
  },
  {
    id: 'heimdal',
    sign: ['var/lib/heimdal-kdc/heimdal.db'],
    all: ['var/lib/heimdal-kdc/{heimdal.db,m-key,log}'],
    instead: 'all images share its keys',
    again: '`dpkg-reconfigure heimdal-kdc` creates it at first boot',
    source: 'Debian heimdal-kdc: postinst',
  },
  {
    id: 'firebird',
    sign: ['var/lib/firebird/*/system/security*.fdb'],
    all: ['var/lib/firebird/*/system/security*.fdb'],
    instead: 'all images share its administrator',
    again: '`dpkg-reconfigure firebird3.0-server` creates it',
    source: 'Debian firebird3.0-server: config, postinst',
  },
  {
    id: 'schleuder',
    sign: ['var/lib/schleuder/db.sqlite'],
    all: ['var/lib/schleuder/db.sqlite'],
    instead: 'it is empty, and only its times differ',
    again: '`schleuder install` creates it at first boot',
    source: 'Debian schleuder: postinst; schleuder(8)',
  },
  {
    id: 'wims-lti',
    sign: ['var/lib/wims-lti/db.sqlite3'],
    all: ['var/lib/wims-lti/db.sqlite3'],
    instead: 'all images share its administrator',
    again: '`dpkg-reconfigure wims-lti` creates it at first boot',
    source: 'Debian wims-lti: postinst',
  },
  {
    id: 'redmine',
    sign: ['var/lib/dbconfig-common/sqlite3/redmine/instances/*/*'],
    all: ['var/lib/dbconfig-common/sqlite3/redmine/instances/*/*'],
    instead: 'all images share its administrator',
    again: '`dpkg-reconfigure redmine` creates it',
    source: 'Debian redmine: postinst; dbconfig-common',
  },
  {
    id: 'ara-server',
    sign: ['var/lib/ara-server/ansible.sqlite'],
    all: ['var/lib/ara-server/ansible.sqlite'],
    instead: 'it is empty, and only its times differ',
    again: '`dpkg-reconfigure ara-server` creates it at first boot',
    source: 'Debian ara-server: postinst',
  },
];

function rulesOf({ id, sign, all, except, instead, again, source }: DatabaseRow): Rule[] {
  return [
    {
      id: `debian/${id}-database-report`,
      match: sign,
      when: { type: 'file', owned: false, policy: { name: 'databases', value: 'report' } },
      action: { do: 'report' },
      toDecide: true,
      why: `A database created at installation, with random identifiers and times: ${instead}.`,
      source,
    },
    {
      id: `debian/${id}-database`,
      match: all,
      ...(except === undefined ? {} : { except }),
      when: { owned: false, policy: { name: 'databases', value: 'drop' } },
      action: { do: 'drop' },
      why: `A database created at installation, with random identifiers; ${again}.`,
      source,
    },
    {
      id: `debian/${id}-database-needed`,
      match: sign.map(parentOfAll),
      when: { type: 'directory', policy: { name: 'databases', value: 'drop' } },
      action: { do: 'report' },
      why: `The database is dropped and its service does not start: ${again}.`,
      source,
    },
  ];
}

/** The directory that stays: the parent of all clusters, of all tables, or of the configuration. */
function parentOfAll(sign: string): string {
  return sign.split('/').slice(0, 3).join('/');
}

export const DEBIAN_DATABASES: readonly Rule[] = DATABASES.flatMap(rulesOf);
