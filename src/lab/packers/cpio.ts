/** GNU cpio and the programs that stand in for it, as one would call them oneself. */
import type { Packer } from '../packer.ts';

const SORTED = 'find . -print0 | LC_ALL=C sort -z';

export const CPIO: readonly Packer[] = [
  {
    id: 'cpio',
    about: 'GNU cpio as in most tutorials: unsorted, with no options',
    source: 'the initramfs documentation of the kernel',
    command: 'cd {root} && find . -print0 | cpio --quiet --null -o -H newc > {out}',
    extension: '.cpio',
    programs: ['find', 'cpio'],
    quick: true,
  },
  {
    id: 'cpio-sorted',
    about: 'GNU cpio with a sorted list',
    source: 'GNU cpio',
    command: `cd {root} && ${SORTED} | cpio --quiet --null -o -H newc > {out}`,
    extension: '.cpio',
    programs: ['find', 'sort', 'cpio'],
  },
  {
    id: 'cpio-reproducible',
    about: 'GNU cpio --reproducible with a sorted list',
    source: 'GNU cpio',
    command: `cd {root} && ${SORTED} | cpio --quiet --null -o -H newc --reproducible > {out}`,
    extension: '.cpio',
    programs: ['find', 'sort', 'cpio'],
    quick: true,
  },
  {
    id: 'busybox-cpio',
    about: 'cpio of busybox with a sorted list',
    source: 'busybox',
    command: `cd {root} && ${SORTED} | busybox cpio -0 -o -H newc > {out} 2>/dev/null`,
    extension: '.cpio',
    programs: ['find', 'sort', 'busybox'],
  },
  {
    id: 'bsdcpio',
    about: 'bsdcpio of libarchive with a sorted list',
    source: 'libarchive',
    command: `cd {root} && ${SORTED} | bsdcpio --quiet -0 -o -H newc > {out}`,
    extension: '.cpio',
    programs: ['find', 'sort', 'bsdcpio'],
    quick: true,
  },
  {
    id: 'bsdtar-newc',
    about: 'bsdtar that walks the tree itself',
    source: 'libarchive',
    command: 'bsdtar --format=newc -cf {out} -C {root} .',
    extension: '.cpio',
    programs: ['bsdtar'],
  },
];
