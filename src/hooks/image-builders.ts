import type { Hook } from './hook.ts';
import { DEBIAN, NODE, PACKED, TREE, TREE_COMMAND, type Trial, TWO_MACHINES, TWO_TREES } from './trial.ts';

const BUILDROOT_TRIAL: Trial = {
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

export const buildroot: Hook = {
  id: 'buildroot',
  builder: 'Buildroot',
  place:
    'Save it as board/YOURS/post-fakeroot.sh, make it executable, and name it in BR2_ROOTFS_POST_FAKEROOT_SCRIPT. It also works as BR2_ROOTFS_POST_BUILD_SCRIPT.',
  language: 'sh',
  interpreter: '#!/bin/sh',
  text: `set -eu
# $1 is the target directory; the arguments of BR2_ROOTFS_POST_SCRIPT_ARGS are for other scripts.
# BR2_TARGET_GENERIC_HOSTNAME and the overlay wrote the files in etc; none of them comes from the host.
exec stillroot finalize "$1" --policy hostname=keep --policy resolv-conf=keep
`,
  notes: [
    'The post-fakeroot script works on a copy of the tree for each filesystem; the post-build script on output/target itself, before owners and device nodes are set.',
    'BR2_REPRODUCIBLE=y exports SOURCE_DATE_EPOCH. After the script, Buildroot sets all timestamps to it, older ones too.',
    'Owners exist only in the memory of fakeroot; src/finalize/README.md says what Node sees of them.',
  ],
  irreproducible: [
    'without BR2_REPRODUCIBLE=y, xz runs with as many threads as jobs, and times stay as they are',
    'ext4, squashfs and other images are made by host tools that Buildroot builds itself, so they change with its version',
  ],
  archive:
    "Not in the same script: under fakeroot, stillroot pack sees the owners on disk, and warns with faked-root. Set BR2_TARGET_ROOTFS_TAR=y, and after make run stillroot pack output/images/rootfs.tar -o image.cpio.xz --policy hostname=keep --policy resolv-conf=keep: the tar has the right owners and devices. Buildroot's own cpio is also sorted, but has an entry for the root directory and inode numbers.",
  example: `stillroot hook buildroot > board/example/post-fakeroot.sh && chmod +x board/example/post-fakeroot.sh
cat >> .config <<'END'
BR2_REPRODUCIBLE=y
BR2_ROOTFS_POST_FAKEROOT_SCRIPT="board/example/post-fakeroot.sh"
END
make olddefconfig && make
`,
  tried:
    'the image step of Buildroot 2026.08-rc1 (its fs/common.mk, fs/tar and fs/cpio, with its makedevs and mkusers), under fakeroot 1.31, as a user, with BR2_REPRODUCIBLE=y; two trees each, without and with the hook. A whole build was not run.',
  trial: BUILDROOT_TRIAL,
};

const OPENEMBEDDED_TRIAL: Trial = {
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

export const openembedded: Hook = {
  id: 'openembedded',
  builder: 'OpenEmbedded and Yocto',
  place:
    'Paste it into the recipe of the image, or into a class of your own that it inherits, and add the line below to conf/local.conf.',
  language: 'bitbake',
  text: `ROOTFS_POSTPROCESS_COMMAND += "stillroot_finalize; "

stillroot_finalize () {
    # Recipes wrote the files in etc; none of them comes from the host.
    stillroot finalize "\${IMAGE_ROOTFS}" --policy hostname=keep --policy resolv-conf=keep
}
`,
  settings: {
    file: 'conf/local.conf',
    text: `# Recipes can run only the host programs named here; node runs stillroot.
HOSTTOOLS += "node stillroot"
`,
  },
  notes: [
    'It runs under pseudo, which keeps owners in its own database; src/finalize/README.md says what Node sees of them.',
    'With the single file, use its path in the function, and leave stillroot out of HOSTTOOLS; node is still needed.',
    'Bitbake sets SOURCE_DATE_EPOCH. Afterwards it sets every timestamp in the tree to REPRODUCIBLE_TIMESTAMP_ROOTFS, older ones too.',
  ],
  irreproducible: [
    'IMAGE_FSTYPES cpio.xz and tar.xz are compressed with as many threads as there are processors, at least two',
    'cpio gets an init entry appended after the sorted ones',
  ],
  archive:
    'Not in the same function: under pseudo, stillroot pack sees the owners on disk, and warns with faked-root. Put tar into IMAGE_FSTYPES, and run stillroot pack on that tar after bitbake, with the same two policies and -o image.cpio.xz: the tar has the right owners and devices.',
  example: `cat >> conf/local.conf <<'END'
HOSTTOOLS += "node stillroot"
END
# In a layer of your own:
stillroot hook openembedded >> ../meta-example/recipes-core/images/core-image-minimal.bbappend
bitbake core-image-minimal
`,
  tried:
    'the function as it is printed and those of openembedded-core at commit 35a2c6ed that follow it (reproducible_final_image_task, IMAGE_CMD of cpio and tar), under pseudo 1.9.0, as a user; two trees each, without and with the hook. Bitbake was not run, so HOSTTOOLS and the two += follow its documentation.',
  trial: OPENEMBEDDED_TRIAL,
};

const KIWI_TRIAL: Trial = {
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

export const kiwi: Hook = {
  id: 'kiwi',
  builder: 'kiwi',
  place:
    'Run these instead of kiwi-ng system build: its scripts (config.sh, images.sh) run inside the tree, where there is no Node.',
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
    'The second step runs images.sh and builds an initramfs with dracut inside the tree; what that adds to the tree is not finalized.',
  ],
  irreproducible: [
    'cpio archives list entries in filesystem order, tar archives below their first level',
    'xz runs with --threads=0',
    'filesystems get their own identifiers, though SOURCE_DATE_EPOCH seeds some',
  ],
  archive: 'Run stillroot pack rootfs -o FILE instead of the second step.',
  example: `kiwi-ng system prepare --description description --root rootfs
stillroot pack rootfs -o rootfs.cpio.xz --source-date-epoch 1700000000
`,
  tried:
    'kiwi 9.24.56 of Debian 12, as root, with apt and a tar archive; two builds each, without and with the hook. The initramfs and disk images of kiwi 10 follow its documentation.',
  trial: KIWI_TRIAL,
};

const OSBUILD_TRIAL: Trial = {
  versions: ['osbuild 191 (commit f6b23dbc)', NODE, DEBIAN],
  circumstances: [
    'Debian 12 has no package of osbuild; it ran from its sources (python3 -m osbuild --libdir .). The manifests name two tar archives, of two bootstraps of the same packages.',
  ],
  commands: `stillroot hook osbuild > build.sh && sh build.sh
# in out/os:
${TREE_COMMAND}stillroot pack . --policy hostname=keep --policy resolv-conf=keep --source-date-epoch 1700000000 -o - | sha256sum
`,
  rows: [
    { of: TREE, without: 'fe61f6e011e8, d98fa9e55286', with: 'f000493985d0 twice' },
    { of: PACKED, without: '0e82b3277842 twice', with: '0e82b3277842 twice' },
  ],
};

export const osbuild: Hook = {
  id: 'osbuild',
  builder: 'osbuild',
  place: 'Run these instead of the last pipeline: osbuild runs only its own stages, not user scripts.',
  language: 'sh',
  text: `set -eu
export SOURCE_DATE_EPOCH=1700000000
osbuild --store store --output-directory out --export os manifest.json
# The manifest sets these with the stages org.osbuild.hostname and org.osbuild.resolv-conf.
stillroot finalize out/os --policy hostname=keep --policy resolv-conf=keep
`,
  notes: [
    'os is the name of the pipeline that makes the tree; the export is the directory out/os, with correct owners, since osbuild runs as root.',
    'source-epoch in the manifest is what SOURCE_DATE_EPOCH is for its stages; give both the same number.',
  ],
  irreproducible: [
    'the stages org.osbuild.tar and org.osbuild.cpio.out write entries in filesystem order',
    'org.osbuild.xz runs with --threads 0',
  ],
  archive: 'Export the tree and run stillroot pack on it, instead of a pipeline that makes an archive.',
  example: `osbuild --store store --output-directory out --export os manifest.json
stillroot pack out/os -o rootfs.cpio.xz --source-date-epoch 1700000000
`,
  tried:
    'osbuild 191 from its repository, on Debian 12, as root, with a pipeline of the stages org.osbuild.untar and org.osbuild.hostname; two builds each, without and with the hook.',
  trial: OSBUILD_TRIAL,
};

const SHELL_TRIAL: Trial = {
  versions: ['dash 0.5.12-2', 'debootstrap 1.0.128+nmu2+deb12u2', NODE, DEBIAN],
  circumstances: ['The script finalized trees of debootstrap.', TWO_MACHINES],
  commands: `stillroot hook shell > finalize-tree && chmod +x finalize-tree
debootstrap --variant=minbase bookworm rootfs "$MIRROR"
SOURCE_DATE_EPOCH=1700000000 ./finalize-tree rootfs
# in rootfs:
${TREE_COMMAND}stillroot pack . --source-date-epoch 1700000000 -o - | sha256sum
`,
  rows: [
    { of: TREE, without: 'f77d4ef83b22, 9d36bfde3f25', with: 'b31af4ddd818 twice' },
    { of: PACKED, without: 'bc83378c3389 twice', with: 'bc83378c3389 twice' },
  ],
};

export const shell: Hook = {
  id: 'shell',
  builder: 'your own script',
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
    'find | cpio and tar without --sort=name list entries in filesystem order, and keep inode numbers, owners and times',
    "the host's xz and zstd: other versions write other bytes",
  ],
  archive:
    'Run stillroot pack ROOT -o FILE; it does what finalize would do, and leaves the directory unchanged.',
  example: `stillroot hook shell > finalize-tree && chmod +x finalize-tree
SOURCE_DATE_EPOCH=1700000000 ./finalize-tree rootfs
stillroot pack rootfs -o rootfs.cpio.xz --source-date-epoch 1700000000
`,
  tried:
    'the script with dash on Debian 12, as root, after debootstrap 1.0.128; two builds each, without and with it.',
  trial: SHELL_TRIAL,
};
