import { COMMON_IDENTITY } from '../../../src/rules/tables/common-identity.ts';
import { testCases } from './cases.ts';

const ID = '0123456789abcdef0123456789abcdef';

testCases('rules/tables/common-identity', COMMON_IDENTITY, [
  {
    rule: 'common/machine-id-empty',
    fires: ['etc/machine-id', 'usr/etc/machine-id', 'usr/share/factory/etc/machine-id'],
    spares: ['etc/machine-id.d/x', 'usr/share/etc/machine-id', 'etc/machine-info'],
  },
  { rule: 'common/machine-id-empty', fires: [], spares: ['etc/machine-id -> ../run/machine-id'] },
  // The word, and an ID with and without the end of its line.
  { rule: 'common/machine-id-empty', fires: ['etc/machine-id#33'] },
  { rule: 'common/machine-id-empty', fires: ['etc/machine-id#32'], spares: [] },
  { rule: 'common/machine-id-empty', fires: [], spares: ['etc/machine-id#14'] },
  { rule: 'common/machine-id-first-boot', fires: ['etc/machine-id#14'], spares: ['etc/machine-info#14'] },
  { rule: 'common/machine-id-first-boot', fires: ['etc/machine-id#13'] },
  { rule: 'common/machine-id-first-boot', fires: [], spares: ['etc/machine-id#33'] },
  {
    rule: 'common/machine-id-first-boot',
    fires: [],
    spares: ['etc/machine-id#14'],
    policies: { 'machine-id': 'absent' },
  },
  {
    rule: 'common/machine-id-uninitialized',
    fires: ['etc/machine-id'],
    spares: ['var/lib/dbus/machine-id'],
    policies: { 'machine-id': 'uninitialized' },
  },
  {
    rule: 'common/machine-id-absent',
    fires: ['etc/machine-id'],
    spares: ['var/lib/dbus/machine-id'],
    policies: { 'machine-id': 'absent' },
  },
  {
    rule: 'common/uuid-clock',
    fires: ['var/lib/libuuid/clock.txt', 'var/lib/libuuid/clock-cont.txt'],
    spares: ['var/lib/libuuid/', 'var/lib/libuuid/clock.txt.old', 'run/uuidd/clock.txt'],
  },
  {
    rule: 'common/uuid-clock',
    fires: [],
    spares: ['var/lib/libuuid/clock.txt'],
    owned: ['var/lib/libuuid/clock.txt'],
  },
  {
    rule: 'common/dbus-machine-id',
    fires: ['var/lib/dbus/machine-id'],
    spares: ['var/lib/dbus/machine-id.new', 'var/lib/dbus/'],
  },
  {
    rule: 'common/dbus-machine-id',
    fires: [],
    spares: ['var/lib/dbus/machine-id'],
    policies: { 'machine-id': 'keep' },
  },
  { rule: 'common/dbus-machine-id', fires: [], spares: ['var/lib/dbus/machine-id -> /etc/machine-id'] },
  { rule: 'common/dbus-machine-id-link', fires: ['var/lib/dbus/machine-id -> /etc/machine-id'] },
  {
    rule: 'common/machine-id-in-boot',
    fires: [
      ...[`boot/${ID}/`, `efi/${ID}/`, `boot/efi/${ID}/`, `boot/loader/entries/${ID}-6.1.0.conf`],
      ...[`efi/EFI/Linux/${ID}-6.1.0.efi`, `boot/loader.1/entries/${ID}-6.1.conf`],
      ...[`boot/vmlinuz-0-rescue-${ID}`, `boot/initramfs-0-rescue-${ID}.img`],
    ],
    spares: [
      // The digest of a deployment of OSTree.
      `boot/ostree/${ID}${ID}/`,
      `boot/${ID}0/`,
      `boot/${ID.slice(1)}/`,
      'boot/loader/entries/debian-6.1.0.conf',
      `opt/${ID}/`,
    ],
  },
  {
    rule: 'common/machine-info',
    fires: ['etc/machine-info'],
    spares: ['etc/machine-id', 'opt/etc/machine-info'],
    policies: { 'machine-info': 'drop' },
  },
  { rule: 'common/machine-info', fires: [], spares: ['etc/machine-info'], owned: [] },
  {
    rule: 'common/hostname-mode',
    fires: ['etc/hostname'],
    spares: ['etc/hosts', 'etc/hostname.d/x'],
    policies: { hostname: 'keep' },
  },
  {
    rule: 'common/hosts-host-name',
    fires: ['etc/hosts', 'usr/etc/hosts'],
    spares: ['etc/hosts.allow', 'root/etc/hosts', 'etc/hostname'],
  },
  { rule: 'common/hosts-host-name', fires: [], spares: ['etc/hosts'], policies: { hostname: 'keep' } },
  { rule: 'common/hosts-host-name', fires: [], spares: ['etc/hosts'], policies: { hosts: 'strip' } },
  {
    rule: 'common/hostname-of-installer',
    fires: ['etc/hostname'],
    spares: ['etc/hosts', 'etc/conf.d/hostname'],
    with: ['lib/apk/db/installed'],
    owned: ['etc/hostname'],
  },
  { rule: 'common/hostname-of-installer', fires: [], spares: ['etc/hostname'] },
  {
    rule: 'common/hostname-of-installer',
    fires: [],
    spares: ['etc/hostname'],
    with: ['usr/lib/apk/db/installed'],
    policies: { hostname: 'keep' },
  },
  {
    // If a bootstrap copied the name, it is dropped, regardless of what else is in the tree.
    rule: 'common/hostname-of-installer',
    fires: [],
    spares: ['etc/hostname'],
    with: ['lib/apk/db/installed', 'etc/resolv.conf', 'var/lib/dpkg/info/dpkg.list'],
    owned: [],
  },
  {
    rule: 'common/resolv-conf-link',
    fires: ['etc/resolv.conf -> ../run/systemd/resolve/stub-resolv.conf'],
    spares: ['etc/resolv.conf.bak'],
    owned: [],
  },
  { rule: 'common/mtab', fires: ['etc/mtab'], spares: ['etc/fstab', 'etc/mtab.d/x'] },
  { rule: 'common/mtab', fires: [], spares: ['etc/mtab -> /proc/self/mounts'] },
  { rule: 'common/adjtime-drop', fires: ['etc/adjtime'], spares: ['etc/adjtimex.conf'] },
  {
    rule: 'common/adjtime-utc',
    fires: ['etc/adjtime'],
    spares: ['etc/adjtimex.conf'],
    policies: { adjtime: 'utc' },
  },
  { rule: 'common/adjtime-drop', fires: [], spares: ['etc/adjtime'], policies: { adjtime: 'keep' } },
  {
    rule: 'common/random-seed',
    fires: [
      'var/lib/systemd/random-seed',
      'var/lib/random-seed',
      'var/lib/urandom/random-seed',
      'var/lib/seedrng/seed.credit',
      ...[
        'var/lib/misc/random-seed',
        'etc/random-seed',
        'etc/urandom.seed',
        'boot/firmware/loader/random-seed',
      ],
      'boot/loader/random-seed',
      'efi/loader/random-seed',
      'boot/efi/loader/random-seed',
    ],
    spares: ['var/lib/seedrng/', 'boot/loader/loader.conf', 'usr/lib/systemd/random-seed'],
  },
  {
    rule: 'common/openssl-random-seed',
    fires: ['root/.rnd', 'home/user/.rnd'],
    spares: ['root/.random', 'root/keys/.rnd', 'etc/.rnd', 'home/other/.rnd/'],
  },
  {
    rule: 'common/openssl-random-seed',
    fires: [],
    spares: ['root/.rnd'],
    owned: ['root/.rnd'],
  },
  {
    rule: 'common/nvme-host',
    fires: ['etc/nvme/hostnqn', 'etc/nvme/hostid'],
    spares: ['etc/nvme/discovery.conf', 'etc/nvme/hosts'],
  },
  {
    rule: 'common/networkmanager-state',
    fires: [
      'var/lib/NetworkManager/secret_key',
      'var/lib/NetworkManager/timestamps',
      'var/lib/NetworkManager/NetworkManager-intern.conf',
      'var/lib/NetworkManager/internal-1-eth0.lease',
    ],
    spares: [
      'var/lib/NetworkManager/',
      'etc/NetworkManager/NetworkManager.conf',
      'var/lib/NetworkManager/x/y.lease',
    ],
  },
  {
    rule: 'common/dhcp-state',
    fires: [
      'var/lib/dhcp/dhclient.eth0.leases',
      'var/lib/dhclient/dhclient.leases',
      'var/lib/dhcpcd/duid',
      'var/lib/systemd/network/link',
    ],
    spares: [
      'var/lib/dhcp/',
      'var/lib/dhcp/dhcpd.leases',
      'etc/dhcp/dhclient.conf',
      'var/lib/systemd/network/',
    ],
  },
  {
    rule: 'common/dhcp-server-leases',
    fires: ['var/lib/dhcp/dhcpd.leases', 'var/lib/dhcpd/dhcpd6.leases'],
    spares: ['var/lib/dhcp/dhclient.leases'],
  },
  {
    rule: 'common/persistent-net-names',
    fires: ['etc/udev/rules.d/70-persistent-net.rules', 'etc/udev/rules.d/70-persistent-cd.rules'],
    spares: ['etc/udev/rules.d/70-persistent-disk.rules', 'usr/lib/udev/rules.d/70-persistent-net.rules'],
    with: ['lib/udev/write_net_rules'],
  },
  {
    rule: 'common/persistent-net-names',
    fires: [],
    spares: ['etc/udev/rules.d/70-persistent-net.rules'],
    with: ['usr/lib/udev/rules.d/80-net-setup-link.rules'],
  },
  {
    rule: 'common/persistent-net-names-report',
    fires: ['etc/udev/rules.d/70-persistent-net.rules'],
    spares: ['etc/udev/rules.d/70-persistent-cd.rules#0', 'etc/udev/rules.d/70-my-net.rules'],
  },
  {
    rule: 'common/persistent-net-names-report',
    fires: [],
    spares: ['etc/udev/rules.d/70-persistent-net.rules'],
    with: ['usr/lib/udev/write_net_rules'],
  },
  {
    rule: 'common/lvm-state',
    fires: [
      'etc/lvm/cache/.cache',
      'etc/lvm/archive/vg_00000.vg',
      'etc/lvm/backup/vg',
      'etc/lvm/devices/system.devices',
    ],
    spares: ['etc/lvm/lvm.conf', 'etc/lvm/profile/thin.profile', 'etc/lvm/cache/'],
  },
  {
    rule: 'common/blkid-cache',
    fires: ['etc/blkid.tab', 'etc/blkid.tab.old', 'etc/blkid/blkid.tab'],
    spares: ['etc/blkid.conf', 'etc/blkid/'],
  },
  {
    rule: 'common/telemetry-id',
    fires: [
      'etc/smolt/pub-uuid',
      'etc/sysconfig/hw-uuid',
      'var/lib/yum/uuid',
      'var/lib/zypp/AnonymousUniqueId',
    ],
    spares: ['var/lib/zypp/AutoInstalled', 'etc/sysconfig/network', 'etc/smolt/'],
  },
  {
    rule: 'common/dhcp-state',
    fires: ['var/db/dhcpcd/eth0.lease', 'etc/dhcpcd.duid', 'var/lib/udhcpd/udhcpd.leases'],
    spares: ['etc/dhcpcd.conf', 'var/db/dhcpcd/'],
  },
  {
    rule: 'common/hardware-state',
    fires: ['var/lib/bluetooth/AA:BB/settings', 'etc/multipath/wwids', 'var/lib/udisks2/mounted-fs'],
    spares: ['var/lib/bluetooth/', 'etc/multipath/bindings#0', 'etc/multipath.conf', 'var/lib/alsa/owned'],
    owned: ['var/lib/alsa/owned'],
  },
  {
    rule: 'common/clock-drift',
    fires: [
      'var/lib/ntp/ntp.drift',
      'var/lib/chrony/drift',
      'var/db/ntpd.drift',
      'var/lib/openntpd/ntpd.drift',
    ],
    spares: ['var/lib/ntp/', 'etc/ntp.conf', 'var/lib/chrony/chrony.keys'],
  },
  {
    rule: 'common/agent-identity',
    fires: ['etc/salt/minion_id', 'etc/hostid', 'var/lib/snmp/snmpd.conf', 'var/lib/teleport/host_uuid'],
    spares: ['etc/salt/minion', 'etc/snmp/snmpd.conf', 'etc/hosts', 'var/lib/net-snmp/snmpd.conf'],
    owned: ['var/lib/net-snmp/snmpd.conf'],
  },
  {
    rule: 'common/cloud-init-state',
    fires: ['var/lib/cloud/data/instance-id', 'var/lib/cloud/instance -> instances/i-1'],
    spares: [
      'var/lib/cloud/seed/nocloud/user-data',
      'var/lib/cloud/scripts/per-boot/mine.sh',
      'var/lib/cloud/data/',
      'etc/cloud/cloud.cfg',
    ],
  },
  {
    rule: 'common/build-stamp',
    fires: ['etc/timestamp', 'etc/version'],
    spares: ['opt/etc/timestamp', 'etc/debian_version'],
  },
  { rule: 'common/build-stamp', fires: [], spares: ['etc/version'] },
]);
