import type { Hook } from './hook.ts';

export const vmdb2: Hook = {
  id: 'vmdb2',
  builder: 'vmdb2',
  place: 'Paste it into the list of steps, behind all that change the tree.',
  language: 'yaml',
  text: `  # A step before this one has written etc/hostname; without the policy it goes as a copy of the host's.
  - shell: stillroot finalize "$ROOT" --policy hostname=keep
    root-fs: /
`,
  notes: [
    'The step runs on the host as root with the environment of vmdb2, so SOURCE_DATE_EPOCH is inherited. $ROOT is where the file system with that tag is mounted.',
    'debootstrap copies etc/hostname of the host, and a step of yours overwrites it: leave the policy out where none does.',
    'A file system mounted below the root is another mount: it is left as it is, and reported. Add --cross-mounts to include it.',
  ],
  irreproducible: ['partition tables and file systems get identifiers and times of their own'],
  archive:
    'Add a step with stillroot pack "$ROOT" --policy hostname=keep -o FILE after it; it reads the mounted tree.',
  example: `stillroot hook vmdb2   # into the steps of image.vmdb
SOURCE_DATE_EPOCH=1700000000 vmdb2 --image image.img image.vmdb
`,
  tried: 'not tried here: follows the documentation and the shell plugin of vmdb2 0.26.',
};
