import type { Hook } from './hook.ts';
import { DEBIAN, MIRROR, NODE, PACKED, TREE, TREE_COMMAND, type Trial, TWO_MACHINES } from './trial.ts';

const OPTION = `--customize-hook='stillroot finalize "$1"'`;

const MMDEBSTRAP_TRIAL: Trial = {
  versions: ['mmdebstrap 1.3.5-7', NODE, DEBIAN],
  circumstances: [
    TWO_MACHINES,
    'openssh-server makes keys at random. With --include=fontconfig,locales, as in the example, two builds on one machine are equal without the hook too.',
    MIRROR,
  ],
  commands: `export SOURCE_DATE_EPOCH=1700000000
mmdebstrap --mode=unshare --variant=minbase --include=openssh-server \\
  --customize-hook='stillroot finalize "$1"' bookworm rootfs.tar "$MIRROR"
stillroot pack rootfs.tar -o - | sha256sum
`,
  rows: [
    { of: 'rootfs.tar', without: '6fb7dcc80619, 2e1970a1a0fb', with: '2d43e57838ad twice' },
    { of: 'rootfs.tar, by stillroot pack', without: '6860ad12a128 twice', with: '6860ad12a128 twice' },
    {
      of: 'rootfs.tar with fontconfig and locales',
      without: '9356e578ef42 twice',
      with: 'f410acb7ecf0 twice',
    },
  ],
};

export const mmdebstrap: Hook = {
  id: 'mmdebstrap',
  builder: 'mmdebstrap',
  place: 'Add the option to the command; it goes last among the customize hooks.',
  language: 'sh',
  text: `# $1 is the root; for the single file, name it alone: --customize-hook=/path/to/stillroot-finalize.mjs
export SOURCE_DATE_EPOCH=1700000000
mmdebstrap --variant=minbase \\
  ${OPTION} \\
  bookworm rootfs.tar
`,
  short: OPTION,
  adds: 'What it adds to SOURCE_DATE_EPOCH alone: on one machine, two runs of mmdebstrap with SOURCE_DATE_EPOCH already give the same tar if the package set is small; mmdebstrap itself removes its logs, machine IDs and the ldconfig cache. The hook makes them the same on other machines and days, and with larger package sets. It removes the host name and resolv.conf that mmdebstrap copies from the host, backups and locks of the package databases, compiled Python files, and what packages create at random, such as SSH host keys: with openssh-server, two runs differ even on one machine.',
  notes: [
    'The hook runs on the host: as root, or with --mode=unshare as root of a user namespace.',
    'After the hooks mmdebstrap still needs its own files in the tree, such as its apt configuration in /tmp; finalize leaves them alone while $MMDEBSTRAP_MODE is set, so keep that variable (sudo and env -i do not). If they are removed, mmdebstrap cleans the apt lists of the machine itself.',
    'mmdebstrap copies /etc/hostname and /etc/resolv.conf from the host, and the hook removes both. For a host name that a hook of your own writes, add --policy hostname=keep.',
    'mmdebstrap cleans up afterwards: it removes the lists and caches of apt, and empties /etc/machine-id whatever the policy.',
    'Without SOURCE_DATE_EPOCH mmdebstrap uses the current time, which then appears on everything that its clean-up touched.',
  ],
  irreproducible: [
    "rootfs.tar.xz and other compressed archives are compressed by the host's program; the plain tar is sorted and has no times after the epoch",
  ],
  archive:
    'Give a directory instead of rootfs.tar, and run stillroot pack on it; no hook is needed then. mmdebstrap writes no cpio.',
  example: `export SOURCE_DATE_EPOCH=1700000000
mmdebstrap --mode=unshare --variant=minbase --include=fontconfig,locales \\
  --customize-hook=/path/to/stillroot-finalize.mjs \\
  bookworm rootfs.tar
`,
  tried:
    'mmdebstrap 1.3.5 of Debian 12, as root, with --mode=root and --mode=unshare; two builds each, without and with the hook.',
  trial: MMDEBSTRAP_TRIAL,
};

/** Of debootstrap, and of debuerreotype, which wraps it and has no hook of its own. */
const DEBOOTSTRAP_TRIAL: Trial = {
  versions: [
    'debootstrap 1.0.128+nmu2+deb12u2',
    'debuerreotype 0.15-1.1',
    'its examples/oci-image.sh of release 0.15 (commit 13a5a14f) and of commit 7de510f4',
    'pigz 2.6-1',
    NODE,
    DEBIAN,
  ],
  circumstances: [
    'The first two rows are of debootstrap; the script of stillroot hook shell, which runs the same command, finalized its trees. The other rows are of debuerreotype, a wrapper of debootstrap.',
    TWO_MACHINES,
    'The trees of debuerreotype differ, its tar archives and images do not, since debuerreotype-tar leaves out what differs, and sets times; pigz was the same in both.',
    'finalize removes debuerreotype-epoch, without which debuerreotype-tar stops ("No such file or directory"): copy it back if you use both, as here. It also removes etc/hostname and etc/resolv.conf, which debuerreotype writes itself, the same everywhere; --policy hostname=keep and --policy resolv-conf=keep keep them.',
    'Debian does not package the script of the OCI image; the other files that it reads were written as examples/debian.sh writes them.',
    'According to stillroot diff, the image that debuerreotype makes of the finalized tree and that of stillroot pack hold the same files, but for three empty directories that debuerreotype-tar leaves out (var/cache/apt/archives, partial in it, and var/lib/apt/lists/partial). The trees that umoci 0.4.7 unpacks from the two differ in the same way. If the tree is not finalized first, 13 more paths differ, each because of a rule.',
    'Both images have one layer and no labels. The configuration of the first has PATH, the command bash and a step named after debian.sh; that of the second has only the step "stillroot pack", unless options add to it.',
    'skopeo 1.9.3 reads all these images. umoci refuses that of release 0.15, whose manifest has a media type of Docker; it also needs the image to have a name: pack with --tag.',
  ],
  commands: `stillroot hook shell > finalize-tree && chmod +x finalize-tree
debootstrap --variant=minbase bookworm rootfs "$MIRROR"
SOURCE_DATE_EPOCH=1700000000 ./finalize-tree rootfs
# in rootfs:
${TREE_COMMAND}stillroot pack . --source-date-epoch 1700000000 -o - | sha256sum

# debuerreotype, in another directory:
debuerreotype-init --non-debian rootfs bookworm "$MIRROR"
debuerreotype-minimizing-config rootfs
epoch=$(cat rootfs/debuerreotype-epoch)
cp -a rootfs finalized && stillroot finalize finalized --source-date-epoch "$epoch"
stillroot pack rootfs --source-date-epoch "$epoch" -o rootfs.oci.tar
# in rootfs, and in finalized:
${TREE_COMMAND}# for rootfs, and for finalized with debuerreotype-epoch copied back:
debuerreotype-tar --exclude ./etc/machine-id rootfs artifacts/rootfs.tar.xz
oci-image.sh debuerreotype.oci.tar artifacts
stillroot diff debuerreotype.oci.tar rootfs.oci.tar
`,
  rows: [
    {
      of: 'the tree of debootstrap, by GNU tar',
      without: 'f77d4ef83b22, 9d36bfde3f25',
      with: 'b31af4ddd818 twice',
    },
    {
      of: 'the tree of debootstrap, by stillroot pack',
      without: 'bc83378c3389 twice',
      with: 'bc83378c3389 twice',
    },
    {
      of: 'the tree of debuerreotype, by GNU tar',
      without: 'c7ad67c56d23, 4f5e14ecb758',
      with: 'e463832ec080 twice',
    },
    {
      of: 'rootfs.tar.xz of debuerreotype-tar, decompressed',
      without: '4f9e73c2362e twice',
      with: '0cc101cbd78e twice',
    },
    {
      of: 'debuerreotype.oci.tar, by the script of 0.15',
      without: 'aaf378858ef8 twice',
      with: '920d6be97064 twice',
    },
    {
      of: 'debuerreotype.oci.tar, by that of 7de510f4',
      without: '24c3f9cd3ea9 twice',
      with: '6cbf46811e34 twice',
    },
    { of: 'rootfs.oci.tar of debuerreotype, by stillroot pack', without: '61e1697a2552 twice', with: '' },
  ],
};

export const debootstrap: Hook = {
  id: 'debootstrap',
  builder: 'debootstrap and its wrappers',
  place: 'Put the line after that of debootstrap, which has no hooks of its own.',
  language: 'sh',
  text: `debootstrap --variant=minbase bookworm rootfs
stillroot finalize rootfs --source-date-epoch 1700000000
`,
  notes: [
    'It runs as root on the host. Finalize a tree of debootstrap --foreign after its second stage; before that its debootstrap directory stays, with a warning.',
    'debootstrap copies etc/hostname and etc/resolv.conf from the host, and both are removed. If you write your own host name afterwards, add --policy hostname=keep.',
  ],
  irreproducible: ['none: debootstrap writes no archive'],
  archive:
    'Run stillroot pack on the directory; it does what finalize would do, and leaves the directory unchanged.',
  example: `debootstrap --variant=minbase bookworm rootfs
stillroot finalize rootfs --source-date-epoch 1700000000
stillroot pack rootfs -o rootfs.cpio.xz --source-date-epoch 1700000000
`,
  tried:
    'debootstrap 1.0.128 and debuerreotype 0.15 of Debian 12, as root; two builds each, without and with the hook.',
  trial: DEBOOTSTRAP_TRIAL,
};

const DEBOS_TRIAL: Trial = {
  versions: ['debos 1.1.1-2.1+b1', NODE, DEBIAN],
  circumstances: [
    `${TWO_MACHINES} The recipe is that of the example, with a copy of the tree and a pack action at the end.`,
    'Without --disable-fakemachine, debos stopped: "open /lib/modules: no such file or directory".',
    'With --environ-var instead of the exported variable, it did not arrive, and all times became 0.',
  ],
  commands: `export SOURCE_DATE_EPOCH=1700000000
debos --disable-fakemachine --template-var mirror:"$MIRROR" image.yaml
# in the copy of $ROOTDIR:
${TREE_COMMAND}stillroot pack . --policy hostname=keep -o - | sha256sum
`,
  rows: [
    { of: TREE, without: 'f51e8df0a6bf, b6fa368390c7', with: 'f000493985d0 twice' },
    { of: PACKED, without: '0e82b3277842 twice', with: '0e82b3277842 twice' },
    { of: 'rootfs.cpio.xz, which the hook packs', without: '', with: '505062f22c90 twice' },
    {
      of: 'rootfs.tar.gz, of the pack action',
      without: '3ce8b9f10989, 8c73b60f1cf2',
      with: '071bbcb4d5a8, de5c7786d223',
    },
  ],
};

export const debos: Hook = {
  id: 'debos',
  builder: 'debos',
  place: 'Paste it into the recipe as the last action that changes the tree, in place of a pack action.',
  language: 'yaml',
  text: `  - action: run
    description: Make the tree reproducible
    # Recipes write etc/hostname themselves; without the policy it is removed as a copy of the host's.
    command: stillroot finalize "$ROOTDIR" --policy hostname=keep

  - action: run
    description: Pack it
    command: stillroot pack "$ROOTDIR" --policy hostname=keep -o "$ARTIFACTDIR/rootfs.cpio.xz"
`,
  notes: [
    'Without "chroot: true" the command runs outside the tree as root and sees /usr of the host: Node and stillroot have to be there. With the single file beside the recipe: script: stillroot-finalize.mjs.',
    'A debootstrap action copies etc/hostname from the host, and recipes overwrite it: leave out the policy if yours does not.',
    'With --disable-fakemachine, actions inherit the environment, and --environ-var has no effect: export SOURCE_DATE_EPOCH. In its virtual machine, debos passes on only what is named: --environ-var SOURCE_DATE_EPOCH:1700000000. Without the variable, all times become 0; the example gives it both ways.',
  ],
  irreproducible: [
    "the pack action runs tar without sorting, keeps the timestamps, and compresses with the host's gzip, pigz or xz",
    'filesystems of image-partition and filesystem-deploy get their own identifiers and times',
  ],
  archive: 'Replace the pack action with the second of these, which runs stillroot pack.',
  example: `cat > image.yaml <<'END'
architecture: amd64
actions:
  - action: debootstrap
    suite: bookworm
    components: [main]
    mirror: {{ .mirror }}
    variant: minbase
  - action: run
    chroot: true
    command: echo example >/etc/hostname
END
stillroot hook debos >> image.yaml
export SOURCE_DATE_EPOCH=1700000000
debos --template-var mirror:"$MIRROR" --environ-var SOURCE_DATE_EPOCH:1700000000 image.yaml
`,
  tried:
    'debos 1.1.1 of Debian 12, as root with --disable-fakemachine; two builds each, without and with the hook.',
  trial: DEBOS_TRIAL,
};

const VMDB2_TRIAL: Trial = {
  versions: ['vmdb2 0.27+really.0.26-1+deb12u1', NODE, DEBIAN],
  circumstances: [
    TWO_MACHINES,
    'kpartx said "/dev/mapper/control: open failed: No such device" here, since the kernel has no device mapper; a script that prints the same and sets up a loop device at the offset of the partition stood in for it.',
    'Steps: mkimg, mklabel gpt, mkpart, kpartx, mkfs ext4, mount, debootstrap (minbase), a shell step that writes etc/hostname, the hook.',
  ],
  commands: `SOURCE_DATE_EPOCH=1700000000 vmdb2 --output image.img image.vmdb
# in a copy of $ROOT, made by a further step:
${TREE_COMMAND}stillroot pack . --policy hostname=keep --source-date-epoch 1700000000 -o - | sha256sum
`,
  rows: [
    { of: TREE, without: '88ca370cc3db, 247c1abe3842', with: '7ab1985f30d9 twice' },
    { of: PACKED, without: 'c9c62e347fe9 twice', with: 'c9c62e347fe9 twice' },
    { of: 'image.img', without: '25264e5b4aa6, 77f3dc035f5a', with: '25441896e543, 94dcd30a1717' },
  ],
};

export const vmdb2: Hook = {
  id: 'vmdb2',
  builder: 'vmdb2',
  place: 'Paste it into the list of steps, after all steps that change the tree.',
  language: 'yaml',
  text: `  # A step before this one has written etc/hostname; without the policy it is removed as a copy of the host's.
  - shell: stillroot finalize "$ROOT" --policy hostname=keep
    root-fs: /
`,
  notes: [
    'The step runs on the host as root with the environment of vmdb2, so SOURCE_DATE_EPOCH is inherited. $ROOT is where the filesystem with that tag is mounted.',
    'debootstrap copies etc/hostname from the host, and your own step overwrites it: leave out the policy if none does.',
    'A filesystem mounted below the root is a separate mount: it is left as it is, and reported. Add --cross-mounts to include it.',
  ],
  irreproducible: [
    'partition tables and filesystems get their own identifiers and times: two images differ, though the trees in them are equal',
  ],
  archive:
    'Add a step with stillroot pack "$ROOT" --policy hostname=keep -o FILE after it; it reads the mounted tree.',
  example: `stillroot hook vmdb2   # into the steps of image.vmdb
SOURCE_DATE_EPOCH=1700000000 vmdb2 --output image.img image.vmdb
`,
  tried:
    'vmdb2 0.26 of Debian 12, as root, with an ext4 filesystem in a partition; two builds each, without and with the hook. Loop devices stood in for those of kpartx.',
  trial: VMDB2_TRIAL,
};

const LIVE_BUILD_TRIAL: Trial = {
  versions: [
    'live-build 1:20230502',
    'squashfs-tools 1:4.5.1-1 and linux-image-6.1.0-50-amd64 6.1.176-1 in the tree',
    NODE,
    DEBIAN,
  ],
  circumstances: [
    `${TWO_MACHINES} The squashfs was made with gzip, to save time.`,
    'Without the hook, stillroot diff finds one path that differs between the two trees: var/cache/apt/pkgcache.bin.',
    'Without --policy device-nodes=keep, lb binary stopped after the squashfs: "cannot create /dev/null: Permission denied", and then "gpgv, gpgv2 or gpgv1 required for verification, but neither seems installed". With finalize before lb installer, the trees differed in pkgcache.bin and srcpkgcache.bin.',
  ],
  commands: `lb config --distribution bookworm --mirror-bootstrap "$MIRROR" --mirror-chroot "$MIRROR" --mirror-binary "$MIRROR" \\
  --security false --updates false --archive-areas main --apt-recommends false --apt-indices false \\
  --memtest none --firmware-chroot false --firmware-binary false --debian-installer none \\
  --chroot-squashfs-compression-type gzip
SOURCE_DATE_EPOCH=1700000000 lb build
unsquashfs -d tree binary/live/filesystem.squashfs
# in tree:
${TREE_COMMAND}stillroot pack . --policy device-nodes=keep --policy hostname=keep --policy resolv-conf=keep \\
  --source-date-epoch 1700000000 -o - | sha256sum
`,
  rows: [
    {
      of: 'the tree in the squashfs, by GNU tar',
      without: 'c80c2141744a, 0403334a380b',
      with: 'f5534f1bc60a twice',
    },
    {
      of: 'the tree in the squashfs, by stillroot pack',
      without: '7f9742549e6d twice',
      with: '7f9742549e6d twice',
    },
    {
      of: 'filesystem.squashfs',
      without: '506280edcad1, e02e2c22f321',
      with: '040200467bb4 twice',
    },
    {
      of: 'live-image-amd64.hybrid.iso',
      without: '6c20f48eb391, 4721f93cf20a',
      with: '15edaf773498 twice',
    },
  ],
};

export const liveBuild: Hook = {
  id: 'live-build',
  builder: 'live-build',
  place: 'Save it as auto/build, and make it executable: lb build then runs it instead of its own steps.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
lb bootstrap "$@"
lb chroot "$@"
lb installer "$@"
# lb binary goes on working in the tree, and needs dev/null. Both files in etc come from config/includes.chroot, or
# live-build wrote the one and emptied the other.
stillroot finalize chroot --policy device-nodes=keep --policy hostname=keep --policy resolv-conf=keep
lb binary "$@"
lb source "$@"
`,
  adds: 'What it adds to SOURCE_DATE_EPOCH alone: hooks of live-build itself empty logs and remove keys and identifiers, and mksquashfs sets times, so that on one machine two trees differ only in var/cache/apt/pkgcache.bin. The hook removes that too, with backups, locks and what is left of logs.',
  notes: [
    'Chroot hooks run inside the tree, where there is no Node, and binary hooks (*.hook.binary) run only after the squashfs has been made: finalize belongs between the stages. It goes after lb installer, since each stage before it ends with apt-get autoclean in the tree, which writes that cache.',
    'lb binary makes the squashfs first, of the tree as finalize left it. What it then installs in the tree, boot loaders for example, is not in the squashfs.',
    'With an auto/build of your own, which usually calls lb build noauto: put these lines in place of that call.',
    'Set SOURCE_DATE_EPOCH: live-build applies it to the files that it writes, and passes it to what runs in the tree; otherwise it uses the current time.',
  ],
  irreproducible: [
    'the squashfs and the ISO image are made by mksquashfs and xorriso of the suite, inside the tree: other versions write other bytes',
    "the netboot and tar archives list entries in the order of the build's filesystem",
  ],
  archive:
    'Run stillroot pack chroot -o rootfs.cpio.xz with the same policies right after that line. A binary hook (in ../chroot), or a command after lb build, is too late: lb binary installs packages in that tree, and leaves one of them there, with etc/debian_chroot and files of its own.',
  example: `mkdir live && cd live
lb config --distribution bookworm
mkdir -p auto
stillroot hook live-build > auto/build && chmod +x auto/build
SOURCE_DATE_EPOCH=1700000000 lb build
`,
  tried:
    'live-build 20230502 of Debian 12, as root, an ISO image with kernel, initramfs and boot loaders; two builds each, without and with the hook.',
  trial: LIVE_BUILD_TRIAL,
};
