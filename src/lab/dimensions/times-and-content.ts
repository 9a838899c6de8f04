/** Times of the tree, and changes of the tree itself. */
import type { Entry, EntryType } from '../../tree/entry.ts';
import type { Tree } from '../../tree/tree.ts';
import { type Dimension, lackingMounts, lackingRoot, lackingTools } from '../dimension.ts';
import { FILESYSTEM_TOOLS } from '../filesystem.ts';

/** Two thirds of a day: different hours, and usually a different date. */
const LATER = 57_600;
/** 2110: beyond signed 32 bits, but still below 2^32, the limit of newc. */
const FAR = 4_420_000_000;

const THIRD = 333_333_000;

const anywhere = (): undefined => undefined;

/** Files changed after the epoch were changed by the build, and a packer that clamps uses the epoch instead. */
function laterOf(types: readonly EntryType[], epoch: number, seconds = LATER) {
  return (entry: Entry): Entry =>
    entry.path !== '' && types.includes(entry.type) && entry.mtime >= epoch
      ? { ...entry, mtime: entry.mtime + seconds }
      : entry;
}

const CLAMPED = 'those at or after SOURCE_DATE_EPOCH are 16 hours later';

export const TIMES: readonly Dimension[] = [
  {
    id: 'tree/times-of-files',
    kind: 'tree',
    about: 'modification times of files, after the epoch',
    how: CLAMPED,
    equality: 'required',
    quick: true,
    facts: ['times of files'],
    lacking: (_host, { tree, epoch }) => lackingLate(tree.entries, 'file', epoch),
    vary: ({ tree }, { epoch }) => {
      tree.make = {
        ...tree.make,
        change: [...tree.make.change, laterOf(['file', 'character', 'block', 'fifo'], epoch)],
      };
    },
  },
  {
    id: 'tree/times-of-directories',
    kind: 'tree',
    about: 'modification times of directories, after the epoch',
    how: CLAMPED,
    equality: 'required',
    quick: true,
    facts: ['times of directories'],
    lacking: (_host, { tree, epoch }) => lackingLate(tree.entries, 'directory', epoch),
    vary: ({ tree }, { epoch }) => {
      tree.make = { ...tree.make, change: [...tree.make.change, laterOf(['directory'], epoch)] };
    },
  },
  {
    id: 'tree/times-of-symlinks',
    kind: 'tree',
    about: 'modification times of symlinks, after the epoch',
    how: CLAMPED,
    equality: 'required',
    facts: ['times of symlinks'],
    lacking: (_host, { tree, epoch }) => lackingLate(tree.entries, 'symlink', epoch),
    vary: ({ tree }, { epoch }) => {
      tree.make = { ...tree.make, change: [...tree.make.change, laterOf(['symlink'], epoch)] };
    },
  },
  {
    id: 'tree/times-in-2110',
    kind: 'tree',
    about: 'modification times that a signed 32-bit number does not hold',
    how: 'files changed at or after the epoch are of the year 2110',
    equality: 'required',
    slot: 'times in 2110',
    facts: ['times of files'],
    lacking: (_host, { tree, epoch }) => lackingLate(tree.entries, 'file', epoch),
    vary: ({ tree }, { epoch }) => {
      const change = (entry: Entry): Entry =>
        entry.type === 'file' && entry.mtime >= epoch ? { ...entry, mtime: FAR } : entry;
      tree.make = { ...tree.make, change: [...tree.make.change, change] };
    },
  },
  {
    id: 'tree/time-of-the-root',
    kind: 'tree',
    about: 'modification time of the root directory, after the epoch',
    how: 'it is 16 hours later',
    equality: 'required',
    facts: ['time of the root'],
    lacking: anywhere,
    vary: ({ tree }, { epoch }) => {
      const change = (entry: Entry): Entry =>
        entry.path === '' ? { ...entry, mtime: Math.max(entry.mtime, epoch) + LATER } : entry;
      tree.make = { ...tree.make, change: [...tree.make.change, change] };
    },
  },
  {
    id: 'tree/fractions-of-seconds',
    kind: 'tree',
    about: 'fractions of the seconds of modification times',
    how: 'those at or after SOURCE_DATE_EPOCH are a third of a second later',
    equality: 'required',
    facts: ['fractions of seconds'],
    lacking: anywhere,
    vary: ({ tree }, { epoch }) => {
      // Older files stay as they are: an archive that records fractions records theirs.
      const change = (entry: Entry): Entry =>
        entry.mtime >= epoch ? { ...entry, nanoseconds: (entry.nanoseconds + THIRD) % 1_000_000_000 } : entry;
      tree.make = { ...tree.make, change: [...tree.make.change, change] };
    },
  },
  {
    id: 'tree/times-of-access',
    kind: 'tree',
    about: 'times of access',
    how: 'files and directories were last read in 2001',
    equality: 'required',
    facts: ['times of access'],
    lacking: (host) => lackingTools(host, 'find', 'touch'),
    vary: ({ tree }) => {
      tree.afterwards.push("find . -exec touch -h -a -d '2001-02-03 04:05:06' '{}' +");
    },
  },
  {
    id: 'tree/moving-times-of-access',
    kind: 'tree',
    about: 'reading changes times of access',
    how: 'the filesystem is mounted with strictatime',
    equality: 'required',
    lacking: (host) => lackingMounts(host) ?? lackingTools(host, ...FILESYSTEM_TOOLS.tmpfs),
    vary: ({ tree }) => {
      tree.movingAccessTimes = true;
    },
    check: async ({ probe, root }) => {
      const times = await probe(
        `stat -c %x ${quoted(root)}; ls ${quoted(root)} >/dev/null; stat -c %x ${quoted(root)}`,
      );
      const [before = '', after = ''] = times.split('\n');
      const tookEffect = before !== after;
      return { tookEffect, text: tookEffect ? 'reading moves it' : 'reading does not move it' };
    },
  },
];

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

function lackingLate(entries: readonly Entry[], wanted: EntryType, epoch: number): string | undefined {
  const found = entries.some(({ type, mtime }) => type === wanted && mtime >= epoch);
  return found ? undefined : `the tree has no ${wanted} of a time at or after the epoch`;
}

// Changes of the content. An archive that stays the same under one of these has lost the change, so these show that
// equal digests elsewhere are meaningful.

/** One in the middle: neither the first nor the last entry that a packer encounters. */
function middleFile({ entries }: Tree): Entry | undefined {
  const files = entries.filter(({ type, links }) => type === 'file' && links === null);
  return files[files.length >> 1];
}

const needsFile = (_host: unknown, { tree }: { readonly tree: Tree }): string | undefined =>
  middleFile(tree) === undefined ? 'the tree has no file with one name' : undefined;

export const CONTENT: readonly Dimension[] = [
  {
    id: 'content/one-byte',
    kind: 'tree',
    about: 'one byte more in one file',
    how: 'an x at its end',
    equality: 'changes',
    quick: true,
    lacking: needsFile,
    vary: ({ tree: setup }, { tree }) => {
      setup.make = { ...setup.make, grown: middleFile(tree)?.path };
    },
  },
  {
    id: 'content/mode',
    kind: 'tree',
    about: 'mode of one file',
    how: 'its bits for execution are turned round',
    equality: 'changes',
    lacking: needsFile,
    vary: ({ tree: setup }, { tree }) => {
      const path = middleFile(tree)?.path;
      const change = (entry: Entry): Entry =>
        entry.path === path ? { ...entry, mode: entry.mode ^ 0o111 } : entry;
      setup.make = { ...setup.make, change: [...setup.make.change, change] };
    },
  },
  {
    id: 'content/owner',
    kind: 'tree',
    about: 'owner of one file',
    how: 'user and group 12345',
    equality: 'changes',
    lacking: (host, facts) => lackingRoot(host) ?? needsFile(host, facts),
    vary: ({ tree: setup }, { tree }) => {
      const path = middleFile(tree)?.path;
      const change = (entry: Entry): Entry =>
        entry.path === path ? { ...entry, uid: 12345, gid: 12345 } : entry;
      setup.make = { ...setup.make, change: [...setup.make.change, change] };
    },
  },
  {
    id: 'content/hard-links',
    kind: 'tree',
    about: 'names of one file become files of their own',
    how: 'copies instead of hard links',
    equality: 'changes',
    lacking: (_host, { tree }) =>
      tree.entries.some(({ links }) => links !== null && links.paths.length > 1)
        ? undefined
        : 'the tree has no hard links',
    vary: ({ tree }) => {
      tree.make = { ...tree.make, linksAsCopies: true };
    },
  },
];
