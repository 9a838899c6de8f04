import type { Hook } from './hook.ts';

export const mkosi14: Hook = {
  id: 'mkosi-14',
  builder: 'mkosi 14, which Debian 12 ships',
  place:
    'Save it as mkosi.finalize beside mkosi.default, and make it executable. stillroot-finalize.mjs itself may be mkosi.finalize, too.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
# mkosi passes "build" when it has made the development image of a build script, where there is nothing
# to do, and "final" for the image. Options go behind "$@".
# --hostname and --machine-id are settings of the image, and mkosi copies no file of the host: these stay.
exec stillroot finalize "$@" --policy hostname=keep --policy machine-id=keep --policy resolv-conf=keep
`,
  notes: [
    'The root comes from $BUILDROOT, and the script runs on the host as root with the environment of mkosi.',
    'This mkosi has no SourceDateEpoch= and touches no time stamp; export SOURCE_DATE_EPOCH before mkosi runs, or all of them become 0.',
    'Where no systemd runs, as in a container, mkosi needs --nspawn-keep-unit.',
  ],
  irreproducible: [
    'run and tmp are emptied behind the script, so these two directories have the time of the build',
    'Format=tar and Format=cpio have entries in the order in which the file system of the build lists them',
    'the archives are compressed by xz -T0 or zstd -T0 of the host',
  ],
  archive: 'Use Format=directory and stillroot pack on the result, which sets the times of run and tmp, too.',
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
    'tried: mkosi 14-2 of Debian 12, as root, with Format=directory; two builds, which differ in the times of run and tmp only.',
};
