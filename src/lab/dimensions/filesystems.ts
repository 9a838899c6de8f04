/** Filesystems, each with its own combination of inode numbers, link counts, sizes and orders. */
import type { Entry } from '../../tree/entry.ts';
import { showPath } from '../../tree/path.ts';
import type { Tree } from '../../tree/tree.ts';
import { type Dimension, lackingMounts, lackingRoot, lackingTools, type Seen } from '../dimension.ts';
import type { Fact } from '../facts.ts';
import { FILESYSTEM_TOOLS, type FilesystemName } from '../filesystem.ts';
import type { Host } from '../host.ts';
import { quoteWord } from '../shell.ts';

function onFilesystem(
  place: FilesystemName,
  about: string,
  how: string,
  facts: readonly Fact[],
  rest: Partial<Dimension> = {},
): Dimension {
  return {
    id: `tree/${place}`,
    kind: 'tree',
    about,
    how,
    equality: 'required',
    slot: 'filesystem',
    facts,
    lacking: (host) =>
      lackingMounts(host) ?? lackingTools(host, ...FILESYSTEM_TOOLS[place]) ?? lackingDriver(host, place),
    vary: ({ tree }) => {
      tree.place = place;
    },
    ...rest,
  };
}

/** Some kernels cannot load modules, so a filesystem that is missing now stays missing; then mounting reports it. */
function lackingDriver({ filesystems }: Host, place: FilesystemName): string | undefined {
  const name = place.split('-')[0] as string;
  return filesystems.has(name) || filesystems.has('ext4') ? undefined : `the kernel has no ${name}`;
}

export const FILESYSTEMS: readonly Dimension[] = [
  onFilesystem('ext4', 'on ext4', 'a loop image', [
    'filesystem',
    'device number',
    'order of names',
    'sizes of directories',
  ]),
  onFilesystem(
    'ext4-other-hash',
    'on an ext4 that hashes names otherwise',
    'a loop image made with another hash seed',
    ['filesystem', 'order of names'],
    { quick: true },
  ),
  onFilesystem(
    'btrfs',
    'on btrfs, where directories count one link',
    'a loop image',
    ['filesystem', 'link counts of directories'],
    {
      quick: true,
    },
  ),
  onFilesystem(
    'btrfs-subvolume',
    'a directory of the tree is a subvolume of btrfs',
    'btrfs subvolume create: another device number without a mount',
    ['several device numbers'],
    {
      vary: ({ tree: setup }, { tree }) => {
        setup.place = 'btrfs-subvolume';
        setup.afterwards.push(
          `directory=${quoteWord(showPath(closedDirectory(tree)?.path ?? ''))}\n${SUBVOLUME}`,
        );
      },
      lacking: (host, { tree }) =>
        closedDirectory(tree) === undefined
          ? 'the tree has no directory without hard links to elsewhere'
          : (lackingMounts(host) ?? lackingTools(host, ...FILESYSTEM_TOOLS['btrfs-subvolume'])),
    },
  ),
  onFilesystem('xfs', 'on XFS', 'a loop image', ['filesystem', 'sizes of directories']),
  onFilesystem(
    'overlay',
    'as the lower layer of an overlay, as in containers',
    'an overlay mount with xino=off',
    ['filesystem', 'link counts of directories'],
  ),
  onFilesystem('squashfs', 'on squashfs, read-only', 'mksquashfs and a loop mount', ['filesystem'], {
    slot: '',
  }),
  onFilesystem('erofs', 'on EROFS, read-only', 'mkfs.erofs and a loop mount', ['filesystem'], { slot: '' }),
  onFilesystem(
    'padded-blocks',
    'files seem to take more blocks',
    'disorderfs adds three to each',
    ['blocks'],
    {
      lacking: (host) => lackingRoot(host) ?? lackingTools(host, ...FILESYSTEM_TOOLS['padded-blocks']),
    },
  ),
  {
    id: 'tree/read-only',
    kind: 'tree',
    about: 'the tree cannot be written to',
    how: 'a read-only bind mount over it',
    equality: 'required',
    slot: '',
    lacking: (host) => lackingMounts(host) ?? lackingTools(host, 'mount', 'touch'),
    vary: ({ tree }) => {
      tree.readOnly = true;
    },
    check: ({ probe, root }) => cannotWrite(probe, root),
  },
  {
    id: 'tree/extended-attributes',
    kind: 'tree',
    about: 'extended attributes, which no cpio holds, and a tar only with pax records',
    how: 'every file and directory gets user.stillroot',
    equality: 'free',
    slot: '',
    lacking: (host) => lackingTools(host, 'setfattr', 'getfattr', 'find'),
    vary: ({ tree }) => {
      tree.afterwards.push(
        `find . \\( -type f -o -type d \\) -exec setfattr -n user.stillroot -v lab '{}' +`,
      );
    },
    check: async ({ probe, root }) => {
      const text = await probe(`cd '${root}' && getfattr -n user.stillroot --only-values .`);
      return { tookEffect: text === 'lab', text: `user.stillroot=${text}` };
    },
  },
  {
    id: 'tree/inode-flags',
    kind: 'tree',
    about: 'flags of inodes, such as "do not dump"',
    how: 'chattr +d on every directory',
    equality: 'required',
    lacking: (host) => lackingRoot(host) ?? lackingTools(host, 'chattr', 'lsattr', 'find'),
    vary: ({ tree }) => {
      tree.afterwards.push("find . -type d -exec chattr +d '{}' +");
    },
    check: async ({ probe, root }) => {
      const text = (await probe(`lsattr -d '${root}'`)).split(' ')[0] ?? '';
      return { tookEffect: text.includes('d'), text };
    },
  },
];

/** A non-empty directory of the tree whose files have no names outside of it. */
function closedDirectory({ entries }: Tree): Entry | undefined {
  return entries.findLast(({ type, path }) => {
    if (type !== 'directory' || !/^[\w./-]+$/.test(path)) return false;
    const below = entries.filter((entry) => entry.path.startsWith(`${path}/`));
    const stays = (entry: Entry): boolean =>
      entry.links?.paths.every((name) => name.startsWith(`${path}/`)) ?? true;
    return below.length > 0 && below.every(stays);
  });
}

/** Replaces the directory by a copy, and restores the times of both it and its parent. */
const SUBVOLUME = `
above=$(dirname "$directory")
times=../.times
touch -r "$above" "$times"
btrfs -q subvolume create "$directory.new"
cp -a "$directory/." "$directory.new/"
rm -r "$directory"
mv "$directory.new" "$directory"
touch -r "$times" "$above"
rm "$times"`;

async function cannotWrite(probe: (script: string) => Promise<string>, root: string): Promise<Seen> {
  const text = await probe(`touch '${root}' 2>&1 || true`);
  return { tookEffect: /read-only/i.test(text), text: text.split(': ').at(-1) ?? '' };
}
