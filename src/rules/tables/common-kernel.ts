import type { Rule } from '../rule.ts';

/** Kernels, their modules and how they boot. */
export const COMMON_KERNEL: readonly Rule[] = [
  {
    id: 'common/initramfs-report',
    match: ['boot/{initrd.img-*,initramfs-*,initrd-*}', '{usr/,}lib/modules/*/initrd'],
    when: { type: 'file', policy: { name: 'initramfs', value: 'report' } },
    action: { do: 'report' },
    why: 'An archive with times and inode numbers; export SOURCE_DATE_EPOCH when it is made.',
    source: 'initramfs-tools, dracut, mkinitcpio',
  },
  {
    id: 'common/initramfs',
    match: ['boot/{initrd.img-*,initramfs-*,initrd-*}', '{usr/,}lib/modules/*/initrd'],
    when: { type: 'file', policy: { name: 'initramfs', value: 'drop' } },
    action: { do: 'drop' },
    why: 'An archive with times and inode numbers; a disk with this tree boots only if a new one is made.',
    source: 'Tails, live-build, archiso',
  },
  {
    id: 'common/dkms-logs',
    match: ['var/lib/dkms/**/log/make.log', 'var/lib/dkms/**/build/**', 'var/lib/dkms/**/build'],
    action: { do: 'drop' },
    why: 'Times and objects of the build of kernel modules, no longer needed once they are installed.',
    source: 'Kicksecure',
  },
  {
    id: 'common/dkms-modules-report',
    match: ['{usr/,}lib/modules/*/updates/dkms/*.ko*'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Compiled at installation, so its bytes depend on the compiler, the path and the signing key.',
    source: 'Kicksecure',
  },
  {
    id: 'common/initramfs-parameters',
    match: ['{,usr/}lib/dracut/build-parameter.txt'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'dracut-build-parameter' },
    why: 'How an initramfs was made, with random names of temporary directories.',
    source: 'dracut-ng issue 2322, gardenlinux issue 4175',
  },
  {
    id: 'common/module-indexes',
    match: ['{usr/,}lib/modules/*/modules.*'],
    action: { do: 'keep' },
    why: 'Without it modprobe finds no modules; depmod writes it in a fixed order.',
    source: 'rpm-ostree, mkosi',
  },
  {
    id: 'common/boot-loader-files',
    match: [
      'boot/grub{,2}/{grubenv,grub.cfg,device.map}',
      '{boot,efi,boot/efi}/loader/entries/*.conf',
      'etc/kernel/cmdline',
    ],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Names the file systems of one disk by their random UUID.',
    source: 'osbuild; systemd: kernel-install(8)',
  },
];
