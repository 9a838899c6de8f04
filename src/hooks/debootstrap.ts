import type { Hook } from './hook.ts';

export const debootstrap: Hook = {
  id: 'debootstrap',
  builder: 'debootstrap and what wraps it',
  place: 'Put the line behind that of debootstrap, which has no hooks of its own.',
  language: 'sh',
  text: `debootstrap --variant=minbase bookworm rootfs
stillroot finalize rootfs --source-date-epoch 1700000000
`,
  notes: [
    'It runs as root on the host. A tree of debootstrap --foreign is finalized after its second stage; before that its directory stays, and a warning says what it waits for.',
    'debootstrap copies etc/hostname and etc/resolv.conf of the host, and both go. If you write a name of your own afterwards, add --policy hostname=keep.',
  ],
  irreproducible: ['none: debootstrap writes no archive'],
  archive:
    'Run stillroot pack on the directory; what finalize would do is done on the way, and the directory stays as it is.',
  example: `debootstrap --variant=minbase bookworm rootfs
stillroot finalize rootfs --source-date-epoch 1700000000
stillroot pack rootfs -o rootfs.cpio.xz --source-date-epoch 1700000000
`,
  tried: 'tried: debootstrap 1.0.128 of Debian 12; two builds.',
};
