import type { Packer } from '../packer.ts';

/**
 * Rules are off: the lab compares how the same entries are packed. So are what the peers do not write, and blocks of an
 * earlier run, which would make equal what is not, and fast what is slow.
 */
const OPTIONS = "--skip '**' --quiet --no-manifest --no-cache";

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
