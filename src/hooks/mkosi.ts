import type { Hook } from './hook.ts';
import { DEBIAN, NODE, PACKED, TREE, TREE_COMMAND, type Trial, TWO_MACHINES } from './trial.ts';

/** A unified kernel image holds the tree as its initrd, or the default initrd, which mkosi builds apart. */
const MKOSI_TRIAL: Trial = {
  versions: ['mkosi 27.1-1', 'ukify 262.1-1, both of Debian unstable', NODE, DEBIAN],
  circumstances: [
    TWO_MACHINES,
    'The first five rows are of the example, whose digest by stillroot pack was the same for all formats; the others are of Packages=systemd, udev, linux-image-cloud-amd64 and systemd-boot-efi with Bootable=yes: as Format=uki with Bootloader=none, and as Format=directory with Bootloader=uki, for which the script also was mkosi.initrd.conf/mkosi.finalize.',
    'ukify stood in a directory of ExtraSearchPaths=, since Debian 12 has none.',
    'The image of Format=uki booted under OVMF in QEMU, as far as systemd.',
    'The default initrd is equal without the hook, at least for these packages; so is the image made of it.',
  ],
  commands: `mkosi --format=FORMAT --output-dir=out build   # tar and directory: --compress-output=no; cpio: zstd
# in out/image of the directory:
${TREE_COMMAND}# of each format, with the policies of the hook:
stillroot pack out/IMAGE --source-date-epoch 1700000000 --policy hostname=keep \\
  --policy machine-id=keep --policy resolv-conf=keep -o - | sha256sum
`,
  rows: [
    { of: TREE, without: '8498232a5a86, bfc74b1d3f3c', with: '27dcf462820f twice' },
    { of: 'image.tar', without: 'f53dce5d6b99, 7b5c92a072f7', with: 'dc8e95eb3ebb twice' },
    { of: 'image.cpio.zst', without: 'f161ba78d944, de0c7172467d', with: 'b5cf316df0c8 twice' },
    { of: 'index.json of Format=oci', without: '3b28066f1204, 4962b7cfde1a', with: '48d5bd51a62c twice' },
    {
      of: 'each of these four, by stillroot pack',
      without: '8491cf907e58 twice',
      with: '8491cf907e58 twice',
    },
    { of: 'image.initrd of Format=uki', without: '586290247eab, 635988b7d148', with: '7b6a650c69a8 twice' },
    { of: 'image.efi of Format=uki', without: '01c9c82e5499, b5b7595accc2', with: '69acbf6d72e8 twice' },
    {
      of: 'the bootable tree, by GNU tar',
      without: 'fafc52c7f181, a333bca3783f',
      with: 'd2678d2d609c twice',
    },
    { of: 'the default initrd', without: 'fa9f554c8df6 twice', with: 'a5485f906ca4 twice' },
    { of: 'image.efi beside that tree', without: '46e99402122f twice', with: 'aeea73748bc7 twice' },
  ],
};

export const mkosi: Hook = {
  id: 'mkosi',
  builder: 'mkosi 15 and newer',
  place:
    'Debian 12 ships mkosi 14; for its differences see stillroot hook mkosi-14. Save it as mkosi.finalize beside mkosi.conf, make it executable, and copy stillroot-finalize.mjs to the same directory. Without options to pass, that file itself may be mkosi.finalize.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
# Hostname= and MachineId= are settings of the image, and mkosi copies no files from the host, so these stay. Add
# further options of finalize here, such as --archive image.cpio.
set -- "$@" --policy hostname=keep --policy machine-id=keep --policy resolv-conf=keep
if [ -x "\${SRCDIR:-.}/stillroot-finalize.mjs" ]; then
  exec "\${SRCDIR:-.}/stillroot-finalize.mjs" "$@"
fi
exec stillroot finalize "$@"
`,
  notes: [
    'The root comes from $BUILDROOT, the epoch from SourceDateEpoch= or $SOURCE_DATE_EPOCH; set one, since mkosi itself changes no timestamps otherwise. mkosi 14 knows only the variable.',
    'The sandbox contains /usr of the host, so Node installed there is found. With a tools tree, install it there: ToolsTreePackages=nodejs. There is no network, and none is needed.',
    'Run by a user, mkosi owns every file of the tree; stillroot then treats that user as root, and reports with owner-not-set the owners that only an archive can record; --archive and stillroot pack record them.',
    'Run without an argument, finalize uses these three policies by default, since $BUILDROOT shows that mkosi is calling; your own choices override them.',
    'mkosi writes "uninitialized" to /etc/machine-id, so that systemd runs its first-boot setup; --policy machine-id=empty makes it empty.',
    'mkosi builds the default initrd of a bootable image as an image of its own, without the script: copy it to mkosi.initrd.conf/mkosi.finalize too. The unified kernel image is made after the script, from trees that it has finalized, and is not changed.',
  ],
  irreproducible: [
    "Format=tar and the layer of Format=oci list entries in the order of the build's filesystem",
    "Format=cpio is written by the host's cpio; run as root it keeps owners, run as a user everything belongs to root, so the two differ",
    "CompressOutput= runs the host's xz -T0, zstd -T0, pigz or gzip: the bytes depend on their versions, and on which of the last two is installed",
    "disk images need Seed= set, and contain filesystems made by the host's tools",
  ],
  archive:
    'Use Format=directory and stillroot pack on the result; or keep the finalize script and let it write the archive too, with --archive image.cpio (image.cpio.xz where stillroot itself is installed).',
  example: `mkdir image && cd image
cat > mkosi.conf <<'END'
[Distribution]
Distribution=debian
Release=bookworm

[Output]
Format=directory
Output=rootfs

[Content]
Bootable=no
Packages=apt
END
cp /path/to/stillroot-finalize.mjs mkosi.finalize
export SOURCE_DATE_EPOCH=1700000000
mkosi build
stillroot pack rootfs -o rootfs.cpio.xz
`,
  tried:
    'mkosi 27.1 on Debian 12, as root with Format=directory, tar, cpio, oci and uki, and as a user with directory and cpio; two builds each, without and with the hook. The example also ran with mkosi 14-2 of Debian 12 (with --nspawn-keep-unit, in a container).',
  trial: MKOSI_TRIAL,
};

const MKOSI_14_TRIAL: Trial = {
  versions: ['mkosi 14-2', NODE, `${DEBIAN} in a container`],
  circumstances: [
    TWO_MACHINES,
    'The images are those of the example. run and tmp have the times of their builds.',
  ],
  commands: `SOURCE_DATE_EPOCH=1700000000 mkosi --nspawn-keep-unit build
# in rootfs:
${TREE_COMMAND}stillroot pack . --source-date-epoch 1700000000 --policy hostname=keep --policy machine-id=keep \\
  --policy resolv-conf=keep -o - | sha256sum
`,
  rows: [
    {
      of: 'the tree but for run and tmp, by GNU tar',
      without: '4d1a279026a2, 72565176b859',
      with: '2aa6281bbfa8 twice',
    },
    { of: TREE, without: '983df236ffcf, 1bbf7f2f64c4', with: '52786cfccd7d, 4734acbd0c93' },
    { of: PACKED, without: 'ec8bbee16fdd twice', with: 'ec8bbee16fdd twice' },
  ],
};

export const mkosi14: Hook = {
  id: 'mkosi-14',
  builder: 'mkosi 14, which Debian 12 ships',
  place:
    'Save it as mkosi.finalize beside mkosi.default, and make it executable. stillroot-finalize.mjs itself may also be mkosi.finalize.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
# mkosi passes "build" for the development image of a build script, where there is nothing to do, and
# "final" for the image. Options go after "$@".
# --hostname and --machine-id are settings of the image, and mkosi copies no files from the host: these stay.
exec stillroot finalize "$@" --policy hostname=keep --policy machine-id=keep --policy resolv-conf=keep
`,
  notes: [
    'The root comes from $BUILDROOT; the script runs on the host as root, with the environment of mkosi.',
    'This mkosi refuses SourceDateEpoch= (unrecognized arguments: --source-date-epoch) and changes no timestamps; export SOURCE_DATE_EPOCH before mkosi runs, or all of them become 0.',
    'Where no systemd runs, as in a container, mkosi needs --nspawn-keep-unit.',
  ],
  irreproducible: [
    'file systems in memory are mounted on run and tmp while the script runs, so these two directories keep the time of the build',
    "Format=tar and Format=cpio list entries in the order of the build's filesystem",
    "the archives are compressed by the host's xz -T0 or zstd -T0",
  ],
  archive: 'Use Format=directory and stillroot pack on the result, which also sets the times of run and tmp.',
  example: `mkdir image && cd image
cat > mkosi.default <<'END'
[Distribution]
Distribution=debian
Release=bookworm

[Output]
Format=directory
Output=rootfs
END
cp /path/to/stillroot-finalize.mjs mkosi.finalize
SOURCE_DATE_EPOCH=1700000000 mkosi build
stillroot pack rootfs -o rootfs.cpio.xz
`,
  tried:
    'mkosi 14-2 of Debian 12, as root, with Format=directory; two builds, which differ only in the times of run and tmp.',
  trial: MKOSI_14_TRIAL,
};
