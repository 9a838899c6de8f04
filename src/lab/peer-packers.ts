/** Recipes of others: how their manuals, tutorials and image builders pack a tree, written anew as shell commands. */
import type { Packer } from './packer.ts';

// GNU cpio and its replacements, as one would call them by hand.

const SORTED = 'find . -print0 | LC_ALL=C sort -z';

const CPIO: readonly Packer[] = [
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

// What reproducible-builds.org recommends, and tar for comparison.

const TAR =
  'tar --sort=name --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime ' +
  '--mtime="@$SOURCE_DATE_EPOCH" --clamp-mtime --owner=0 --group=0 --numeric-owner';

const ARCHIVERS: readonly Packer[] = [
  {
    id: 'bsdtar-twice',
    about: 'bsdtar to tar, then bsdtar from tar to cpio',
    source: 'reproducible-builds.org, archives',
    command:
      'cd {root} && find . -print0 | LC_ALL=C sort -z | bsdtar --null --no-recursion --uid 0 --gid 0 -cnf - -T - | bsdtar --format=newc -cf - @- | gzip -n > {out}',
    extension: '.cpio.gz',
    programs: ['find', 'sort', 'bsdtar', 'gzip'],
    ownersToRoot: true,
    quick: true,
  },
  {
    id: 'gnu-tar',
    about: 'GNU tar: sorted, times clamped, owners 0:0, gzip',
    source: 'reproducible-builds.org, archives; GNU tar manual, Reproducibility',
    command: `${TAR} -C {root} -cf - . | gzip -n > {out}`,
    extension: '.tar.gz',
    programs: ['tar', 'gzip'],
    ownersToRoot: true,
    quick: true,
  },
  {
    id: 'gnu-tar-uncompressed',
    about: 'the same, not compressed',
    source: 'reproducible-builds.org, archives; GNU tar manual, Reproducibility',
    command: `${TAR} -C {root} -cf {out} .`,
    extension: '.tar',
    programs: ['tar'],
    ownersToRoot: true,
  },
  {
    id: 'gnu-tar-zstd',
    about: 'the same, zstd with as many threads as are asked for',
    source: 'reproducible-builds.org, archives; GNU tar manual, Reproducibility',
    command: `${TAR} -C {root} -cf - . | zstd -q -3 -T{threads} > {out}`,
    extension: '.tar.zst',
    programs: ['tar', 'zstd'],
    ownersToRoot: true,
  },
  {
    id: 'gnu-tar-plain',
    about: 'GNU tar as in most scripts: no options, gzip without -n',
    source: 'GNU tar',
    command: 'tar -C {root} -cf - . | gzip > {out}',
    extension: '.tar.gz',
    programs: ['tar', 'gzip'],
  },
];

// Container images. Whatever an engine stores on the way is in a directory of its own, which is removed.

const SCRATCH = `s="$(mktemp -d)" && trap 'rm -rf "$s"' EXIT`;

const BUILDAH =
  `${SCRATCH} && b() { buildah --root "$s/root" --runroot "$s/run" --storage-driver vfs "$@"; } && ` +
  'c="$(b from scratch)"';

/** One file from a layout, which is a directory whose files are as new as the image, and have modes by the umask. */
const LAYOUT_TO_FILE = `${TAR} --mode=go=rX -C "$s/image" -cf {out} .`;

const IMAGES: readonly Packer[] = [
  {
    id: 'buildah',
    about: 'buildah copy and commit --timestamp, to an archive; copying makes root the owner of everything',
    source: 'buildah-copy(1), buildah-commit(1)',
    command:
      `${BUILDAH} && b copy --quiet "$c" {root} / && ` +
      'b commit --quiet --timestamp "$SOURCE_DATE_EPOCH" "$c" oci-archive:{out}',
    extension: '.oci.tar',
    programs: ['mktemp', 'buildah'],
    ownersToRoot: true,
  },
  {
    id: 'buildah-layout',
    about: 'buildah mount, cp -a and commit --timestamp to a layout, which GNU tar makes one file',
    source: 'buildah tutorial 1, from scratch; reproducible-builds.org, archives',
    command:
      `${BUILDAH} && m="$(b mount "$c")" && cp -a {root}/. "$m" && ` +
      `b commit --quiet --timestamp "$SOURCE_DATE_EPOCH" "$c" "oci:$s/image" && ${LAYOUT_TO_FILE}`,
    extension: '.oci.tar',
    programs: ['mktemp', 'buildah', 'cp', 'tar'],
  },
  {
    id: 'umoci',
    about: 'umoci new and insert, its times set, to a layout, which GNU tar makes one file',
    source: 'umoci-insert(1), umoci-config(1); reproducible-builds.org, archives',
    command:
      `${SCRATCH} && t="$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" && ` +
      'umoci init --layout "$s/image" && umoci new --image "$s/image:tree" && ' +
      'umoci insert --image "$s/image:tree" --history.created "$t" {root} / && ' +
      'umoci config --image "$s/image:tree" --no-history --created "$t" && ' +
      `umoci gc --layout "$s/image" && ${LAYOUT_TO_FILE}`,
    extension: '.oci.tar',
    programs: ['mktemp', 'date', 'umoci', 'tar'],
  },
];

// One archive, as reproducible as GNU cpio can make it, through each compressor.

const SORTED_CPIO =
  'cd {root} && find . -mindepth 1 -print0 | LC_ALL=C sort -z | cpio --quiet --null -o -H newc --reproducible -R 0:0';

const through = (id: string, program: string, command: string, extension: string, about: string): Packer => ({
  id,
  about: `GNU cpio --reproducible, sorted, owners 0:0; ${about}`,
  source: program,
  command: `${SORTED_CPIO} | ${command} > {out}`,
  extension: `.cpio${extension}`,
  programs: ['find', 'sort', 'cpio', program],
  ownersToRoot: true,
});

const COMPRESSORS: readonly Packer[] = [
  through('cpio-gzip', 'gzip', 'gzip -9 -n', '.gz', 'gzip -9 -n'),
  through('cpio-pigz', 'pigz', 'pigz -9 -n -p {threads}', '.gz', 'pigz'),
  {
    ...through(
      'cpio-xz',
      'xz',
      'xz -6 -T{threads} --check=crc32',
      '.xz',
      'xz -6 with as many threads as are asked for',
    ),
    quick: true,
  },
  through('cpio-xz-1', 'xz', 'xz -6 -T1 --check=crc32', '.xz', 'xz -6 with one thread'),
  through('cpio-xz-0', 'xz', 'xz -6 -T0 --check=crc32', '.xz', 'xz -6 with a thread for every processor'),
  through(
    'cpio-zstd',
    'zstd',
    'zstd -q -19 -T{threads}',
    '.zst',
    'zstd -19 with as many threads as are asked for',
  ),
  through('cpio-lz4', 'lz4', 'lz4 -q -l -9', '.lz4', 'lz4 -9 in the format of the kernel'),
];

// How image builders write an initramfs or an archive of the tree, reworded. What they do to the tree beforehand is left
// out, except for its times.

const BUILDERS: readonly Packer[] = [
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
    id: 'mkosi-tar',
    about:
      'mkosi --format=tar: times clamped, pax records of times left out, names in the order of the directories',
    source: 'mkosi 27, mkosi/archive.py and mkosi/installer',
    command:
      'cd {root} && find . -newermt "@$SOURCE_DATE_EPOCH" -print0 | xargs -0r touch -h -d "@$SOURCE_DATE_EPOCH" && ' +
      'tar --create --file - --acls --selinux --xattrs --pax-option=delete=atime,delete=ctime,delete=mtime ' +
      '--sparse --force-local . > {out}',
    extension: '.tar',
    programs: ['find', 'xargs', 'touch', 'tar'],
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

/** In the order of reports. */
export const PEER_PACKERS: readonly Packer[] = [
  ...CPIO,
  ...BUILDERS,
  ...ARCHIVERS,
  ...IMAGES,
  ...COMPRESSORS,
];
