import type { Hook } from './hook.ts';
import { MKOSI_TRIAL } from './trials.ts';

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
    'tried: mkosi 27.1 on Debian 12, as root with Format=directory, tar, cpio, oci and uki, and as a user with directory and cpio; two builds each, without and with the hook. The example also ran with mkosi 14-2 of Debian 12 (with --nspawn-keep-unit, in a container).',
  trial: MKOSI_TRIAL,
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
    'tried: mkosi 14-2 of Debian 12, as root, with Format=directory; two builds, which differ only in the times of run and tmp.',
};
