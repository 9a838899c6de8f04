import type { Hook } from './hook.ts';

export const openembedded: Hook = {
  id: 'openembedded',
  builder: 'OpenEmbedded, Yocto',
  place: 'Paste it into the recipe of the image, or into a class of your own that it inherits.',
  language: 'bitbake',
  text: `# Programs of the host are in reach only if they are named; node runs stillroot.
HOSTTOOLS += "node stillroot"

ROOTFS_POSTPROCESS_COMMAND += "stillroot_finalize; "

stillroot_finalize () {
    # Recipes wrote the files of etc; nothing in it is of the host.
    stillroot finalize "\${IMAGE_ROOTFS}" --policy hostname=keep --policy resolv-conf=keep
}
`,
  notes: [
    'It runs under pseudo, which keeps owners in a database of its own; see src/finalize/README.md for what is known of that.',
    'HOSTTOOLS goes into conf/local.conf. With the single file, name its path in the function; node is needed all the same.',
    'Bitbake sets SOURCE_DATE_EPOCH. Afterwards it sets every time stamp of the tree to REPRODUCIBLE_TIMESTAMP_ROOTFS, also older ones.',
  ],
  irreproducible: [
    'IMAGE_FSTYPES cpio.xz and tar.xz are compressed with as many threads as there are processors, at least two',
    'cpio gets an init entry appended behind what was sorted',
  ],
  archive: `Run stillroot pack "\${IMAGE_ROOTFS}" -o "\${IMGDEPLOYDIR}/\${IMAGE_NAME}.cpio.xz" in the function, and leave cpio out of IMAGE_FSTYPES.`,
  example: `# conf/local.conf
HOSTTOOLS += "node stillroot"
# recipes-core/images/core-image-minimal.bbappend: the rest of the text
bitbake core-image-minimal
`,
  tried: 'not tried here: follows the classes of openembedded-core at commit 35a2c6ed.',
};
