import { DEBIAN, DEBIAN_BUILD_MACHINE, DEBIAN_DATABASES } from '../../../src/rules/tables/debian.ts';
import { DEBIAN_OWNERS } from '../../../src/rules/tables/debian-owners.ts';
import { testCases } from './cases.ts';

/** They have separate tests. */
const ELSEWHERE: ReadonlySet<string> = new Set(
  [...DEBIAN_OWNERS, ...DEBIAN_DATABASES, ...DEBIAN_BUILD_MACHINE].map(({ id }) => id),
);
const OTHERS = DEBIAN.filter(({ id }) => !ELSEWHERE.has(id));

testCases('rules/tables/debian', OTHERS, [
  {
    rule: 'debian/ssh-host-keys-needed',
    fires: ['usr/sbin/sshd'],
    spares: ['usr/bin/ssh'],
    with: ['etc/ssh/ssh_host_ed25519_key'],
  },
  { rule: 'debian/ssh-host-keys-needed', fires: [], spares: ['usr/sbin/sshd'] },
  {
    rule: 'debian/ssh-host-keys-needed',
    fires: [],
    spares: ['usr/sbin/sshd'],
    with: ['etc/ssh/ssh_host_ed25519_key', 'usr/bin/cloud-init'],
  },
  {
    rule: 'debian/ssh-host-keys-needed',
    fires: [],
    spares: ['usr/sbin/sshd'],
    with: ['etc/ssh/ssh_host_rsa_key', 'usr/lib/systemd/system/sshd-keygen.service'],
  },
  { rule: 'debian/ssh-host-keys-needed', fires: ['usr/sbin/sshd'], with: ['etc/ssh/ssh_host_ecdsa_key'] },
  {
    rule: 'debian/dropbear-host-keys-needed',
    fires: ['usr/sbin/dropbear'],
    spares: ['usr/bin/dropbearkey'],
    with: ['etc/dropbear/dropbear_rsa_host_key'],
  },
  { rule: 'debian/dropbear-host-keys-needed', fires: [], spares: ['usr/sbin/dropbear'] },
  {
    rule: 'debian/snakeoil-needed',
    fires: [
      'usr/sbin/make-ssl-cert',
      'etc/postgresql/15/main/postgresql.conf',
      'etc/dovecot/private/dovecot.pem -> /etc/ssl/certs/ssl-cert-snakeoil.pem',
      'etc/freeradius/3.0/mods-enabled/eap -> ../mods-available/eap',
      'etc/apache2/sites-enabled/default-ssl.conf -> ../sites-available/default-ssl.conf',
    ],
    spares: ['etc/apache2/sites-available/default-ssl.conf', 'etc/dovecot/dovecot.conf'],
    with: ['etc/ssl/certs/ssl-cert-snakeoil.pem'],
  },
  { rule: 'debian/snakeoil-needed', fires: [], spares: ['usr/sbin/make-ssl-cert'] },
  {
    rule: 'debian/snakeoil-needed',
    fires: [],
    spares: ['usr/sbin/make-ssl-cert'],
    with: ['etc/ssl/certs/ssl-cert-snakeoil.pem'],
    policies: { snakeoil: 'keep' },
  },
  {
    rule: 'debian/iscsi-initiator-name',
    fires: ['etc/iscsi/initiatorname.iscsi'],
    spares: ['etc/iscsi/iscsid.conf'],
  },
  {
    rule: 'debian/popularity-contest',
    fires: ['etc/popularity-contest.conf'],
    spares: ['etc/popularity-contest.d/x.conf'],
  },
  {
    rule: 'debian/console-setup-cache',
    fires: ['etc/console-setup/cached_UTF-8_del.kmap.gz', 'etc/console-setup/cached_setup_font.sh'],
    spares: ['etc/console-setup/remap.inc', 'etc/default/console-setup'],
  },
  {
    rule: 'debian/insserv-dependencies',
    fires: ['etc/init.d/.depend.boot', 'etc/init.d/.depend.start', 'etc/init.d/.depend.stop'],
    spares: ['etc/init.d/cron', 'etc/init.d/.depend', 'etc/.depend.boot'],
  },
  {
    rule: 'debian/initramfs-tools-state',
    fires: ['var/lib/initramfs-tools/6.1.0-18-amd64'],
    spares: ['var/lib/initramfs-tools/', 'etc/initramfs-tools/modules'],
    policies: { initramfs: 'drop' },
  },
  { rule: 'debian/initramfs-tools-state', fires: [], spares: ['var/lib/initramfs-tools/6.1.0-18-amd64'] },
  {
    rule: 'debian/deb-systemd-helper-state',
    fires: ['var/lib/systemd/deb-systemd-helper-enabled/multi-user.target.wants/cron.service'],
    spares: ['var/lib/systemd/timers/stamp-x.timer'],
  },
  { rule: 'debian/python-runtimes', fires: ['var/lib/python/python3.11_installed'] },
  {
    rule: 'debian/cracklib',
    fires: ['var/cache/cracklib/cracklib_dict.pwd'],
    spares: ['var/cache/cracklib2/x'],
  },
  {
    rule: 'debian/kernel-links',
    fires: [
      'vmlinuz -> boot/vmlinuz-6.1.0-18-amd64',
      'boot/initrd.img -> initrd.img-6.1.0',
      'etc/kernel-img.conf',
    ],
    spares: ['boot/initrd.img-6.1.0'],
  },
  {
    rule: 'debian/snapd-state',
    fires: ['var/lib/snapd/state.json', 'var/lib/snapd/cookie/snap.core', 'var/lib/snapd/seccomp/bpf/x.bin'],
    spares: [
      'var/lib/snapd/cookie/',
      'var/lib/snapd/snaps/core.snap',
      'var/lib/snapd/assertions/asserts-v0/model/x',
    ],
  },
  {
    rule: 'debian/snapd-state',
    fires: [],
    spares: ['var/lib/snapd/state.json'],
    with: ['var/lib/snapd/seed/seed.yaml'],
  },
  {
    rule: 'debian/snapd-preseed',
    fires: ['var/lib/snapd/state.json'],
    spares: ['var/lib/snapd/system-key', 'var/lib/snapd/seed/seed.yaml'],
  },
  { rule: 'debian/snapd-preseed', fires: [], spares: ['var/lib/snapd/state.json'] },
]);

testCases('rules/tables/debian-build-machine', DEBIAN_BUILD_MACHINE, [
  {
    rule: 'debian/resolv-conf-backup',
    fires: ['etc/.resolv.conf.systemd-resolved.bak'],
    spares: ['etc/resolv.conf.bak', 'etc/.resolv.conf'],
  },
  {
    rule: 'debian/resolv-conf-backup',
    fires: [],
    spares: ['etc/.resolv.conf.systemd-resolved.bak'],
    policies: { 'resolv-conf': 'keep' },
  },
  {
    rule: 'debian/munin-plugins',
    fires: [
      'etc/munin/plugins/if_eth0 -> /usr/share/munin/plugins/if_',
      'etc/munin/plugins/if_err_eth0 -> /usr/share/munin/plugins/if_err_',
    ],
    spares: [
      'etc/munin/plugins/cpu -> /usr/share/munin/plugins/cpu',
      'etc/munin/plugins/if_own',
      'etc/munin/plugins/http_a -> /usr/share/munin/plugins/http_loadtime',
    ],
  },
  {
    rule: 'debian/saved-firewall',
    fires: ['etc/iptables/rules.v4'],
    spares: ['etc/iptables/rules.v5', 'etc/nftables.conf', 'etc/iptables/rules.v6'],
    owned: ['etc/iptables/rules.v6'],
  },
  {
    rule: 'debian/usb-rules',
    fires: ['etc/usbguard/rules.conf'],
    spares: ['etc/usbguard/usbguard-daemon.conf'],
    owned: [],
  },
  { rule: 'debian/usb-rules', fires: [], spares: ['etc/usbguard/rules.conf#0'], owned: [] },
  {
    rule: 'debian/usb-rules',
    fires: [],
    spares: ['etc/usbguard/rules.conf'],
    owned: ['etc/usbguard/rules.conf'],
  },
  {
    rule: 'debian/generated-date',
    fires: ['etc/fpc-3.2.2.cfg', 'etc/iptables/rules.v4'],
    spares: ['etc/fpc.cfg', 'etc/fpc-3.2.0.cfg'],
    owned: ['etc/fpc-3.2.0.cfg'],
  },
  {
    rule: 'debian/mdadm-arrays',
    fires: ['etc/mdadm/mdadm.conf'],
    spares: ['etc/mdadm/other.conf', 'etc/mdadm.conf'],
    owned: ['etc/mdadm.conf'],
  },
  {
    rule: 'debian/mail-host-name',
    fires: [
      'etc/mailname',
      'etc/postfix/main.cf',
      'etc/exim4/update-exim4.conf.conf',
      'var/lib/exim4/config.autogenerated',
    ],
    spares: ['etc/postfix/master.cf', 'etc/exim4/exim4.conf.template', 'etc/mailname.orig'],
  },
  {
    rule: 'debian/mail-host-name',
    fires: [],
    spares: ['etc/mailname', 'etc/postfix/main.cf'],
    policies: { hostname: 'keep' },
  },
  {
    rule: 'debian/intrusion-databases',
    fires: ['var/lib/rkhunter/db/rkhunter.dat', 'var/lib/aide/aide.db', 'var/lib/tripwire/host.twd'],
    spares: [
      'var/lib/rkhunter/db/mirrors.dat',
      'var/lib/aide/please-dont-call-aide-without-parameters/x',
      'var/lib/aide/aide.db.new',
    ],
    owned: ['var/lib/aide/aide.db.new'],
  },
  {
    rule: 'debian/intrusion-databases-needed',
    fires: ['usr/bin/rkhunter'],
    spares: ['usr/bin/rk'],
    with: ['var/lib/rkhunter/db/rkhunter.dat'],
  },
  { rule: 'debian/intrusion-databases-needed', fires: [], spares: ['usr/bin/aide'] },
  {
    rule: 'debian/tex-file-names',
    fires: ['var/lib/texmf/ls-R', 'var/lib/texmf/ls-R-TEXLIVEDIST', 'usr/local/share/texmf/ls-R'],
    spares: [
      'usr/share/texmf/ls-R -> /var/lib/texmf/ls-R-TEXMFMAIN',
      'var/lib/texmf/web2c/ls-R',
      'var/lib/texmf/ls-R-OWNED',
    ],
    owned: ['var/lib/texmf/ls-R-OWNED'],
  },
  {
    rule: 'debian/mono-code',
    fires: ['usr/lib/mono/aot-cache/amd64/mscorlib.dll.so'],
    spares: ['usr/lib/mono/4.5/mscorlib.dll', 'usr/lib/mono/aot-cache/amd64/owned.so'],
    owned: ['usr/lib/mono/aot-cache/amd64/owned.so'],
  },
  {
    rule: 'debian/doc-base-times',
    fires: ['var/lib/doc-base/info/files.yml'],
    spares: ['var/lib/doc-base/info/documents.yml', 'var/lib/doc-base/documents/x'],
  },
  { rule: 'debian/doc-base-times', fires: [], spares: ['var/lib/doc-base/info/files.yml -> elsewhere'] },
  {
    rule: 'debian/dhelp-logs',
    fires: ['var/lib/dhelp/tmp/20261128.index-log.a1B2'],
    spares: ['var/lib/dhelp/doc-base_dirs', 'var/lib/dhelp/tmp/', 'var/lib/dhelp/tmp/owned'],
    owned: ['var/lib/dhelp/tmp/owned'],
  },
]);

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
  // None of them is left in part, regardless of other rules.
  { rule: 'debian/mariadb-database', fires: [], spares: MARIADB, owned: [], policies: { databases: 'keep' } },
]);
