import type { Rule } from '../rule.ts';
import { FEDORA_OWNERS, GROUP_WRITES, type OwnerRow, ownerRule, SET_GROUP_ID } from './owners.ts';

const UBUNTU_OWNERS: readonly OwnerRow[] = [
  {
    id: 'ubuntu/owner-logs',
    match: ['var/log'],
    group: 'syslog',
    type: 'directory',
    bits: GROUP_WRITES,
    source: 'Ubuntu rsyslog',
  },
  {
    id: 'ubuntu/owner-log-queue',
    match: ['var/spool/rsyslog'],
    user: 'syslog',
    group: 'adm',
    type: 'directory',
    source: 'Ubuntu rsyslog',
  },
];

/** For Ubuntu and derivatives, on top of the Debian rules. */
export const UBUNTU: readonly Rule[] = [
  {
    id: 'ubuntu/pro-tokens',
    match: ['var/lib/ubuntu-advantage/private/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'Tokens that attach one machine to a subscription.',
    source: 'livecd-rootfs, ubuntu-pro-client',
  },
  {
    id: 'ubuntu/pro-state',
    match: ['var/lib/ubuntu-advantage/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'When subscriptions and messages were last checked; checked again when needed.',
    source: 'ubuntu-pro-client',
  },
  {
    id: 'ubuntu/update-notifier',
    match: ['var/lib/update-notifier/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'Timestamps and messages about updates at the time of the bootstrap.',
    source: 'update-notifier',
  },
  {
    id: 'ubuntu/motd-news',
    match: ['var/cache/motd-news'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'News downloaded while the tree was built.',
    source: 'observed in base-files',
  },
  {
    id: 'ubuntu/cloud-build-info',
    match: ['etc/cloud/build.info'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'The time of the build as a serial number; nothing needs it at boot.',
    source: 'livecd-rootfs',
  },
  {
    id: 'ubuntu/cloud-init-configuration',
    match: ['etc/netplan/50-cloud-init.yaml', 'etc/ssh/sshd_config.d/50-cloud-init.conf'],
    when: {
      type: 'file',
      owned: false,
      exists: 'usr/bin/cloud-init',
      missing: ['etc/cloud/cloud-init.disabled', 'etc/cloud/cloud.cfg.d/99-disable-network-config.cfg'],
    },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'Settings that cloud-init wrote for the machine it ran on; rewritten at first boot.',
    source: 'cloud-init: clean --configs',
  },
  {
    id: 'ubuntu/release-upgrader',
    match: ['var/lib/ubuntu-release-upgrader/**', 'var/cache/ubuntu-release-upgrader/**'],
    when: { type: 'file', owned: false },
    action: { do: 'drop' },
    why: 'Which release was the newest at the last check.',
    source: 'ubuntu-release-upgrader',
  },
  {
    id: 'ubuntu/error-report-id',
    match: ['var/lib/whoopsie/whoopsie-id'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'A random ID for crash reports; recreated when needed.',
    source: 'whoopsie',
  },
  {
    id: 'ubuntu/secret-landscape',
    match: ['var/lib/landscape/client/*.bpickle*', 'etc/landscape/client.conf'],
    when: { type: 'file', owned: false },
    action: { do: 'report' },
    why: 'The registration of one machine with Landscape is in the image.',
    source: 'landscape-client',
  },
  ...UBUNTU_OWNERS.map(ownerRule),
];

const RESCUE = ['boot/*-rescue-*', 'boot/loader/entries/*-rescue.conf'];

/** For Fedora and derivatives, including the RHEL family. */
export const FEDORA: readonly Rule[] = [
  {
    id: 'fedora/authselect',
    match: [
      '{etc,var/lib}/authselect/{dconf-db,dconf-locks,nsswitch.conf,postlogin}',
      '{etc,var/lib}/authselect/{system,password,fingerprint,smartcard}-auth',
      'etc/nsswitch.conf',
      'etc/pam.d/{postlogin,{system,password,fingerprint,smartcard}-auth}',
    ],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'authselect-header' },
    why: 'The first line says when authselect wrote it, and must be the same in both copies.',
    source: 'authselect issues 319 and 348',
  },
  {
    id: 'fedora/boot-loader-updates',
    match: ['usr/lib/bootupd/updates/{EFI,BIOS}.json'],
    when: { type: 'file' },
    action: { do: 'report' },
    toDecide: true,
    why: 'Records when bootupctl checked the boot loader; updates are ordered by that time.',
    source: 'bootupd issue 1075',
  },
  {
    id: 'fedora/rescue-kernel-report',
    match: RESCUE,
    when: { type: 'file', policy: { name: 'initramfs', value: 'report' } },
    action: { do: 'report' },
    toDecide: true,
    why: 'Named after the random machine ID; set dracut_rescue_image=no when installing the kernel.',
    source: 'lorax: livemedia; dracut-config-rescue',
  },
  {
    id: 'fedora/rescue-kernel',
    match: RESCUE,
    when: { type: 'file', policy: { name: 'initramfs', value: 'drop' } },
    action: { do: 'drop' },
    why: 'A second kernel with an initramfs for all hardware, named after the random machine ID.',
    source: 'lorax: livemedia',
  },
  {
    id: 'fedora/iscsi-initiator-name',
    match: ['etc/iscsi/initiatorname.iscsi'],
    when: { type: 'file', exists: 'usr/lib/systemd/system/iscsi-init.service' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'A random name of this machine; iscsi-init.service generates a new one at boot.',
    source: 'open-iscsi: iscsi-init.service',
  },
  {
    id: 'fedora/network-scripts',
    match: ['etc/sysconfig/network-scripts/ifcfg-*'],
    except: ['etc/sysconfig/network-scripts/ifcfg-lo'],
    when: { type: 'file' },
    action: { do: 'report' },
    toDecide: true,
    why: 'May contain the network card and host name of the build machine.',
    source: 'virt-sysprep',
  },
  ...FEDORA_OWNERS,
];

/** For RHEL and rebuilds (CentOS, AlmaLinux, Rocky, Oracle), on top of the Fedora rules. */
export const RHEL: readonly Rule[] = [
  {
    id: 'rhel/subscription-report',
    match: ['var/lib/rhsm/**'],
    when: { type: 'file', policy: { name: 'host-enrolment', value: 'report' } },
    action: { do: 'report' },
    why: 'Facts about the machine and its subscription: unregister before building the image.',
    source: 'CentOS bootc, virt-sysprep',
  },
  {
    id: 'rhel/subscription',
    match: ['var/lib/rhsm/**'],
    when: { type: 'file', policy: { name: 'host-enrolment', value: 'drop' } },
    action: { do: 'drop' },
    why: 'Facts about the machine and its subscription, gathered again after registration.',
    source: 'CentOS bootc, virt-sysprep',
  },
  {
    id: 'rhel/insights-id',
    match: [
      'etc/insights-client/{machine-id,.registered,.unregistered,.lastupload}',
      'etc/redhat-access-insights/machine-id',
    ],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'A random ID under which the machine reports; recreated when it registers.',
    source: 'insights-client',
  },
];

const OPENSUSE_OWNERS: readonly OwnerRow[] = [
  {
    id: 'opensuse/owner-shadow',
    match: ['etc/{,g}shadow{,-}'],
    group: 'shadow',
    type: 'file',
    bits: 0o040,
    source: 'openSUSE permissions',
  },
  {
    id: 'opensuse/owner-shadow-programs',
    match: ['{,usr/}{,s}bin/{chage,expiry,gpasswd,passwd,unix_chkpwd,chfn,chsh}'],
    group: 'shadow',
    type: 'file',
    bits: 0o4000,
    source: 'openSUSE permissions',
  },
  {
    id: 'opensuse/owner-crontab',
    match: ['usr/bin/crontab'],
    group: 'trusted',
    type: 'file',
    bits: 0o4000,
    source: 'openSUSE permissions',
  },
  {
    id: 'opensuse/owner-dbus-helper',
    match: ['usr/lib{,exec}/dbus-1/dbus-daemon-launch-helper'],
    group: 'messagebus',
    type: 'file',
    bits: 0o4000,
    source: 'openSUSE permissions',
  },
  {
    id: 'opensuse/owner-ssh-agent',
    match: ['usr/bin/ssh-agent'],
    group: 'nobody',
    type: 'file',
    bits: SET_GROUP_ID,
    source: 'openSUSE openssh',
  },
];

/** For openSUSE and SUSE Linux Enterprise. */
export const OPENSUSE: readonly Rule[] = [
  {
    id: 'opensuse/java-trust-store',
    match: ['var/lib/ca-certificates/java-cacerts'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'jks' },
    why: 'Contains the installation time of every certificate.',
    source: 'p11-kit; openSUSE ca-certificates',
  },
  {
    id: 'opensuse/ca-certificates',
    match: ['var/lib/ca-certificates/{ca-bundle.pem,{openssl,pem}/**}'],
    action: { do: 'keep' },
    why: 'Sorted by the tool that writes it; TLS fails without it.',
    source: 'openSUSE ca-certificates',
  },
  {
    id: 'opensuse/wicked-state',
    match: ['var/lib/wicked/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    why: 'Network leases and identifiers of the build machine.',
    source: 'wicked',
  },
  {
    id: 'opensuse/iscsi-initiator-name',
    match: ['etc/iscsi/initiatorname.iscsi'],
    when: { type: 'file', exists: 'usr/lib/systemd/system/iscsi-init.service' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'A random name of this machine; iscsi-init.service generates a new one at boot.',
    source: 'open-iscsi: iscsi-init.service',
  },
  {
    id: 'opensuse/installer-records',
    match: ['root/autoinst.xml', 'root/inst-sys/**', 'var/adm/autoinstall/**'],
    when: { type: 'file' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'Answers given to the system installer, with hashed passwords.',
    source: 'AutoYaST',
  },
  ...OPENSUSE_OWNERS.map(ownerRule),
];

const ARCH_OWNERS: readonly OwnerRow[] = [
  {
    id: 'arch/owner-dbus-helper',
    match: ['usr/lib/dbus-1.0/dbus-daemon-launch-helper'],
    group: 'dbus',
    type: 'file',
    bits: 0o4000,
    source: 'Arch Linux dbus',
  },
  {
    id: 'arch/owner-scores',
    match: ['var/games'],
    group: 'games',
    type: 'directory',
    bits: GROUP_WRITES,
    source: 'Arch Linux filesystem',
  },
  {
    id: 'arch/owner-ftp',
    match: ['srv/ftp'],
    group: 'ftp',
    type: 'directory',
    source: 'Arch Linux filesystem',
  },
];

/** For Arch Linux and derivatives. Its package manager has its own layer. */
export const ARCH: readonly Rule[] = [
  {
    id: 'arch/java-trust-store',
    match: ['etc/ca-certificates/extracted/java-cacerts.jks'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'jks' },
    why: 'Contains the installation time of every certificate.',
    source: 'p11-kit pull requests 202 and 418',
  },
  {
    id: 'arch/iscsi-initiator-name',
    match: ['etc/iscsi/initiatorname.iscsi'],
    when: { type: 'file', exists: 'usr/lib/systemd/system/iscsi-init.service' },
    action: { do: 'drop' },
    mayBeChosen: true,
    why: 'A random name of this machine; iscsi-init.service generates a new one at boot.',
    source: 'open-iscsi: iscsi-init.service',
  },
  ...ARCH_OWNERS.map(ownerRule),
];

const ALPINE_OWNERS: readonly OwnerRow[] = [
  {
    id: 'alpine/owner-shadow',
    match: ['etc/shadow{,-}'],
    group: 'shadow',
    type: 'file',
    bits: 0o040,
    source: 'Alpine alpine-baselayout',
  },
];

/** For Alpine Linux and derivatives. Its package manager has its own layer. */
export const ALPINE: readonly Rule[] = [
  {
    id: 'alpine/secret-signing-keys',
    match: ['{root,home/*}/.abuild/*.rsa'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A private package-signing key is in the image: anyone who has it can sign packages.',
    source: 'abuild: abuild-keygen(1)',
  },
  ...ALPINE_OWNERS.map(ownerRule),
];

/** For Void Linux. Its package manager has its own layer. */
export const VOID: readonly Rule[] = [
  {
    id: 'void/runit-state',
    match: ['etc/sv/*/{,log/}supervise', 'var/db/runit/**'],
    when: { type: ['file', 'directory', 'fifo'] },
    action: { do: 'report' },
    why: 'Pipes and process ids of services that ran in the tree; stop them before building the image.',
    source: 'runit: runsv(8)',
  },
];
