import type { Rule } from '../rule.ts';
import { BOOT } from './common-identity.ts';

/**
 * What the rules remove by default although something needs it: each is shown with what to do at first boot. Those
 * of a single distribution are in its layer, with names that also end with `-needed`.
 */
export const COMMON_FIRST_BOOT: readonly Rule[] = [
  {
    id: 'common/credential-secret-needed',
    match: ['{etc,usr/lib}/credstore.encrypted/*'],
    when: { type: 'file', exists: 'var/lib/systemd/credential.secret' },
    action: { do: 'report' },
    why: 'Encrypted with the key of the build machine, which is dropped: encrypt it for each machine or with its TPM.',
    source: 'systemd: systemd-creds(1)',
  },
  {
    id: 'common/etc-history-needed',
    match: ['usr/bin/etckeeper'],
    when: { exists: 'etc/.etckeeper', policy: { name: 'etc-history', value: 'drop' } },
    action: { do: 'report' },
    why: 'Its repository in etc is dropped: run `etckeeper init` and `etckeeper commit` at first boot.',
    source: 'etckeeper(8)',
  },
  {
    // Nothing reads it before the next installation, but then everything fails.
    id: 'common/pacman-keyring-needed',
    match: ['usr/bin/pacman-key'],
    when: {
      exists: 'etc/pacman.d/gnupg/pubring.gpg',
      missing: 'usr/lib/systemd/system/pacman-init.service',
      policy: { name: 'pacman-keyring', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'The keyring is dropped: run `pacman-key --init` and `pacman-key --populate` before the next installation.',
    source: 'pacman-key(8)',
  },
  {
    id: 'common/munge-key-needed',
    match: ['usr/sbin/munged'],
    when: { exists: 'etc/munge/munge.key', policy: { name: 'service-keys', value: 'drop' } },
    action: { do: 'report' },
    why: 'The daemon does not start without the dropped key: run `mungekey --create`, with one key for all nodes.',
    source: 'munge: munged(8)',
  },
  {
    id: 'common/cluster-key-needed',
    match: ['usr/sbin/{corosync,pacemakerd,pacemaker-remoted}'],
    when: { exists: 'etc/{corosync,pacemaker}/authkey', policy: { name: 'service-keys', value: 'drop' } },
    action: { do: 'report' },
    why: 'A cluster needs the dropped key: run `corosync-keygen` and give all nodes the same key.',
    source: 'corosync-keygen(8)',
  },
  {
    id: 'common/service-keys-needed',
    match: ['usr/sbin/{ircd-hybrid,tripwire,xrdp}', 'usr/bin/{brltty,quasselcore}', 'sbin/brltty'],
    when: {
      exists: [
        'etc/ircd-hybrid/key/ircd.key',
        'etc/tripwire/*.key',
        'etc/xrdp/rsakeys.ini',
        'etc/brlapi.key',
        'var/lib/quassel/quasselCert.pem',
      ],
      policy: { name: 'service-keys', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'Its key is dropped: at first boot run `dpkg-reconfigure` of its package, or `xrdp-keygen xrdp auto`.',
    source: 'Debian ircd-hybrid, tripwire, xrdp, brltty, quassel-core: postinst',
  },
  {
    id: 'common/tex-formats-needed',
    match: ['usr/bin/{tex,pdftex,luatex,xetex,mtxrun}'],
    when: {
      exists: ['var/lib/texmf/web2c/**/*.fmt', 'var/lib/texmf/luatex-cache/context/**/*.fmt'],
      policy: { name: 'tex-formats', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'Its formats are dropped: run `fmtutil-sys --all`, and for ConTeXt `mtxrun --generate` and `context --make`.',
    source: 'fmtutil(1), mtxrun(1); ConTeXt was tried without its cache, and does not run',
  },
  {
    id: 'common/name-server-keys-needed',
    match: ['usr/sbin/{nsd-control,unbound-control,rndc}'],
    when: {
      exists: [
        'etc/nsd/nsd_control.key',
        '{etc,var/lib}/unbound/unbound_control.key',
        'etc/{,bind/,named/}rndc.key',
      ],
      policy: { name: 'service-keys', value: 'drop' },
    },
    action: { do: 'report' },
    why: 'It has no key: run `nsd-control-setup`, `unbound-control-setup` or `rndc-confgen -a` at first boot.',
    source: 'nsd-control(8), unbound-control(8), rndc-confgen(8)',
  },
];

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
