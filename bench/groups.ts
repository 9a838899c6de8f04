/** What is measured against what, on one tree. Rules are off, so that all programs pack the same entries. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { quoteWord, quoteWords } from '../src/lab/shell.ts';
import { highestLevel, ZSTD_LEVELS } from '../src/pack/levels.ts';
import { GNU_CPIO, type GroupRow, pack, through } from './commands.ts';
import type { Group, GroupContext } from './group.ts';
import { rebuildGroup } from './rebuild.ts';

export type GroupName =
  | 'start'
  | 'plain'
  | 'tar'
  | 'compressed'
  | 'smallest'
  | 'zstd'
  | 'zstd-19'
  | 'rebuild'
  | 'scaling';

/** Starting takes tenths of a second, so more rounds cost little. */
const START_ROUNDS = 21;
const JOBS = [1, 2, 4, 8, 16];

/** @returns undefined if the group is meaningless on this machine */
export const GROUPS: Readonly<Record<GroupName, (context: GroupContext) => Group | undefined>> = {
  start: startGroup,
  plain: plainGroup,
  tar: tarGroup,
  compressed: compressedGroup,
  smallest: smallestGroup,
  zstd: (context) => zstdGroup(context, ZSTD_LEVELS.standard),
  'zstd-19': (context) => zstdGroup(context, highestLevel(ZSTD_LEVELS)),
  rebuild: rebuildGroup,
  scaling: scalingGroup,
};

function startGroup(context: GroupContext): Group {
  const { stillroot, scratch, rounds } = context;
  const empty = join(scratch, 'empty');
  const row = (name: string, words: readonly string[]): GroupRow => ({
    name,
    isPeer: false,
    script: quoteWords(words),
  });
  const packed = pack({ ...context, root: empty }, 'empty.cpio', '--no-manifest');
  return {
    title: 'Start',
    note: 'What every command costs before it has done anything.',
    rows: [
      row('node -e 0', [process.execPath, '-e', '0']),
      row('stillroot --version', [...stillroot, '--version']),
      { ...packed, name: 'stillroot pack, of an empty directory', prepare: `mkdir -p ${quoteWord(empty)}` },
    ],
    rounds: Math.max(rounds, START_ROUNDS),
    warmUps: 1,
  };
}

function plainGroup(context: GroupContext): Group {
  const bsd = join(context.scratch, 'bsdtar.cpio');
  const root = quoteWord(context.root);
  return {
    title: 'Uncompressed',
    note: '',
    rows: [
      through(context, 'GNU cpio', 'gnu.cpio', GNU_CPIO),
      {
        name: 'bsdtar',
        isPeer: true,
        script: `cd ${root} && bsdtar --format=newc -cf ${quoteWord(bsd)} .`,
        output: bsd,
      },
      // It prints how many blocks it wrote, and does not know --quiet.
      through(context, 'busybox cpio', 'busybox.cpio', 'busybox cpio -0 -o -H newc 2> /dev/null'),
      { ...pack(context, 'own-bare.cpio', '--no-manifest'), name: 'stillroot --no-manifest' },
      { ...pack(context, 'own.cpio'), name: 'stillroot' },
    ],
    rounds: context.rounds,
    warmUps: 1,
  };
}

/** GNU tar as the Reproducible Builds project recommends it; its order is that of the names, so it needs no list. */
const GNU_TAR = [
  ...['tar', '--sort=name', '--mtime=@0', '--clamp-mtime', '--owner=0', '--group=0', '--numeric-owner'],
  ...['--format=posix', '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime', '--xattrs'],
];

function tarGroup(context: GroupContext): Group {
  const { scratch } = context;
  const root = quoteWord(context.root);
  const peer = (name: string, output: string, script: string): GroupRow => ({
    name,
    isPeer: true,
    script: `cd ${root} && ${script} > ${quoteWord(join(scratch, output))}`,
    output: join(scratch, output),
  });
  const gnu = quoteWords([...GNU_TAR, '-cf', '-', '.']);
  return {
    title: 'tar',
    note: 'GNU tar writes what is reproducible on one machine. Both sides look for extended attributes.',
    rows: [
      peer('GNU tar', 'gnu.tar', gnu),
      peer('bsdtar', 'bsdtar.tar', 'bsdtar --format=pax -cf - .'),
      { ...pack(context, 'own-bare.tar', '--no-manifest'), name: 'stillroot --no-manifest' },
      { ...pack(context, 'own.tar'), name: 'stillroot' },
      peer('GNU tar, zstd -3 -T0', 'gnu-3.tar.zst', `${gnu} | zstd -q -3 -T0`),
      peer('GNU tar, zstd -4 -T0', 'gnu-4.tar.zst', `${gnu} | zstd -q -4 -T0`),
      { ...pack(context, 'own-bare.tar.zst', '--no-manifest'), name: 'stillroot .tar.zst --no-manifest' },
    ],
    rounds: context.rounds,
    warmUps: 1,
  };
}

function compressedGroup(context: GroupContext): Group {
  const levels = context.levels.filter((level) => level !== '9');
  return {
    title: 'Compressed',
    note: '',
    rows: [
      through(context, 'cpio, xz -6 -T0', 'pipe.cpio.xz', `${GNU_CPIO} | xz -6 -T0 --check=crc32`),
      { ...pack(context, 'own-bare.cpio.xz', '--no-manifest'), name: 'stillroot --no-manifest' },
      { ...pack(context, 'own.cpio.xz'), name: 'stillroot' },
      ...levels.map((level) => ({
        ...pack(context, `own-${level}.cpio.xz`, '--no-manifest', '--level', level),
        name: `stillroot --level ${level} --no-manifest`,
      })),
    ],
    rounds: context.rounds,
    warmUps: 0,
  };
}

function smallestGroup(context: GroupContext): Group {
  return {
    title: 'Smallest',
    note: 'xz -9e has one thread and one block: with more it is larger.',
    rows: [
      through(context, 'cpio, xz -9e -T1', 'pipe9.cpio.xz', `${GNU_CPIO} | xz -9e -T1 --check=crc32`),
      {
        ...pack(context, 'own-9.cpio.xz', '--no-manifest', '--level', '9'),
        name: 'stillroot --level 9 --no-manifest',
      },
    ],
    rounds: context.rounds,
    warmUps: 0,
  };
}

function zstdGroup(context: GroupContext, level: number): Group {
  const name = `zstd-${level}.cpio.zst`;
  return {
    title: `zstd, level ${level}`,
    note: '',
    rows: [
      through(context, `cpio, zstd -${level} -T0`, `pipe-${name}`, `${GNU_CPIO} | zstd -q -${level} -T0`),
      // The next level, too: stillroot's archive is the smaller one at the same level.
      ...(level === highestLevel(ZSTD_LEVELS) ? [] : [level + 1]).map((next) =>
        through(
          context,
          `cpio, zstd -${next} -T0`,
          `pipe-${next}-${name}`,
          `${GNU_CPIO} | zstd -q -${next} -T0`,
        ),
      ),
      {
        ...pack(context, `own-${name}`, '--no-manifest', '--level', String(level)),
        name: `stillroot --level ${level} --no-manifest`,
      },
    ],
    rounds: context.rounds,
    warmUps: 0,
  };
}

function scalingGroup(context: GroupContext): Group | undefined {
  const jobs = JOBS.filter((count) => count <= availableParallelism());
  if (jobs.length < 2) return undefined;
  return {
    title: 'Scaling',
    note: 'Compressed at the default level, without a manifest; how many times as fast as with one thread.',
    rows: jobs.map((count) => ({
      ...pack(context, `jobs-${count}.cpio.xz`, '--no-manifest', '--jobs', String(count)),
      name: `stillroot --jobs ${count}`,
    })),
    rounds: context.rounds,
    warmUps: 0,
    speedUp: true,
  };
}
