import { COMMON_KERNEL, COMMON_UNREPAIRABLE } from '../../../src/rules/tables/common-boot.ts';
import { testCases } from './cases.ts';

const IMAGES = [
  'boot/initrd.img-6.1.0-18-amd64',
  'boot/initramfs-linux.img',
  'boot/initrd-6.4.0',
  'usr/lib/modules/6.8/initrd',
];

testCases('rules/tables/common-kernel', COMMON_KERNEL, [
  {
    rule: 'common/initramfs-report',
    fires: IMAGES,
    spares: [
      'boot/vmlinuz-6.1.0',
      'boot/initrd.img -> initrd.img-6.1.0-18-amd64',
      'usr/lib/modules/6.8/vmlinuz',
    ],
  },
  {
    rule: 'common/initramfs',
    fires: IMAGES,
    spares: ['boot/vmlinuz-6.1.0', 'etc/initramfs-tools/initramfs.conf', 'boot/loader/initrd-x'],
    policies: { initramfs: 'drop' },
  },
  { rule: 'common/initramfs', fires: [], spares: IMAGES },
  {
    rule: 'common/initramfs-report',
    fires: [
      ...['boot/initrd.img', 'boot/initramfs-linux-fallback.img', 'boot/initramfs-virt', 'boot/uInitrd-6.1'],
      ...[
        'boot/firmware/initramfs_2712',
        'boot/efi/initrd.img-6.1',
        'boot/booster-linux.img',
        'boot/initrd.gz',
      ],
      ...[
        'efi/0123/6.1.0-18/initrd',
        'boot/debian/6.1/initrd.img-6.1',
        'boot/ostree/fedora-abc/initramfs-6.1.img',
      ],
      ...['boot/kernels/abc-initrd', 'efi/EFI/nixos/abc-initrd-linux-6.1-initrd.efi'],
      ...[
        'usr/lib/modules/6.1/initramfs.img',
        'lib/modules/6.1/initrd',
        'usr/lib/ostree-boot/initramfs-6.1.img',
      ],
      ...['live/initrd.img', 'casper/initrd'],
    ],
    spares: [
      ...['boot/initrd -> initrd.img-6.1.bak', 'boot/vmlinuz-6.1', 'boot/config-6.1', 'boot/System.map-6.1'],
      ...[
        'usr/lib/modules/6.1/vmlinuz',
        'etc/initramfs-tools/initramfs.conf',
        'usr/share/initramfs-tools/init',
      ],
      ...['usr/lib/modules/6.1/kernel/initrd.ko', 'boot/grub/initrd/x'],
    ],
  },
  {
    rule: 'common/unified-kernels',
    fires: ['efi/EFI/Linux/arch-linux.efi', 'boot/EFI/BOOT/BOOTX64.efi', 'usr/lib/modules/6.1/vmlinuz.efi'],
    spares: [
      'usr/lib/systemd/boot/efi/systemd-bootx64.efi',
      'boot/EFI/Linux/owned.efi',
      'boot/EFI/fedora/shim.efi',
    ],
    owned: ['boot/EFI/Linux/owned.efi'],
  },
  {
    rule: 'common/dkms-logs',
    fires: [
      'var/lib/dkms/zfs/2.1/6.1.0/x86_64/log/make.log',
      'var/lib/dkms/zfs/2.1/build/',
      'var/lib/dkms/zfs/2.1/build/config.h',
    ],
    spares: ['var/lib/dkms/zfs/2.1/6.1.0/x86_64/module/zfs.ko', 'var/lib/dkms/zfs/2.1/6.1.0/x86_64/log/'],
  },
  {
    rule: 'common/dkms-modules-report',
    fires: ['usr/lib/modules/6.1.0/updates/dkms/zfs.ko', 'lib/modules/6.1.0/updates/dkms/spl.ko.xz'],
    spares: ['usr/lib/modules/6.1.0/kernel/fs/ext4/ext4.ko', 'usr/lib/modules/6.1.0/updates/x.ko'],
  },
  {
    rule: 'common/initramfs-parameters',
    fires: ['usr/lib/dracut/build-parameter.txt', 'lib/dracut/build-parameter.txt'],
    spares: ['usr/lib/dracut/build-parameter.txt.d/x', 'usr/lib/dracut/hooks/x', 'srv/build-parameter.txt'],
  },
  {
    rule: 'common/module-indexes',
    fires: ['usr/lib/modules/6.1.0/modules.dep.bin', 'lib/modules/6.1.0/modules.alias'],
    spares: ['usr/lib/modules/modules.dep'],
  },
  {
    rule: 'common/boot-loader-files',
    fires: ['boot/grub/grub.cfg', 'boot/grub2/grubenv', 'boot/grub/device.map'],
    spares: ['boot/grub/fonts/unicode.pf2', 'etc/default/grub'],
  },
]);

const ARCHIVE = 'usr/lib/locale/locale-archive';

testCases('rules/tables/common-unrepairable', COMMON_UNREPAIRABLE, [
  {
    rule: 'common/locale-archive-report',
    fires: [ARCHIVE],
    spares: ['usr/lib/locale/C.utf8/LC_TIME', 'usr/lib/locale/locale-archive.tmpl'],
    owned: [],
  },
  { rule: 'common/locale-archive-report', fires: [], spares: [ARCHIVE], owned: [ARCHIVE] },
  {
    rule: 'common/locale-archive-report',
    fires: [],
    spares: [ARCHIVE],
    owned: [],
    policies: { 'locale-archive': 'keep' },
  },
  {
    rule: 'common/account-ids-report',
    fires: ['etc/passwd', 'etc/group'],
    spares: ['etc/shadow', 'usr/share/base-passwd/passwd.master'],
    policies: { 'account-ids': 'report' },
  },
  { rule: 'common/account-ids-report', fires: [], spares: ['etc/passwd'] },
]);
