import type { Hook } from './hook.ts';

export const liveBuild: Hook = {
  id: 'live-build',
  builder: 'live-build',
  place: 'Save it as auto/build, and make it executable: lb build then runs it in place of its own steps.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
lb bootstrap "$@"
lb chroot "$@"
# lb chroot has put localhost.localdomain, or what config/includes.chroot says, into etc/hostname.
stillroot finalize chroot --policy hostname=keep
lb installer "$@"
lb binary "$@"
`,
  notes: [
    'Chroot hooks run inside the tree, where there is no Node, and binary hooks (*.hook.binary) only when the squashfs has been made: the time for it is between the two stages.',
    'The binary stage may install packages once more (boot loaders, for one), and writes its own logs; what it leaves behind in the tree is not finalized.',
    'Set SOURCE_DATE_EPOCH for both; live-build applies it to what it writes itself.',
  ],
  irreproducible: ['the squashfs, the ISO image and the netboot archive are made by tools of the host'],
  archive:
    'Run stillroot pack chroot -o rootfs.cpio.xz between the two stages. A binary hook may do that as well: it runs in binary/, so the tree is ../chroot, with things mounted in it that are not entered.',
  example: `mkdir live && cd live
lb config --distribution bookworm
mkdir -p auto
stillroot hook live-build > auto/build && chmod +x auto/build
SOURCE_DATE_EPOCH=1700000000 lb build
`,
  tried: 'not tried here: follows the scripts of live-build 20230502.',
};
