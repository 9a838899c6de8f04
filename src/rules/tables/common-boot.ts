import type { Rule } from '../rule.ts';
import { BOOT } from './common-identity.ts';

/** An initramfs under the names used by generators and systems, each in every place where it is looked for. */
const INITRAMFS: readonly string[] = [
  // Debian, dracut, mkinitcpio, booster, Raspberry Pi, U-Boot; without and with the version of the kernel.
  `${BOOT}/{initrd,initramfs,uInitrd}{,.img,.gz}`,
  `${BOOT}/{initrd.img,initrd,initramfs,uInitrd,booster}-*`,
  `${BOOT}/initramfs{7,7l,8,_2712}`,
  // kernel-install, below the entry token; OSTree; NixOS.
  `${BOOT}/*/*/{initrd,initramfs}{,.img,-*,.img-*}`,
  'boot/ostree/*/initramfs-*',
  `{boot/kernels,boot/nixos,${BOOT}/EFI/nixos}/*-initrd{,.efi,-*}`,
  // Next to the modules: bootc, OSTree, mkosi.
  '{usr/,}lib/modules/*/{initrd,initramfs}{,.img}',
  'usr/lib/ostree-boot/{initramfs,initrd}*',
  // Live systems.
  '{live,casper}/initrd*',
];

/** Kernel, initramfs and command line in one signed program. */
const UNIFIED_KERNELS: readonly string[] = [`${BOOT}/EFI/{Linux,BOOT}/*.efi`, '{usr/,}lib/modules/*/*.efi'];

/** Kernels, their modules and how they boot. */
export const COMMON_KERNEL: readonly Rule[] = [
  {
    id: 'common/initramfs-report',
    match: INITRAMFS,
    when: { type: 'file', policy: { name: 'initramfs', value: 'report' } },
    action: { do: 'report' },
    toDecide: true,
    why: 'An archive with times and inode numbers; export SOURCE_DATE_EPOCH when building it.',
    source: 'initramfs-tools, dracut, mkinitcpio',
  },
  {
    id: 'common/initramfs',
    match: INITRAMFS,
    when: { type: 'file', policy: { name: 'initramfs', value: 'drop' } },
    action: { do: 'drop' },
    why: 'An archive with times and inode numbers; a disk with this tree boots only after a new one is built.',
    source: 'Tails, live-build, archiso',
  },
  {
    id: 'common/unified-kernels',
    match: UNIFIED_KERNELS,
    when: { type: 'file', owned: false, policy: { name: 'initramfs', value: 'report' } },
    action: { do: 'report' },
    toDecide: true,
    why: 'An EFI program built here: if it contains an initramfs, export SOURCE_DATE_EPOCH when building it.',
    source: 'systemd: ukify(1), kernel-install(8)',
  },
  {
    id: 'common/dkms-logs',
    match: ['var/lib/dkms/**/log/make.log', 'var/lib/dkms/**/build/**', 'var/lib/dkms/**/build'],
    action: { do: 'drop' },
    why: 'Times and object files of kernel module builds, not needed once the modules are installed.',
    source: 'Kicksecure',
  },
  {
    id: 'common/dkms-modules-report',
    match: ['{usr/,}lib/modules/*/updates/dkms/*.ko*'],
    when: { type: 'file' },
    action: { do: 'report' },
    toDecide: true,
    why: 'Compiled at installation, so its bytes depend on the compiler, the path and the signing key.',
    source: 'Kicksecure',
  },
  {
    id: 'common/initramfs-parameters',
    match: ['{,usr/}lib/dracut/build-parameter.txt'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'dracut-build-parameter' },
    why: 'How an initramfs was built, with random names of temporary directories.',
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
      `${BOOT}/{,EFI/*/}grub{,2}/{grubenv,grub.cfg,device.map}`,
      `${BOOT}/EFI/*/{grubenv,grub.cfg}`,
      `${BOOT}/loader{,.[01]}/entries/*.conf`,
      `${BOOT}/{extlinux/extlinux.conf,syslinux/syslinux.cfg,cmdline.txt}`,
      'etc/kernel/cmdline',
    ],
    when: { type: 'file' },
    action: { do: 'report' },
    toDecide: true,
    why: 'Names the filesystems of one disk by their random UUIDs.',
    source: 'osbuild; systemd: kernel-install(8)',
  },
];

/**
 * What differs and cannot be fixed afterwards: it is reported, with what to do at bootstrap. More such
 * rules are with kernels (initramfs) and desktops (TeX formats).
 */
export const COMMON_UNREPAIRABLE: readonly Rule[] = [
  {
    id: 'common/locale-archive-report',
    match: ['usr/lib/locale/locale-archive'],
    when: { type: 'file', owned: false, policy: { name: 'locale-archive', value: 'report' } },
    action: { do: 'report' },
    toDecide: true,
    why: 'The position of a locale in it depends on the order of localedef calls: fix the order in etc/locale.gen.',
    source: 'Tails; glibc: localedef --no-archive',
  },
  {
    id: 'common/account-ids-report',
    match: ['etc/{passwd,group}'],
    when: { type: 'file', policy: { name: 'account-ids', value: 'report' } },
    action: { do: 'report' },
    toDecide: true,
    why: 'Ids depend on the order of installation, and files have them: create accounts with fixed ids first.',
    source: 'Tails, OpenEmbedded; Debian bug 969631',
  },
];
