import type { Rule } from '../rule.ts';
import { DEBIAN_OWNERS } from './debian-owners.ts';

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
    all: ['var/lib/postgresql/*/*', 'etc/postgresql/*/*'],
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
];

function rulesOf({ id, sign, all, except, instead, again, source }: DatabaseRow): Rule[] {
  return [
    {
      id: `debian/${id}-database-report`,
      match: sign,
      when: { type: 'file', owned: false, policy: { name: 'databases', value: 'report' } },
      action: { do: 'report' },
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

/**
 * What maintainer scripts of Debian packages record about the machine they run on: its network, disks and rules,
 * and the time. What a user may have written is reported; the rest is dropped or loses its date.
 */
export const DEBIAN_BUILD_MACHINE: readonly Rule[] = [
  {
    id: 'debian/resolv-conf-backup',
    match: ['etc/.resolv.conf.systemd-resolved.bak'],
    when: { type: 'file', policy: { name: 'resolv-conf', value: ['drop', 'truncate'] } },
    action: { do: 'drop' },
    why: 'The name servers of the build machine, kept in case systemd-resolved is removed.',
    source: 'Debian systemd-resolved: postinst, postrm',
  },
  {
    id: 'debian/munin-plugins',
    match: ['etc/munin/plugins/*'],
    when: { type: 'symlink', target: '**/plugins/{if_,if_err_,ip_,smart_,hddtemp_}', unclaimed: true },
    action: { do: 'report' },
    why: 'Named after an interface or disk of the build machine: run `munin-node-configure --shell --remove-also`.',
    source: 'Debian munin-node: postinst, munin-node-configure(1)',
  },
  {
    id: 'debian/saved-firewall',
    match: ['etc/iptables/rules.v{4,6}'],
    when: { type: 'file', owned: false },
    action: { do: 'report' },
    why: 'If these are not your rules, installation saved those of the build machine: preseed autosave_v4=false.',
    source: 'Debian iptables-persistent: postinst',
  },
  {
    id: 'debian/usb-rules',
    match: ['etc/usbguard/rules.conf'],
    when: { type: 'file', owned: false, empty: false },
    action: { do: 'report' },
    why: 'If these are not your rules, they allow the USB devices of the build machine and no others.',
    source: 'Debian usbguard: postinst',
  },
  {
    id: 'debian/generated-date',
    match: ['etc/iptables/rules.v{4,6}', 'etc/fpc-*.cfg'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'generated-date' },
    why: 'A comment says when the file was generated.',
    source: 'iptables-save(8); fpcmkcfg',
  },
  {
    id: 'debian/mdadm-arrays',
    match: ['etc/mdadm/mdadm.conf', 'etc/mdadm.conf'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'mdadm-arrays' },
    why: 'A comment says when the file was generated; arrays in such a file are those of the build machine.',
    source: 'Debian mdadm: mkconf, postinst; mdadm.conf(5)',
  },
  {
    // The name is known from files dropped along with it; see src/rewrite/build-host.ts.
    id: 'debian/mail-host-name',
    match: [
      'etc/mailname',
      'etc/postfix/main.cf',
      'etc/exim4/update-exim4.conf.conf',
      'var/lib/exim4/config.autogenerated',
    ],
    when: { type: 'file', unclaimed: true, policy: { name: 'hostname', value: 'drop' } },
    action: { do: 'rewrite', normalizer: 'mail-host-name' },
    mayBeChosen: true,
    why: "Installation wrote the build machine's name; keep it with a debconf answer or --policy hostname=keep.",
    source: 'Debian exim4-config: config, postinst; postfix: config, postinst',
  },
  {
    // Their data about files includes inodes and times, so every file on another disk would count as changed.
    id: 'debian/intrusion-databases',
    match: [
      'var/lib/rkhunter/db/rkhunter.dat',
      'var/lib/rkhunter/tmp/{passwd,group}',
      'var/lib/aide/aide.db{,.new}',
      'var/lib/tripwire/*.twd',
      'var/lib/samhain/samhain_file',
    ],
    when: { type: 'file', unclaimed: true },
    action: { do: 'drop' },
    why: "Inodes and times from the build machine's disk; on any other disk all files appear changed.",
    source: 'rkhunter(8), aide(1), twadmin(8); tried with rkhunter',
  },
  {
    id: 'debian/intrusion-databases-needed',
    match: ['usr/bin/{rkhunter,aide}', 'usr/sbin/{tripwire,samhain}'],
    when: {
      exists: [
        'var/lib/rkhunter/db/rkhunter.dat',
        'var/lib/aide/aide.db*',
        'var/lib/tripwire/*.twd',
        'var/lib/samhain/samhain_file',
      ],
    },
    action: { do: 'report' },
    why: 'Its database, which described another disk, is dropped: run `rkhunter --propupd`, `aideinit` or `tripwire --init`.',
    source: 'rkhunter(8), aideinit(8), tripwire(8)',
  },
  {
    id: 'debian/tex-file-names',
    match: ['var/lib/texmf/ls-R*', 'usr/local/share/texmf/ls-R'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'rewrite', normalizer: 'ls-r' },
    why: 'Directories are listed in filesystem order; TeX reads them into a hash table.',
    source: 'mktexlsr(1); observed in Debian 12',
  },
  {
    id: 'debian/mono-code',
    match: ['usr/lib/mono/aot-cache/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'Compiled at installation, with a random identifier and addresses; Mono runs without it.',
    source: 'Debian libmono-corlib4.5-cil: postinst; tried without',
  },
  {
    id: 'debian/doc-base-times',
    match: ['var/lib/doc-base/info/files.yml'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'doc-base-times' },
    why: 'Change times of the registered files, which differ on every disk.',
    source: 'Debian doc-base: Debian::DocBase::DocBaseFile',
  },
  {
    id: 'debian/dhelp-logs',
    match: ['var/lib/dhelp/tmp/**'],
    when: { type: 'file', unclaimed: true },
    action: { do: 'drop' },
    why: 'Indexing logs of the installation, with the date and a random part in their names.',
    source: 'Debian dhelp: dhelp_parse',
  },
];

/** For Debian and derivatives, by os-release: what particular Debian packages leave in a tree. */
export const DEBIAN: readonly Rule[] = [
  {
    id: 'debian/ssh-host-keys-needed',
    match: ['usr/sbin/sshd'],
    when: {
      exists: 'etc/ssh/ssh_host_*_key',
      missing: [
        'usr/bin/cloud-init',
        // Debian 13 and newer backports of it.
        'usr/lib/systemd/system/sshd-keygen.service',
        'lib/systemd/system/sshd-keygen.service',
      ],
      policy: { name: 'ssh-host-keys', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'Debian does not generate ssh host keys at boot: add a unit that runs `ssh-keygen -A` before ssh.service.',
    source: 'live-build, live-config; Debian openssh-server',
  },
  {
    id: 'debian/dropbear-host-keys-needed',
    match: ['usr/sbin/dropbear'],
    when: {
      exists: 'etc/dropbear/dropbear_*_host_key',
      policy: { name: 'ssh-host-keys', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'It accepts no connections without host keys: add -R to DROPBEAR_EXTRA_ARGS in etc/default/dropbear.',
    source: 'Debian dropbear: dropbear.service; dropbear(8)',
  },
  {
    id: 'debian/snakeoil-needed',
    match: [
      'etc/postgresql/*/*/postgresql.conf',
      'etc/dovecot/private/dovecot.{pem,key}',
      'etc/freeradius/*/mods-enabled/eap',
      'etc/{apache2,nginx}/sites-enabled/default-ssl*',
      'etc/postfix/main.cf',
      'usr/sbin/make-ssl-cert',
    ],
    when: {
      exists: 'etc/ssl/certs/ssl-cert-snakeoil.pem',
      policy: { name: 'snakeoil', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'The snakeoil certificate is dropped: run `make-ssl-cert generate-default-snakeoil` before the services that use it.',
    source: 'Debian ssl-cert; postgresql, dovecot and freeradius were tried without, and do not start',
  },
  {
    id: 'debian/iscsi-initiator-name',
    match: ['etc/iscsi/initiatorname.iscsi'],
    when: { type: 'file' },
    action: { do: 'replace', content: 'GenerateName=yes\n' },
    mayBeChosen: true,
    why: 'A random name of this machine; open-iscsi generates a new one from this text.',
    source: 'Debian open-iscsi: startup-checks.sh',
  },
  {
    id: 'debian/popularity-contest',
    match: ['etc/popularity-contest.conf'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'popularity-contest' },
    why: 'Contains a random ID and the day on which the survey is sent; the choice to take part stays.',
    source: 'livecd-rootfs; Debian popularity-contest: postinst',
  },
  {
    id: 'debian/console-setup-cache',
    match: ['etc/console-setup/cached_*'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Console settings compiled at installation; recreated at boot.',
    source: 'Tails',
  },
  {
    id: 'debian/insserv-dependencies',
    match: ['etc/init.d/.depend.{boot,start,stop}'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The order of start scripts after installation; insserv recreates it.',
    source: 'Kicksecure',
  },
  {
    id: 'debian/initramfs-tools-state',
    match: ['var/lib/initramfs-tools/**'],
    when: { type: 'file', policy: { name: 'initramfs', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Digests of initramfs images, which are dropped as well.',
    source: 'Tails',
  },
  {
    id: 'debian/deb-systemd-helper-state',
    match: ['var/lib/systemd/deb-systemd-{helper,user-helper}-{enabled,masked}/**'],
    action: { do: 'keep' },
    why: 'Tells upgrades which units the administrator enabled; its order has no meaning.',
    source: 'init-system-helpers',
  },
  {
    id: 'debian/python-runtimes',
    match: ['var/lib/python/**'],
    action: { do: 'keep' },
    why: 'Tells py3compile for which Python releases packages were set up.',
    source: 'Debian python3-minimal',
  },
  {
    id: 'debian/cracklib',
    match: ['var/cache/cracklib/*'],
    action: { do: 'keep' },
    why: 'The word list is sorted, and password checks fail without it.',
    source: 'Tails; Debian cracklib-runtime',
  },
  {
    id: 'debian/kernel-links',
    match: ['{,boot/}{vmlinuz,initrd.img}{,.old}', 'etc/kernel-img.conf'],
    action: { do: 'keep' },
    why: 'Boot loaders find kernel and initramfs by these names.',
    source: 'debootstrap',
  },
  {
    id: 'debian/snapd-state',
    match: [
      'var/lib/snapd/{state.json,system-key}',
      'var/lib/snapd/{cookie,sequence,device,apparmor,cache}/**',
      'var/lib/snapd/seccomp/bpf/**',
      'var/lib/snapd/assertions/asserts-v0/serial/**',
    ],
    when: { type: 'file', missing: 'var/lib/snapd/seed/seed.yaml' },
    action: { do: 'drop' },
    why: 'Times, random cookies and the serial number of a machine; snapd recreates them.',
    source: 'livecd-rootfs',
  },
  {
    id: 'debian/snapd-preseed',
    match: ['var/lib/snapd/state.json'],
    when: { type: 'file', exists: 'var/lib/snapd/seed/seed.yaml' },
    action: { do: 'report' },
    why: 'Snaps were preinstalled; their state contains times and random values and must match the snaps.',
    source: 'livecd-rootfs',
  },
  ...DEBIAN_BUILD_MACHINE,
  ...DEBIAN_DATABASES,
  ...DEBIAN_OWNERS,
];
