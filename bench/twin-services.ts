/** What the programs of a tree say about it after packing: its package manager, and services about their configuration. */

export interface TreeCheck {
  readonly name: string;
  /** Path in the tree, as a glob; the check is for trees that have one. */
  readonly needs: string;
  /** For sh in the tree, after what a machine does at boot. */
  readonly command: string;
  /** Whether it has to print nothing. */
  readonly isQuiet?: boolean;
}

/** For every Debian tree. */
export const TOOL_CHECKS: readonly TreeCheck[] = [
  { name: 'dpkg --verify', needs: 'usr/bin/dpkg', command: 'dpkg --verify', isQuiet: true },
  { name: 'dpkg --audit', needs: 'usr/bin/dpkg', command: 'dpkg --audit', isQuiet: true },
  { name: 'apt-get check', needs: 'usr/bin/apt-get', command: 'apt-get check' },
];

/**
 * What the boot of a machine brings, and what the rules say has to be made at first boot: directories in /run, keys of sshd,
 * the certificate that ssl-cert makes for all services, and that of Dovecot.
 */
export const BOOT = [
  'if command -v systemd-tmpfiles >/dev/null; then systemd-tmpfiles --create --boot >/dev/null 2>&1 || true; fi',
  'mkdir -p /run/sshd /run/slapd /run/mysqld /run/samba /run/named',
  'if command -v ssh-keygen >/dev/null; then ssh-keygen -A >/dev/null; fi',
  'if command -v make-ssl-cert >/dev/null; then make-ssl-cert generate-default-snakeoil; fi',
].join('\n');

/** Services and programs with caches: one that starts and answers says more than one that only reads its configuration. */
export const SERVICE_CHECKS: readonly TreeCheck[] = [
  { name: 'apache2', needs: 'usr/sbin/apache2ctl', command: 'apache2ctl configtest' },
  { name: 'bind9', needs: 'usr/sbin/named', command: 'named-checkconf -z' },
  { name: 'dovecot', needs: 'usr/sbin/dovecot', command: 'doveconf -n >/dev/null && dovecot -n >/dev/null' },
  {
    name: 'mariadb',
    // The server without its database comes with KDE, which starts it for each user.
    needs: 'var/lib/mysql/ibdata1',
    command:
      'chown mysql: /run/mysqld; echo "SELECT COUNT(*) FROM mysql.user;" | mariadbd --user=mysql --bootstrap',
  },
  { name: 'fontconfig', needs: 'usr/bin/fc-list', command: 'fc-list >/dev/null' },
  { name: 'man-db', needs: 'usr/bin/man', command: 'man -w ls' },
  { name: 'nginx', needs: 'usr/sbin/nginx', command: 'nginx -t' },
  { name: 'openssh', needs: 'usr/sbin/sshd', command: 'sshd -t' },
  { name: 'postfix', needs: 'usr/sbin/postfix', command: 'postfix check' },
  {
    name: 'postgresql',
    needs: 'etc/postgresql/*/*/postgresql.conf',
    command:
      'set -- $(pg_lsclusters -h | head -1); pg_ctlcluster "$1" "$2" start && su postgres -c "psql -Atc \'SELECT 1\'" && pg_ctlcluster "$1" "$2" stop',
  },
  {
    name: 'python3',
    needs: 'usr/bin/python3',
    command: 'python3 -c "import json, sqlite3, ssl"',
  },
  { name: 'samba', needs: 'usr/bin/testparm', command: 'testparm -s >/dev/null' },
  { name: 'slapd', needs: 'usr/sbin/slapd', command: 'slaptest -u && slapcat -n0 >/dev/null' },
];
