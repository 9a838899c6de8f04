import type { Hook } from './hook.ts';

export const mkosi: Hook = {
  id: 'mkosi',
  builder: 'mkosi 15 and newer',
  place:
    'Save it as mkosi.finalize beside mkosi.conf, make it executable, and copy stillroot-finalize.mjs to the same directory. Without options to pass, that file itself may be mkosi.finalize.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
# Hostname= and MachineId= are settings of the image, and mkosi copies no file of the host: these stay. Add
# further options of finalize here, such as --archive image.cpio.
set -- --policy hostname=keep --policy machine-id=keep --policy resolv-conf=keep
if [ -x "\${SRCDIR:-.}/stillroot-finalize.mjs" ]; then
  exec "\${SRCDIR:-.}/stillroot-finalize.mjs" "$@"
fi
exec stillroot finalize "$@"
`,
  notes: [
    'The root comes from $BUILDROOT, the epoch from SourceDateEpoch= (--source-date-epoch); set it, since mkosi itself touches no time stamp without.',
    'The sandbox shows /usr of the host, so a Node installed there is found. With a tools tree, ask for one there: ToolsTreePackages=nodejs. There is no network, and none is needed.',
    'Run by a user, mkosi owns every file of the tree; stillroot then takes that user for root, and reports as owner-not-set what only an archive can say; --archive and stillroot pack do.',
    'Run without an argument, finalize takes these three policies by itself, since $BUILDROOT tells that mkosi calls; other choices of yours come after them.',
    'mkosi writes "uninitialized" to /etc/machine-id, after which the first boot counts as one; --policy machine-id=empty makes it empty.',
  ],
  irreproducible: [
    'Format=tar has entries in the order in which the file system of the build lists them',
    'Format=cpio is written by the cpio of the host; run by root it keeps owners, run by a user everything belongs to root, so the two differ',
    'CompressOutput= runs xz -T0, zstd -T0, pigz or gzip of the host: other bytes with another version of it, or with the other of the last two',
    'disk images need Seed= set, and contain file systems made by tools of the host',
  ],
  archive:
    'Use Format=directory and stillroot pack on the result; or stay with the finalize script and let it write the archive too, with --archive image.cpio (image.cpio.xz where stillroot itself is installed).',
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
SourceDateEpoch=1700000000
END
cp /path/to/stillroot-finalize.mjs mkosi.finalize
mkosi build
stillroot pack rootfs -o rootfs.cpio.xz
`,
  tried:
    'tried: mkosi 27.1 on Debian 12, as root with Format=directory, tar and cpio (xz), and as a user with directory and cpio; two builds each.',
};
