import type { Hook } from './hook.ts';
import { DEBOOTSTRAP_TRIAL, DEBOS_TRIAL, LIVE_BUILD_TRIAL, VMDB2_TRIAL } from './trials.ts';

const OPTION = `--customize-hook='stillroot finalize "$1"'`;

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
    'mmdebstrap cleans up afterwards: it removes the lists and caches of apt, and empties /etc/machine-id whatever the policy.',
    'Without SOURCE_DATE_EPOCH mmdebstrap uses the current time, which then appears on everything that its clean-up touched.',
  ],
  irreproducible: [
    "/etc/resolv.conf and /etc/hostname are copied from the host; stillroot's rules drop both; a name that your own hook wrote needs --policy hostname=keep",
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
    'tried: mmdebstrap 1.3.5 of Debian 12, as root, with --mode=root and --mode=unshare; two builds each.',
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
  tried: 'tried: debootstrap 1.0.128 of Debian 12; two builds.',
  trial: DEBOOTSTRAP_TRIAL,
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
    'tried: debos 1.1.1 of Debian 12, as root with --disable-fakemachine; two builds each, without and with the hook.',
  trial: DEBOS_TRIAL,
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
    'tried: vmdb2 0.26 of Debian 12, as root, with an ext4 filesystem in a partition; two builds each, without and with the hook. Loop devices stood in for those of kpartx.',
  trial: VMDB2_TRIAL,
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
    'tried: live-build 20230502 of Debian 12, as root, an ISO image with kernel, initramfs and boot loaders; two builds each, without and with the hook.',
  trial: LIVE_BUILD_TRIAL,
};
