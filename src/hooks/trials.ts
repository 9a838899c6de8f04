import type { Trial } from './trial.ts';

const TREE = 'the tree, by GNU tar';
const PACKED = 'the tree, by stillroot pack';
/** The tree as it lies there: owners, modes, times and content of all entries, without stillroot. */
const TREE_COMMAND = `tar --sort=name --numeric-owner --xattrs --one-file-system \\
  --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime -cf - . | sha256sum
`;
const NODE = 'Node 24.21.0';
const DEBIAN = 'all on Debian 12, as root';
const TWO_MACHINES =
  'The two builds of a pair ran one after the other, in two directories, under two host names (unshare --uts).';
const TWO_TREES =
  'Two trees of this project, of two bootstraps of the same packages, stood in for the output of a whole build, which was not run.';

/** A unified kernel image holds the tree as its initrd, or the default initrd, which mkosi builds apart. */
export const MKOSI_TRIAL: Trial = {
  versions: ['mkosi 27.1-1 and ukify 262.1-1 of Debian unstable', NODE, DEBIAN],
  circumstances: [
    TWO_MACHINES,
    'The first five rows are of the example, whose digest by stillroot pack was the same for all formats; the others are of Packages=systemd, udev, linux-image-cloud-amd64 and systemd-boot-efi with Bootable=yes: as Format=uki with Bootloader=none, and as Format=directory with Bootloader=uki, for which the script also was mkosi.initrd.conf/mkosi.finalize.',
    'ukify stood in a directory of ExtraSearchPaths=, since Debian 12 has none.',
    'The image of Format=uki booted under OVMF in QEMU, as far as systemd.',
    'The default initrd is equal without the hook, at least for these packages; so is the image made of it.',
  ],
  commands: `mkosi --format=FORMAT --output-dir=out build   # tar and directory: --compress-output=no; cpio: zstd
# in out/image of the directory:
${TREE_COMMAND}# of each format, with the policies of the hook:
stillroot pack out/IMAGE --source-date-epoch 1700000000 --policy hostname=keep \\
  --policy machine-id=keep --policy resolv-conf=keep -o - | sha256sum
`,
  rows: [
    { of: TREE, without: '8498232a5a86, bfc74b1d3f3c', with: '27dcf462820f twice' },
    { of: 'image.tar', without: 'f53dce5d6b99, 7b5c92a072f7', with: 'dc8e95eb3ebb twice' },
    { of: 'image.cpio.zst', without: 'f161ba78d944, de0c7172467d', with: 'b5cf316df0c8 twice' },
    { of: 'index.json of Format=oci', without: '3b28066f1204, 4962b7cfde1a', with: '48d5bd51a62c twice' },
    {
      of: 'each of these four, by stillroot pack',
      without: '8491cf907e58 twice',
      with: '8491cf907e58 twice',
    },
    { of: 'image.initrd of Format=uki', without: '586290247eab, 635988b7d148', with: '7b6a650c69a8 twice' },
    { of: 'image.efi of Format=uki', without: '01c9c82e5499, b5b7595accc2', with: '69acbf6d72e8 twice' },
    {
      of: 'the bootable tree, by GNU tar',
      without: 'fafc52c7f181, a333bca3783f',
      with: 'd2678d2d609c twice',
    },
    { of: 'the default initrd', without: 'fa9f554c8df6 twice', with: 'a5485f906ca4 twice' },
    { of: 'image.efi beside that tree', without: '46e99402122f twice', with: 'aeea73748bc7 twice' },
  ],
};

export const DEBOS_TRIAL: Trial = {
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

export const VMDB2_TRIAL: Trial = {
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

export const LIVE_BUILD_TRIAL: Trial = {
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

/** No hook of its own: debuerreotype is a wrapper of debootstrap. */
export const DEBOOTSTRAP_TRIAL: Trial = {
  versions: [
    'debuerreotype 0.15-1.1',
    'its examples/oci-image.sh of release 0.15 (commit 13a5a14f) and of commit 7de510f4',
    'pigz 2.6-1',
    NODE,
    DEBIAN,
  ],
  circumstances: [
    `For debuerreotype, which wraps debootstrap. ${TWO_MACHINES} Its trees differ, its tar archives and images do not, since debuerreotype-tar leaves out what differs, and sets times; pigz was the same in both.`,
    'finalize removes debuerreotype-epoch, without which debuerreotype-tar stops ("No such file or directory"): copy it back if you use both, as here. It also removes etc/hostname and etc/resolv.conf, which debuerreotype writes itself, the same everywhere; --policy hostname=keep and --policy resolv-conf=keep keep them.',
    'Debian does not package the script of the OCI image; the other files that it reads were written as examples/debian.sh writes them.',
    'Its image of the finalized tree and the image of stillroot pack hold the same tree, but for three empty directories that debuerreotype-tar leaves out (var/cache/apt/archives, partial in it, and var/lib/apt/lists/partial), says stillroot diff; so do the trees that umoci 0.4.7 unpacks from both. Without the hook, 13 paths more differ, each by a rule. Both have one layer; its configuration has PATH, the command bash and a step named after debian.sh, ours none but the step "stillroot pack" unless options give them; neither has labels.',
    'skopeo 1.9.3 reads all of them. umoci refuses that of release 0.15, whose manifest has a media type of Docker, and needs a name: pack with --tag.',
  ],
  commands: `debuerreotype-init --non-debian rootfs bookworm "$MIRROR"
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
    { of: TREE, without: 'c7ad67c56d23, 4f5e14ecb758', with: 'e463832ec080 twice' },
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
    {
      of: 'rootfs.oci.tar, of stillroot pack',
      without: '61e1697a2552 twice',
      with: '61e1697a2552 twice',
    },
  ],
};

export const BUILDROOT_TRIAL: Trial = {
  versions: [
    'Buildroot 2026.08-rc1 (commit e991fa07)',
    'fakeroot 1.31-1.2',
    NODE,
    'all on Debian 12, as a user',
  ],
  circumstances: [
    TWO_TREES,
    'A Makefile with the variables of the one in Buildroot included its support/misc/utils.mk and fs/common.mk, and so made rootfs.tar and rootfs.cpio, with SOURCE_DATE_EPOCH=1787414165; the device table gives var/www to user 33.',
  ],
  commands: `make O="$PWD/out" BR2_ROOTFS_POST_FAKEROOT_SCRIPT="$PWD/post-fakeroot.sh" rootfs-tar rootfs-cpio
stillroot pack out/images/rootfs.tar -o image.cpio --source-date-epoch 1787414165 \\
  --policy hostname=keep --policy resolv-conf=keep
`,
  rows: [
    { of: 'rootfs.tar', without: '0991743e2a86, 156bb2efc478', with: '63971c0d54c0 twice' },
    { of: 'rootfs.cpio', without: '88c43f557ca7, 0fff44e53346', with: '734467738c18 twice' },
    { of: 'image.cpio, packed from rootfs.tar', without: '6e7a4a7f172a twice', with: '6e7a4a7f172a twice' },
  ],
};

export const OPENEMBEDDED_TRIAL: Trial = {
  versions: [
    'openembedded-core at commit 35a2c6ed',
    'pseudo 1.9.0+git20220404+2b4b88eb5133-1',
    NODE,
    'all on Debian 12, as a user',
  ],
  circumstances: [
    TWO_TREES,
    'A shell script with the variables of bitbake, under pseudo with its settings of FAKEROOTENV, copied the tree, gave var/www to user 33, and called these in the order of its tasks.',
  ],
  commands: `stillroot_finalize              # ROOTFS_POSTPROCESS_COMMAND
reproducible_final_image_task   # IMAGE_PREPROCESS_COMMAND, REPRODUCIBLE_TIMESTAMP_ROOTFS=1520598896
# IMAGE_CMD:cpio and IMAGE_CMD:tar; and outside of pseudo:
stillroot pack image.tar -o image-of-tar.cpio --source-date-epoch 1520598896 \\
  --policy hostname=keep --policy resolv-conf=keep
`,
  rows: [
    { of: 'image.tar', without: '9e2ffe87c252, 47f85944414a', with: '2dbd26965eef twice' },
    { of: 'image.cpio', without: '513a5185eb6c, 8c4f205e0fd8', with: 'ad35de41e325 twice' },
    {
      of: 'image-of-tar.cpio, packed from image.tar',
      without: 'ef048f7fe3d3 twice',
      with: 'ef048f7fe3d3 twice',
    },
  ],
};

export const OSBUILD_TRIAL: Trial = {
  versions: ['osbuild 191 (commit f6b23dbc)', NODE, DEBIAN],
  circumstances: [
    'Debian 12 has no package of osbuild; it ran from its sources (python3 -m osbuild --libdir .). The manifests name two tar archives, of two bootstraps of the same packages.',
  ],
  commands: `stillroot hook osbuild > build.sh && sh build.sh
# in out/os:
${TREE_COMMAND}stillroot pack . --policy hostname=keep --policy resolv-conf=keep -o - | sha256sum
`,
  rows: [
    { of: TREE, without: 'fe61f6e011e8, d98fa9e55286', with: 'f000493985d0 twice' },
    { of: PACKED, without: '0e82b3277842 twice', with: '0e82b3277842 twice' },
  ],
};

export const KIWI_TRIAL: Trial = {
  versions: ['kiwi 9.24.56-1', NODE, DEBIAN],
  circumstances: [
    TWO_MACHINES,
    'The description asks for image="tbz" and the package manager apt; without the hook, the same lines ran without stillroot finalize. kiwi made its tar with xz -0, to save time.',
  ],
  commands: `stillroot hook kiwi > build.sh && sh build.sh
# in rootfs, after both steps:
${TREE_COMMAND}stillroot pack . --policy hostname=keep --policy resolv-conf=keep --source-date-epoch 1700000000 -o - | sha256sum
`,
  rows: [
    { of: TREE, without: '5c3432a8dcfa, 7f651625edc0', with: 'fa61e065aae8 twice' },
    { of: PACKED, without: '44da5bff6a05 twice', with: '44da5bff6a05 twice' },
    {
      of: 'example.x86_64-1.0.0.tar.xz',
      without: '53ab406a9387, 56d8a7a90aff',
      with: '65e4e75e5200, b1388aee76bf',
    },
  ],
};
