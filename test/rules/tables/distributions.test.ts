import {
  ALPINE,
  ARCH,
  FEDORA,
  OPENSUSE,
  RHEL,
  UBUNTU,
  VOID,
} from '../../../src/rules/tables/distributions.ts';
import { FEDORA_OWNERS } from '../../../src/rules/tables/owners.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/ubuntu', UBUNTU, [
  {
    rule: 'ubuntu/pro-tokens',
    fires: ['var/lib/ubuntu-advantage/private/machine-token.json'],
    spares: ['var/lib/ubuntu-advantage/private/', 'var/lib/ubuntu-advantage/status.json'],
  },
  {
    rule: 'ubuntu/pro-state',
    fires: ['var/lib/ubuntu-advantage/status.json'],
    spares: ['var/lib/ubuntu-advantage/apt-esm/etc/apt/sources.list', 'var/lib/ubuntu-advantage/apt-esm/'],
    owned: ['var/lib/ubuntu-advantage/apt-esm/etc/apt/sources.list'],
  },
  {
    rule: 'ubuntu/update-notifier',
    fires: ['var/lib/update-notifier/updates-available', 'var/lib/update-notifier/user.d/x'],
    spares: ['var/lib/update-notifier/', 'etc/update-notifier.conf'],
    owned: [],
  },
  { rule: 'ubuntu/update-notifier', fires: [], spares: ['var/lib/update-notifier/updates-available'] },
  { rule: 'ubuntu/motd-news', fires: ['var/cache/motd-news'], spares: ['etc/default/motd-news'] },
  { rule: 'ubuntu/cloud-build-info', fires: ['etc/cloud/build.info'], spares: ['etc/cloud/cloud.cfg'] },
  {
    rule: 'ubuntu/cloud-init-configuration',
    fires: ['etc/netplan/50-cloud-init.yaml', 'etc/ssh/sshd_config.d/50-cloud-init.conf'],
    spares: ['etc/netplan/01-netcfg.yaml', 'etc/cloud/cloud.cfg.d/50-x.cfg'],
    with: ['usr/bin/cloud-init'],
    owned: [],
  },
  // Nothing writes it again without cloud-init, or where its network part is switched off.
  {
    rule: 'ubuntu/cloud-init-configuration',
    fires: [],
    spares: ['etc/netplan/50-cloud-init.yaml'],
    owned: [],
  },
  {
    rule: 'ubuntu/cloud-init-configuration',
    fires: [],
    spares: ['etc/netplan/50-cloud-init.yaml'],
    with: ['usr/bin/cloud-init', 'etc/cloud/cloud.cfg.d/99-disable-network-config.cfg'],
    owned: [],
  },
  {
    rule: 'ubuntu/cloud-init-configuration',
    fires: [],
    spares: ['etc/netplan/50-cloud-init.yaml'],
    with: ['usr/bin/cloud-init'],
    owned: ['etc/netplan/50-cloud-init.yaml'],
  },
  {
    rule: 'ubuntu/release-upgrader',
    fires: ['var/lib/ubuntu-release-upgrader/release-upgrade-available'],
    spares: ['var/lib/ubuntu-release-upgrader/', 'etc/update-manager/release-upgrades'],
    owned: [],
  },
  {
    rule: 'ubuntu/error-report-id',
    fires: ['var/lib/whoopsie/whoopsie-id'],
    spares: ['var/lib/whoopsie/', 'etc/default/whoopsie'],
  },
  {
    rule: 'ubuntu/secret-landscape',
    fires: ['var/lib/landscape/client/broker.bpickle', 'etc/landscape/client.conf'],
    spares: ['var/lib/landscape/client/', 'etc/landscape/example.conf'],
    owned: [],
  },
  {
    rule: 'ubuntu/owner-logs',
    fires: ['var/log/@775'],
    spares: ['var/lib/@775'],
    accounts: ['syslog'],
  },
  { rule: 'ubuntu/owner-logs', fires: [], spares: ['var/log/@755'], accounts: ['syslog'] },
  {
    rule: 'ubuntu/owner-log-queue',
    fires: ['var/spool/rsyslog/@700'],
    spares: ['var/spool/cron/@700'],
    accounts: ['syslog', 'adm'],
  },
]);

const ID = '0123456789abcdef0123456789abcdef';
const RESCUE = [
  `boot/vmlinuz-0-rescue-${ID}`,
  `boot/initramfs-0-rescue-${ID}.img`,
  `boot/loader/entries/${ID}-0-rescue.conf`,
];
const ALL_OWNERS: ReadonlySet<string> = new Set(FEDORA_OWNERS.map(({ id }) => id));

testCases(
  'rules/tables/fedora',
  FEDORA.filter(({ id }) => !ALL_OWNERS.has(id)),
  [
    {
      rule: 'fedora/iscsi-initiator-name',
      fires: ['etc/iscsi/initiatorname.iscsi'],
      spares: ['etc/iscsi/iscsid.conf'],
      with: ['usr/lib/systemd/system/iscsi-init.service'],
    },
    { rule: 'fedora/iscsi-initiator-name', fires: [], spares: ['etc/iscsi/initiatorname.iscsi'] },
    {
      rule: 'fedora/authselect',
      fires: [
        'etc/authselect/system-auth',
        'var/lib/authselect/nsswitch.conf',
        'etc/nsswitch.conf',
        'etc/pam.d/password-auth',
      ],
      spares: [
        'etc/pam.d/sshd',
        'etc/pam.d/system-auth -> ../authselect/system-auth',
        'usr/share/authselect/default/local/system-auth',
        'etc/authselect/user-nsswitch.conf',
      ],
    },
    {
      rule: 'fedora/boot-loader-updates',
      fires: ['usr/lib/bootupd/updates/EFI.json'],
      spares: ['usr/lib/bootupd/updates/EFI/x.json', 'boot/bootupd-state.json'],
    },
    {
      rule: 'fedora/rescue-kernel-report',
      fires: RESCUE,
      spares: ['boot/vmlinuz-6.8.0', 'boot/initramfs-6.8.0.img', `boot/loader/entries/${ID}-6.8.0.conf`],
    },
    {
      rule: 'fedora/rescue-kernel',
      fires: RESCUE,
      spares: ['boot/vmlinuz-6.8.0', `boot/loader/entries/${ID}-6.8.0.conf`],
      policies: { initramfs: 'drop' },
    },
    {
      rule: 'fedora/network-scripts',
      fires: ['etc/sysconfig/network-scripts/ifcfg-eth0'],
      spares: ['etc/sysconfig/network-scripts/ifcfg-lo', 'etc/sysconfig/network'],
    },
  ],
);

testCases('rules/tables/rhel', RHEL, [
  {
    rule: 'rhel/subscription-report',
    fires: ['var/lib/rhsm/facts/facts.json', 'var/lib/rhsm/productid.js'],
    spares: ['var/lib/rhsm/', 'etc/rhsm/rhsm.conf'],
  },
  {
    rule: 'rhel/subscription',
    fires: ['var/lib/rhsm/facts/facts.json'],
    spares: ['var/lib/rhsm/facts/', 'etc/rhsm/rhsm.conf'],
    policies: { 'host-enrolment': 'drop' },
  },
  {
    rule: 'rhel/insights-id',
    fires: ['etc/insights-client/machine-id', 'etc/redhat-access-insights/machine-id'],
    spares: ['etc/insights-client/insights-client.conf', 'etc/machine-id'],
  },
]);

testCases('rules/tables/opensuse', OPENSUSE, [
  {
    rule: 'opensuse/iscsi-initiator-name',
    fires: ['etc/iscsi/initiatorname.iscsi'],
    spares: ['etc/iscsi/iscsid.conf'],
    with: ['usr/lib/systemd/system/iscsi-init.service'],
  },
  { rule: 'opensuse/iscsi-initiator-name', fires: [], spares: ['etc/iscsi/initiatorname.iscsi'] },
  {
    rule: 'opensuse/java-trust-store',
    fires: ['var/lib/ca-certificates/java-cacerts'],
    spares: ['var/lib/ca-certificates/ca-bundle.pem'],
  },
  {
    rule: 'opensuse/ca-certificates',
    fires: ['var/lib/ca-certificates/ca-bundle.pem', 'var/lib/ca-certificates/openssl/02265526.0'],
    spares: ['var/lib/ca-certificates/java-cacerts'],
  },
  {
    rule: 'opensuse/wicked-state',
    fires: ['var/lib/wicked/lease-eth0-dhcp-ipv4.xml', 'var/lib/wicked/duid.xml'],
    spares: ['var/lib/wicked/', 'etc/wicked/client.xml'],
  },
  {
    rule: 'opensuse/installer-records',
    fires: ['root/autoinst.xml', 'var/adm/autoinstall/logs/x'],
    spares: ['root/notes.xml', 'var/adm/backup/x'],
  },
  {
    rule: 'opensuse/owner-shadow',
    fires: ['etc/shadow@640'],
    spares: ['etc/passwd@644'],
    accounts: ['shadow'],
  },
  { rule: 'opensuse/owner-shadow', fires: [], spares: ['etc/shadow@600'], accounts: ['shadow'] },
  {
    rule: 'opensuse/owner-shadow-programs',
    fires: ['usr/bin/chage@4755', 'usr/sbin/unix_chkpwd@4755'],
    spares: ['usr/bin/su@4755'],
    accounts: ['shadow'],
  },
  {
    rule: 'opensuse/owner-crontab',
    fires: ['usr/bin/crontab@4750'],
    spares: ['usr/bin/cron@750'],
    accounts: ['trusted'],
  },
  {
    rule: 'opensuse/owner-dbus-helper',
    fires: ['usr/lib/dbus-1/dbus-daemon-launch-helper@4750'],
    spares: ['usr/bin/dbus-daemon@755'],
    accounts: ['messagebus'],
  },
  {
    rule: 'opensuse/owner-ssh-agent',
    fires: ['usr/bin/ssh-agent@2755'],
    spares: ['usr/bin/ssh@755'],
    accounts: ['nobody'],
  },
]);

testCases('rules/tables/arch', ARCH, [
  {
    rule: 'arch/iscsi-initiator-name',
    fires: ['etc/iscsi/initiatorname.iscsi'],
    spares: ['etc/iscsi/iscsid.conf'],
    with: ['usr/lib/systemd/system/iscsi-init.service'],
  },
  {
    rule: 'arch/iscsi-initiator-name',
    fires: [],
    spares: ['etc/iscsi/initiatorname.iscsi'],
  },
  {
    rule: 'arch/java-trust-store',
    fires: ['etc/ca-certificates/extracted/java-cacerts.jks'],
    spares: ['etc/ca-certificates/extracted/tls-ca-bundle.pem'],
  },
  {
    rule: 'arch/owner-dbus-helper',
    fires: ['usr/lib/dbus-1.0/dbus-daemon-launch-helper@4750'],
    spares: ['usr/bin/dbus-daemon@755'],
    accounts: ['dbus'],
  },
  { rule: 'arch/owner-scores', fires: ['var/games/@775'], spares: ['var/@775'], accounts: ['games'] },
  { rule: 'arch/owner-ftp', fires: ['srv/ftp/@555'], spares: ['srv/http/@755'], accounts: ['ftp'] },
]);

testCases('rules/tables/alpine', ALPINE, [
  {
    rule: 'alpine/secret-signing-keys',
    fires: ['root/.abuild/alice-1.rsa', 'home/alice/.abuild/alice-1.rsa'],
    spares: ['root/.abuild/alice-1.rsa.pub', 'etc/apk/keys/alice-1.rsa.pub'],
  },
  {
    rule: 'alpine/owner-shadow',
    fires: ['etc/shadow@640'],
    spares: ['etc/passwd@644'],
    accounts: ['shadow'],
  },
]);

testCases('rules/tables/void', VOID, [
  {
    rule: 'void/runit-state',
    fires: ['etc/sv/sshd/supervise/', 'etc/sv/sshd/log/supervise/', 'var/db/runit/control:fifo'],
    spares: ['etc/sv/dhcpcd/supervise -> /run/runit/supervise.dhcpcd', 'etc/sv/sshd/run'],
  },
]);
