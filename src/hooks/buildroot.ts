import type { Hook } from './hook.ts';

export const buildroot: Hook = {
  id: 'buildroot',
  builder: 'Buildroot',
  place:
    'Save it as board/YOURS/post-fakeroot.sh, make it executable, and name it in BR2_ROOTFS_POST_FAKEROOT_SCRIPT. It serves as BR2_ROOTFS_POST_BUILD_SCRIPT as well.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
# $1 is the target directory; what BR2_ROOTFS_POST_SCRIPT_ARGS adds is for other scripts.
# BR2_TARGET_GENERIC_HOSTNAME and the overlay wrote the files of etc; nothing in it is of the host.
exec stillroot finalize "$1" --policy hostname=keep --policy resolv-conf=keep
`,
  notes: [
    'The script after fakeroot works on a copy of the tree for each file system; the one after the build on output/target itself, before owners and device nodes are made.',
    'BR2_REPRODUCIBLE=y exports SOURCE_DATE_EPOCH. Behind the script Buildroot sets all time stamps to it, also older ones.',
    'Under fakeroot owners exist in the memory of fakeroot only; see src/finalize/README.md for what Node sees of them.',
  ],
  irreproducible: [
    'without BR2_REPRODUCIBLE=y xz runs with as many threads as jobs, and times stay as they are',
    'ext4, squashfs and other images are made by host tools that Buildroot itself builds, so they change with its version',
  ],
  archive:
    'Run stillroot pack in the same script: stillroot pack "$1" -o "$BINARIES_DIR/image.cpio.xz". Buildroot\'s own cpio is sorted, and differs from it: it has an entry for the root directory and numbers inodes.',
  example: `stillroot hook buildroot > board/example/post-fakeroot.sh && chmod +x board/example/post-fakeroot.sh
cat >> .config <<'END'
BR2_REPRODUCIBLE=y
BR2_ROOTFS_POST_FAKEROOT_SCRIPT="board/example/post-fakeroot.sh"
END
make olddefconfig && make
`,
  tried:
    'not tried here: follows the documentation of Buildroot 2026.08-rc1; the call itself was tried, as Buildroot makes it under fakeroot 1.31.',
};
