/** What a filesystem decides by itself: inode and device numbers, link counts, the order of names. */
import { type Dimension, lackingMounts, lackingRoot, lackingTools, probed } from '../dimension.ts';
import { FILESYSTEM_TOOLS } from '../filesystem.ts';

const anywhere = (): undefined => undefined;

export const INODES_AND_NAMES: readonly Dimension[] = [
  {
    id: 'tree/made-again',
    kind: 'tree',
    about: 'the tree is made once more, entry for entry',
    how: 'a fresh copy with the same inode numbers and names in the same order; times of change are of now',
    equality: 'required',
    slot: '',
    quick: true,
    facts: ['times of change'],
    lacking: anywhere,
    vary: ({ tree }) => {
      tree.make = { ...tree.make };
    },
  },
  {
    id: 'tree/inode-numbers',
    kind: 'tree',
    about: 'inode numbers',
    how: 'other files take every second number while the tree is made',
    equality: 'required',
    slot: 'inodes',
    quick: true,
    facts: ['inode numbers'],
    lacking: anywhere,
    vary: ({ tree }) => {
      tree.make = { ...tree.make, spareInodes: true };
    },
  },
  {
    id: 'tree/inode-order',
    kind: 'tree',
    about: 'inode numbers run against the order of names',
    how: 'inodes are made from the last to the first, then renamed into their places',
    equality: 'required',
    slot: 'inodes',
    facts: ['order of inode numbers'],
    lacking: anywhere,
    vary: ({ tree }) => {
      tree.make = { ...tree.make, inodes: 'backward' };
    },
  },
  {
    id: 'tree/inode-over-32-bits',
    kind: 'tree',
    about: 'inode numbers beyond what a cpio header holds',
    how: 'an overlay of two filesystems with xino=on, which adds high bits',
    equality: 'required',
    slot: 'filesystem',
    facts: ['inode numbers over 32 bits'],
    lacking: (host) => lackingMounts(host) ?? lackingTools(host, ...FILESYSTEM_TOOLS['overlay-xino']),
    vary: ({ tree }) => {
      tree.place = 'overlay-xino';
    },
  },
  {
    id: 'tree/device-number',
    kind: 'tree',
    about: 'device number of the filesystem',
    how: 'another filesystem of the same type',
    equality: 'required',
    quick: true,
    facts: ['device number'],
    lacking: (host) => lackingMounts(host) ?? lackingTools(host, ...FILESYSTEM_TOOLS.tmpfs),
    vary: ({ tree }) => {
      tree.otherDevice = true;
    },
  },
  {
    id: 'tree/name-order',
    kind: 'tree',
    about: 'order in which directories give their names',
    how: 'on a tmpfs, which gives names in the order of their creation, they are entered shuffled',
    equality: 'required',
    slot: 'names',
    quick: true,
    facts: ['order of names'],
    lacking: (_host, { isOnTmpfs }) => (isOnTmpfs ? undefined : 'needs a tmpfs'),
    vary: ({ tree }, { seed }) => {
      tree.make = { ...tree.make, names: 'shuffled', seed };
    },
  },
  {
    id: 'tree/name-order-reversed',
    kind: 'tree',
    about: 'order in which directories give their names, reversed',
    how: 'on a tmpfs, names are entered from the last to the first',
    equality: 'required',
    slot: 'names',
    facts: ['order of names'],
    lacking: (_host, { isOnTmpfs }) => (isOnTmpfs ? undefined : 'needs a tmpfs'),
    vary: ({ tree }) => {
      tree.make = { ...tree.make, names: 'backward' };
    },
  },
  {
    id: 'tree/read-order',
    kind: 'tree',
    about: 'every reading of a directory gives its names in another order',
    how: 'disorderfs shuffles them',
    equality: 'required',
    slot: 'filesystem',
    facts: ['order of names'],
    lacking: (host) => lackingRoot(host) ?? lackingTools(host, ...FILESYSTEM_TOOLS['shuffled-reads']),
    vary: ({ tree }) => {
      tree.place = 'shuffled-reads';
    },
  },
  {
    id: 'tree/link-counts-of-files',
    kind: 'tree',
    about: 'link counts of files',
    how: 'every second file has one more name, outside the tree',
    equality: 'required',
    quick: true,
    facts: ['link counts of files'],
    lacking: anywhere,
    vary: ({ tree }) => {
      tree.make = { ...tree.make, outsideNames: true };
    },
  },
  {
    id: 'tree/sizes-of-directories',
    kind: 'tree',
    about: 'sizes of directories',
    how: 'on an ext4, where directories do not shrink, each held many names once',
    equality: 'required',
    slot: 'filesystem',
    facts: ['sizes of directories'],
    lacking: (host) => lackingMounts(host) ?? lackingTools(host, ...FILESYSTEM_TOOLS.ext4),
    vary: ({ tree }) => {
      tree.place = 'ext4';
      tree.make = { ...tree.make, oldNames: true };
    },
  },
  {
    id: 'tree/blocks',
    kind: 'tree',
    about: 'blocks that files take',
    how: 'space after their ends is allocated (fallocate --keep-size)',
    equality: 'required',
    facts: ['blocks'],
    lacking: (host, { tree }) =>
      tree.entries.some(({ type }) => type === 'file')
        ? lackingTools(host, 'fallocate', 'find')
        : 'the tree has no files',
    vary: ({ tree }) => {
      // A write restores the time, which fallocate changes.
      tree.afterwards.push(ALLOCATE);
    },
  },
  {
    id: 'tree/holes',
    kind: 'tree',
    about: 'pages of zeros are holes',
    how: 'they are left out when files are written',
    equality: 'required',
    facts: ['blocks'],
    lacking: (_host, { hasZeroPage }) => (hasZeroPage ? undefined : 'no file has a whole page of zeros'),
    vary: ({ tree }) => {
      tree.make = { ...tree.make, holes: true };
    },
  },
];

/** Ten files are enough; each keeps its times, which touch copies to and from another file. */
const ALLOCATE = `
find . -type f -size +0 ! -path '*
*' -print | head -n 10 | while IFS= read -r file; do
  touch -r "$file" ../.times
  fallocate --keep-size --length 1MiB "$file"
  touch -r ../.times "$file"
done
rm -f ../.times`;

// Where the tree and the archive are, and how they are passed to the packer.

/** Path of the tree itself. */
const inParents = (id: string, about: string, how: string, parents: readonly string[]): Dimension => ({
  id,
  kind: 'tree',
  about,
  how,
  equality: 'required',
  slot: 'path',
  facts: ['path of the root'],
  lacking: anywhere,
  vary: ({ tree }) => {
    tree.parents = [...parents];
  },
});

export const PATHS: readonly Dimension[] = [
  inParents('tree/path', 'path of the tree', 'it lies two directories deeper', ['elsewhere', 'below']),
  inParents('tree/long-path', 'a path of more than 1,000 bytes', 'five directories with long names', [
    ...Array.from({ length: 5 }, (_, at) => `${at}${'long'.repeat(55)}`),
  ]),
  inParents(
    'tree/odd-path',
    'a path that shells and programs trip over',
    'spaces, quotes, a newline, UTF-8',
    [' a "directory"\n$HOME \'*\' \u00fc\u{1f427}'],
  ),
  {
    id: 'process/working-directory',
    kind: 'process',
    about: 'working directory',
    how: 'the packer starts in / instead of its own directory',
    equality: 'required',
    slot: 'directory',
    lacking: anywhere,
    vary: ({ run }) => {
      run.cwd = 'root';
    },
    check: probed('pwd', /^\/$/),
  },
  {
    id: 'process/relative-path',
    kind: 'process',
    about: 'the tree is named by a relative path',
    how: 'as `.`, from inside of it',
    equality: 'required',
    slot: 'directory',
    lacking: anywhere,
    vary: ({ run }) => {
      run.cwd = 'tree';
      run.spelling = 'relative';
    },
    check: probed('pwd', /\/tree$/),
  },
  {
    id: 'process/trailing-slash',
    kind: 'process',
    about: 'the tree is named with a slash at the end',
    how: '`tree/` instead of `tree`',
    equality: 'required',
    slot: 'directory',
    lacking: anywhere,
    vary: ({ run }) => {
      run.spelling = 'slash';
    },
    check: probed('printf %s "$STILLROOT_LAB_TREE"', /\/$/),
  },
  {
    id: 'process/path-through-a-link',
    kind: 'process',
    about: 'the tree is reached through a symlink above it',
    how: 'a link to the directory in which it lies',
    equality: 'required',
    slot: 'directory',
    lacking: anywhere,
    vary: ({ run }) => {
      run.spelling = 'link';
    },
    check: probed('dirname "$STILLROOT_LAB_TREE" | xargs readlink', /./),
  },
  {
    id: 'process/output-path',
    kind: 'process',
    about: 'name and directory of the archive',
    how: 'another directory and a longer name',
    equality: 'required',
    lacking: anywhere,
    vary: ({ run }) => {
      run.output = 'elsewhere';
    },
    check: probed('printf %s "$STILLROOT_LAB_OUT"', /elsewhere/),
  },
];
