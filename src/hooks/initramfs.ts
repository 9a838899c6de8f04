/** Hooks that normalize an initramfs as the last step of its generator. */
import type { Hook } from './hook.ts';
import { DEBIAN, NODE, type Trial } from './trial.ts';

/**
 * In its own place, compressed as it was. What the generator has put there of the machine is for this machine: an initramfs
 * is no image that several share.
 */
const NORMALIZE = `stillroot pack "$image" -o "$image" --force --no-manifest --quiet \\
  --policy machine-id=keep --policy hostname=keep --policy ssh-host-keys=keep --policy resolv-conf=keep`;

const NOTES = [
  'It needs stillroot itself on the path: the single file cannot pack.',
  'The image is replaced when the new one is complete; if stillroot fails, the old one stays, and the generator reports the failure.',
  'Early archives stay in front, uncompressed, so the kernel finds microcode and ACPI tables; the rest becomes one archive, compressed as it was with gzip, xz or zstd. For other compressions the hook fails and asks for one: add --format cpio.zst, for example.',
  'The machine ID, host name, ssh keys and resolv.conf that the generator has included stay, since this machine may need them to boot. For images that go to other machines, remove these policies.',
  'All modification times become SOURCE_DATE_EPOCH, or 1970 without it; nothing in an initramfs depends on them.',
];

const ARCHIVE =
  'stillroot pack IMAGE -o IMAGE --force --no-manifest is what the hook runs; it works on any initramfs, whoever made it.';

/** Of two generators, in one tree. */
const TWO_GENERATIONS =
  'The two generations of a pair ran in one tree, in different seconds, under two host names, with two TMPDIR. There are no kernel modules in them.';
const MICROCODE = 'amd64-microcode and intel-microcode in front';
const PACKED_IMAGE = 'the same, by the stillroot pack of the hook';

const INITRAMFS_TOOLS_TRIAL: Trial = {
  versions: ['initramfs-tools 0.142+deb12u3', MICROCODE, NODE, DEBIAN],
  circumstances: [TWO_GENERATIONS],
  commands: `update-initramfs -c -k 6.1.0-test
sha256sum /boot/initrd.img-6.1.0-test
`,
  rows: [
    { of: 'initrd.img', without: '85fdadd45644, 9c13034dfe1f', with: '03a85a29d147 twice' },
    { of: PACKED_IMAGE, without: '03a85a29d147 twice', with: '03a85a29d147 twice' },
  ],
};

const DRACUT_TRIAL: Trial = {
  versions: ['dracut-core 059-4', MICROCODE, NODE, DEBIAN],
  circumstances: [TWO_GENERATIONS],
  commands: `dracut --force --no-kernel --early-microcode --no-hostonly --modules base \\
  --compress 'zstd -1' /boot/initramfs-6.1.0-test.img 6.1.0-test
/etc/kernel/postinst.d/zz-stillroot 6.1.0-test /boot/vmlinuz
sha256sum /boot/initramfs-6.1.0-test.img
`,
  rows: [
    { of: 'initramfs.img', without: '1c469566fd8b, a3f4c9334add', with: '0201fa6569b9 twice' },
    { of: PACKED_IMAGE, without: '0201fa6569b9 twice', with: '0201fa6569b9 twice' },
  ],
};

const MKINITCPIO_TRIAL: Trial = {
  versions: ['mkinitcpio 41 (commit fc8137c)', MICROCODE, NODE, DEBIAN],
  circumstances: [
    `${TWO_GENERATIONS} One was compressed by zstd 1.5.4, the other by 1.5.7 of Debian unstable; with one zstd the two are equal without the hook.`,
    'Its files stood in directories of their own, with busybox of Debian; HOOKS were base and microcode.',
  ],
  commands: `mkinitcpio -k 6.1.0-test -r modules -g image.img
sha256sum image.img
`,
  rows: [
    { of: 'image.img', without: '81605fa9fb1a, 4948d62779f6', with: '92a7ca90fa68 twice' },
    { of: PACKED_IMAGE, without: '92a7ca90fa68 twice', with: '92a7ca90fa68 twice' },
  ],
};

export const initramfsTools: Hook = {
  id: 'initramfs-tools',
  builder: 'initramfs-tools, of Debian and Ubuntu',
  place: 'Save it as /etc/initramfs/post-update.d/zz-stillroot, and make it executable.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `# update-initramfs passes the version of the kernel, and the image.
set -eu
image=\${2:?usage: $0 VERSION IMAGE}
[ -f "$image" ] || exit 0
${NORMALIZE}
`,
  adds: 'What it adds to SOURCE_DATE_EPOCH alone: that is not set when a package is installed, and links of directories and inode numbers still differ by filesystem.',
  notes: [
    ...NOTES,
    'update-initramfs calls it, and with it every installation of a kernel or module; mkinitramfs alone does not.',
  ],
  irreproducible: [
    'keys that a hook generates, such as those of dropbear-initramfs, and the random name of its home directory',
    'MODULES=dep, which takes the modules that this machine has loaded',
  ],
  archive: ARCHIVE,
  example: `mkdir -p /etc/initramfs/post-update.d
stillroot hook initramfs-tools > /etc/initramfs/post-update.d/zz-stillroot
chmod +x /etc/initramfs/post-update.d/zz-stillroot
update-initramfs -u
`,
  tried:
    'initramfs-tools 0.142 of Debian 12, with microcode of both vendors; two generations, and a start of the kernel with one.',
  trial: INITRAMFS_TOOLS_TRIAL,
};

export const dracut: Hook = {
  id: 'dracut',
  builder: 'dracut, of Fedora, SUSE and others',
  place:
    'Save it as /etc/kernel/install.d/95-stillroot.install where kernel-install runs dracut (Fedora, SUSE with systemd-boot), or as /etc/kernel/postinst.d/zz-stillroot (Debian), and make it executable.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `# kernel-install passes "add", the version of the kernel, and two paths; Debian's scripts the version and a path.
set -eu
case \${1:-} in
  remove) exit 0 ;;
  add) version=$2 entry=$3 ;;
  *) version=\${1:?usage: $0 VERSION} entry=/nonexistent ;;
esac
for image in "\${KERNEL_INSTALL_STAGING_AREA:-/nonexistent}/initrd" "$entry/initrd" \\
  "/boot/initramfs-$version.img" "/boot/initrd.img-$version" "/boot/initrd-$version"; do
  [ -f "$image" ] || continue
  ${NORMALIZE.replace('\n', '\n  ')}
done
`,
  adds: 'What it adds to dracut --reproducible: times and inode numbers of the early archive with the microcode, and the number of links of directories.',
  notes: [
    ...NOTES,
    'dracut has no hook of its own: after dracut --force by hand, run this script too, with the version of the kernel.',
  ],
  irreproducible: [
    'hostonly images, which take modules, firmware and configuration of this machine',
    'files and directories that dracut itself writes into the image, such as etc/passwd, get their permissions from the umask of its caller',
    'unified kernel images (--uefi): the initramfs in them is not touched',
  ],
  archive: ARCHIVE,
  example: `stillroot hook dracut > /etc/kernel/postinst.d/zz-stillroot
chmod +x /etc/kernel/postinst.d/zz-stillroot
dracut --force "/boot/initrd.img-$(uname -r)" "$(uname -r)"
/etc/kernel/postinst.d/zz-stillroot "$(uname -r)"
`,
  tried:
    'dracut 059 of Debian 12, with microcode of both vendors, gzip and zstd; two generations. The calls of kernel-install follow its manual.',
  trial: DRACUT_TRIAL,
};

export const mkinitcpio: Hook = {
  id: 'mkinitcpio',
  builder: 'mkinitcpio, of Arch Linux',
  place: 'Save it as /etc/initcpio/post/stillroot, and make it executable.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `# mkinitcpio passes the kernel, which may be empty, and what it has generated.
set -eu
shift
for image; do
  case $image in
    *.efi) continue ;;
  esac
  ${NORMALIZE.replace('\n', '\n  ')}
done
`,
  adds: 'What it adds to mkinitcpio, which sorts and sets times to 1970 itself: the bytes no longer depend on the version of zstd and bsdtar, nor on the number of processors.',
  notes: [
    ...NOTES,
    'mkinitcpio puts compressed modules into the archive with the microcode. The microcode stays there, and the modules go into the compressed archive.',
  ],
  irreproducible: [
    'images with the hook autodetect, which takes the modules of this machine',
    'unified kernel images (.efi): the initramfs in them is not touched',
  ],
  archive: ARCHIVE,
  example: `stillroot hook mkinitcpio > /etc/initcpio/post/stillroot
chmod +x /etc/initcpio/post/stillroot
mkinitcpio -P
`,
  tried: 'mkinitcpio 41 from its repository, on Debian 12, with microcode of both vendors; two generations.',
  trial: MKINITCPIO_TRIAL,
};
