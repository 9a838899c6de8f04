import { FEDORA } from '../../../src/rules/tables/fedora.ts';
import { FEDORA_OWNERS } from '../../../src/rules/tables/fedora-owners.ts';
import { testCases } from './cases.ts';

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
