import type { Hook } from './hook.ts';

export const mmdebstrap: Hook = {
  id: 'mmdebstrap',
  builder: 'mmdebstrap',
  place: 'Add the option to the command; it goes last among the customize hooks.',
  language: 'sh',
  text: `# $1 is the root; for the single file, name it alone: --customize-hook=/path/to/stillroot-finalize.mjs
export SOURCE_DATE_EPOCH=1700000000
mmdebstrap --variant=minbase \\
  --customize-hook='stillroot finalize "$1"' \\
  bookworm rootfs.tar
`,
  notes: [
    'The hook runs on the host: as root, or with --mode=unshare as root of a user namespace.',
    'Behind the hooks mmdebstrap needs files of its own in the tree, such as its configuration of apt in /tmp; finalize leaves them where $MMDEBSTRAP_MODE is set, so keep that variable (sudo and env -i do not). A program that removes them makes mmdebstrap clean the lists of apt on the machine itself.',
    'mmdebstrap cleans up after it: the lists and caches of apt go, and /etc/machine-id becomes empty whatever the policy was.',
    'Without SOURCE_DATE_EPOCH mmdebstrap takes the present time, and what its clean-up touched shows it.',
  ],
  irreproducible: [
    '/etc/resolv.conf and /etc/hostname are copied from the host; the rules of stillroot drop both; a name that a hook of yours wrote needs --policy hostname=keep',
    'rootfs.tar.xz and its like are compressed by the program of the host; the plain tar is sorted and has no times after the epoch',
  ],
  archive:
    'Give a directory instead of rootfs.tar, and run stillroot pack on it; no hook is needed then. mmdebstrap writes no cpio.',
  example: `export SOURCE_DATE_EPOCH=1700000000
mmdebstrap --mode=unshare --variant=minbase --include=fontconfig,locales \\
  --customize-hook=/path/to/stillroot-finalize.mjs \\
  bookworm rootfs.tar
`,
  tried:
    'tried: mmdebstrap 1.3.5 of Debian 12, by root, with --mode=root and --mode=unshare; two builds each.',
};
