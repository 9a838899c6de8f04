import type { Hook } from './hook.ts';

export const kiwi: Hook = {
  id: 'kiwi',
  builder: 'kiwi',
  place:
    'Run these in place of kiwi-ng system build: its scripts (config.sh, images.sh) run inside the tree, where there is no Node.',
  language: 'sh',
  text: `set -eu
export SOURCE_DATE_EPOCH=1700000000
kiwi-ng system prepare --description description --root rootfs
# The second step reads the description from image/ in the tree; config.sh sets name and resolver.
stillroot finalize rootfs --skip common/kiwi-files \\
  --policy hostname=keep --policy resolv-conf=keep
kiwi-ng system create --root rootfs --target-dir out
`,
  notes: [
    'Both steps run as root on the host.',
    'The second step runs images.sh and builds an initramfs with dracut inside the tree; what that leaves behind is not finalized.',
  ],
  irreproducible: [
    'cpio archives have entries in the order in which the file system lists them, tar archives below their first level',
    'xz runs with --threads=0',
    'file systems get identifiers of their own, though SOURCE_DATE_EPOCH seeds some',
  ],
  archive: 'Run stillroot pack rootfs -o FILE instead of the second step.',
  example: `kiwi-ng system prepare --description description --root rootfs
stillroot pack rootfs -o rootfs.cpio.xz --source-date-epoch 1700000000
`,
  tried: 'not tried here: follows the documentation of kiwi 10.3.9.',
};
