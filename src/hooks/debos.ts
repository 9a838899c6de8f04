import type { Hook } from './hook.ts';

export const debos: Hook = {
  id: 'debos',
  builder: 'debos',
  place: 'Paste it into the recipe as the last action that changes the tree, in place of a pack action.',
  language: 'yaml',
  text: `  - action: run
    description: Make the tree hold still
    # Recipes write etc/hostname themselves; without the policy it goes as a copy of the host's.
    command: stillroot finalize "$ROOTDIR" --policy hostname=keep

  - action: run
    description: Pack it
    command: stillroot pack "$ROOTDIR" --policy hostname=keep -o "$ARTIFACTDIR/rootfs.cpio.xz"
`,
  notes: [
    'Without "chroot: true" the command runs outside of the tree as root, with /usr of the host in sight: Node and stillroot have to be there. With the single file beside the recipe: script: stillroot-finalize.mjs.',
    'A debootstrap action copies etc/hostname of the host, and a recipe overwrites it: drop the policy where yours does not.',
    'SOURCE_DATE_EPOCH is passed on only if debos is told to: --environ-var SOURCE_DATE_EPOCH:1700000000.',
  ],
  irreproducible: [
    'the pack action runs tar without sorting, with the time stamps as they are, and compresses with gzip, pigz or xz of the host',
    'file systems of image-partition and filesystem-deploy get identifiers and times of their own',
  ],
  archive: 'Replace the pack action by the second of these, which runs stillroot pack.',
  example: `cat > image.yaml <<'END'
architecture: amd64
actions:
  - action: debootstrap
    suite: bookworm
    components: [main]
    mirror: {{ .mirror }}
    variant: minbase
END
stillroot hook debos >> image.yaml
debos --template-var mirror:"$MIRROR" --environ-var SOURCE_DATE_EPOCH:1700000000 image.yaml
`,
  tried: 'not tried here: follows the documentation of debos 1.1.1.',
};
