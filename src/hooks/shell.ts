import type { Hook } from './hook.ts';

export const shell: Hook = {
  id: 'shell',
  builder: 'a script of yours',
  place:
    'Save it as a script, or take the line you need. The first argument is the root, the others are options of finalize.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
root=\${1:?usage: $0 ROOT [options of finalize]}
shift
: "\${SOURCE_DATE_EPOCH:=0}"
export SOURCE_DATE_EPOCH
exec stillroot finalize "$root" "$@"
`,
  notes: [
    'Without an argument finalize takes the root from $BUILDROOT, $ROOTDIR, $ROOT, $TARGET_DIR or $IMAGE_ROOTFS, the first that is set.',
    '/ and an empty path are refused.',
  ],
  irreproducible: [
    'find | cpio and tar without --sort=name list entries as the file system does, and keep inode numbers, owners and times',
    'xz and zstd of the host: other versions write other bytes',
  ],
  archive:
    'Run stillroot pack ROOT -o FILE; what finalize would do is done on the way, and the directory stays as it is.',
  example: `stillroot hook shell > hold-still && chmod +x hold-still
SOURCE_DATE_EPOCH=1700000000 ./hold-still rootfs
stillroot pack rootfs -o rootfs.cpio.xz --source-date-epoch 1700000000
`,
  tried: 'tried: with dash on Debian 12.',
};
