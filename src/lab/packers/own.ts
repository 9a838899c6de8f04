import type { Packer } from '../packer.ts';

/** Rules are off: the lab compares how the same entries are packed. */
const OPTIONS = "--skip '**' --quiet";

export const OWN: readonly Packer[] = [
  {
    id: 'stillroot',
    about: 'stillroot pack, without rules, compressed at the default level',
    source: 'this program',
    command: `{stillroot} pack {root} -o {out} ${OPTIONS} --jobs {threads}`,
    extension: '.cpio.xz',
    programs: [],
    quick: true,
  },
  {
    id: 'stillroot-cpio',
    about: 'stillroot pack, without rules, not compressed',
    source: 'this program',
    command: `{stillroot} pack {root} -o {out} ${OPTIONS}`,
    extension: '.cpio',
    programs: [],
  },
];
