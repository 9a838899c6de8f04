import type { Hook } from './hook.ts';

export const vmdb2: Hook = {
  id: 'vmdb2',
  builder: 'vmdb2',
  place: 'Paste it into the list of steps, behind all that change the tree.',
  language: 'yaml',
  text: `  - shell: stillroot finalize "$ROOT"
    root-fs: /
`,
  notes: [
    'The step runs on the host as root with the environment of vmdb2, so SOURCE_DATE_EPOCH is inherited. $ROOT is where the file system with that tag is mounted.',
    'A file system mounted below the root is another mount: it is left as it is, and reported. Add --cross-mounts to include it.',
  ],
  irreproducible: ['partition tables and file systems get identifiers and times of their own'],
  archive: 'Add a step with stillroot pack "$ROOT" -o FILE behind it; it reads the mounted tree.',
  example: `stillroot hook vmdb2   # into the steps of image.vmdb
SOURCE_DATE_EPOCH=1700000000 vmdb2 --image image.img image.vmdb
`,
  tried: 'not tried here: follows the documentation and the shell plugin of vmdb2 0.26.',
};
