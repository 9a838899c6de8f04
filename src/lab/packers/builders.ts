/** How image builders write an initramfs, in our own words. What they do to the tree beforehand is left out but for its times. */
import type { Packer } from '../packer.ts';

export const BUILDERS: readonly Packer[] = [
  {
    id: 'mkosi',
    about: 'mkosi: sorted by the parts of paths, times clamped, zstd',
    source: 'mkosi 27, mkosi/archive.py and mkosi/installer',
    command:
      'cd {root} && find . -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -0r touch -h -d "@$SOURCE_DATE_EPOCH" && ' +
      "find . -mindepth 1 -printf '%P\\0' | tr / '\\001' | LC_ALL=C sort -z | tr '\\001' / | " +
      'cpio --create --reproducible --renumber-inodes --null --format=newc --quiet | zstd -q -3 -T0 --stdout - > {out}',
    extension: '.cpio.zst',
    programs: ['find', 'xargs', 'touch', 'tr', 'sort', 'cpio', 'zstd'],
  },
  {
    id: 'buildroot',
    about: 'Buildroot with BR2_REPRODUCIBLE: every time set, sorted, gzip',
    source: 'Buildroot 2026.08, fs/common.mk and fs/cpio/cpio.mk',
    command:
      'find {root} -print0 | xargs -0 touch -hd "@$SOURCE_DATE_EPOCH" && cd {root} && ' +
      'find . | LC_ALL=C sort | cpio --reproducible --quiet -o -H newc | gzip -9 -c -n > {out}',
    extension: '.cpio.gz',
    programs: ['find', 'xargs', 'touch', 'sort', 'cpio', 'gzip'],
  },
  {
    id: 'openembedded',
    about: 'OpenEmbedded: sorted by the locale of the build, xz with two threads or more',
    source: 'OpenEmbedded-Core, image_types.bbclass',
    command:
      'cd {root} && find . | sort | cpio --quiet --reproducible -o -H newc | xz -c -6 --threads=2 --check=crc32 > {out}',
    extension: '.cpio.xz',
    programs: ['find', 'sort', 'cpio', 'xz'],
  },
  {
    id: 'dracut',
    about: 'dracut --reproducible: times set, names without ./, sorted, owners 0:0, zstd',
    source: 'dracut-ng, dracut.sh',
    command:
      'umask 077; cd {root} && find . -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -r -0 touch -h -m -c -d "@$SOURCE_DATE_EPOCH" && ' +
      "find . -print0 | sed -z 's,^\\./,,' | LC_ALL=C sort -z | " +
      'cpio -o --reproducible --null -R 0:0 -H newc --quiet | zstd -15 -q -T0 > {out}',
    extension: '.cpio.zst',
    programs: ['find', 'xargs', 'touch', 'sed', 'sort', 'cpio', 'zstd'],
    ownersToRoot: true,
  },
  {
    id: 'initramfs-tools',
    about: 'initramfs-tools with SOURCE_DATE_EPOCH: times clamped, sorted, zstd',
    source: 'initramfs-tools 0.142, mkinitramfs',
    command:
      'find {root} -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -0r touch --no-dereference --date="@$SOURCE_DATE_EPOCH" && ' +
      'cd {root} && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc | zstd -q -9 -T0 > {out}',
    extension: '.cpio.zst',
    programs: ['find', 'xargs', 'touch', 'sort', 'cpio', 'zstd'],
  },
  {
    id: 'mkinitcpio',
    about: 'mkinitcpio: every time 0, bsdtar twice, owners 0:0, zstd',
    source: 'mkinitcpio 41',
    command:
      "cd {root} && find . -mindepth 1 -execdir touch -hcd @0 '{}' + && find . -mindepth 1 -printf '%P\\0' | LC_ALL=C.UTF-8 sort -z | " +
      'bsdtar --uid 0 --gid 0 --null -cnf - -T - | bsdtar --null -cf - --format=newc @- | zstd -q -T0 > {out}',
    extension: '.cpio.zst',
    programs: ['find', 'touch', 'sort', 'bsdtar', 'zstd'],
    ownersToRoot: true,
  },
  {
    id: 'nixos',
    about: 'NixOS: every time 1, sorted, owners 0:0, gzip',
    source: 'Nixpkgs, make-initrd.sh',
    command:
      "cd {root} && find . -mindepth 1 -exec touch -h -d @1 '{}' + && find . -mindepth 1 -printf '%P\\0' | " +
      'LC_ALL=C sort -z | cpio --quiet -o -H newc -R +0:+0 --reproducible --null | gzip -9n > {out}',
    extension: '.cpio.gz',
    programs: ['find', 'touch', 'sort', 'cpio', 'gzip'],
    ownersToRoot: true,
  },
  {
    id: 'osbuild',
    about: 'OSBuild: --reproducible, but names in the order of the directories',
    source: 'OSBuild, stages/org.osbuild.cpio.out',
    command: 'cd {root} && find . -print0 | cpio -o --format=newc --null --quiet --reproducible -O {out}',
    extension: '.cpio',
    programs: ['find', 'cpio'],
  },
  {
    id: 'kiwi',
    about: 'KIWI: neither sorted nor --reproducible, xz',
    source: 'KIWI 10, kiwi/archive/cpio.py',
    command: 'cd {root} && find . | cpio --quiet -o -H newc | xz --threads=0 --check=crc32 > {out}',
    extension: '.cpio.xz',
    programs: ['find', 'cpio', 'xz'],
  },
];
