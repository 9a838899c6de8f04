/**
 * What archives of profile 1 are, by digest. If these values change for the same trees and options, the profile has
 * changed: raise PROFILE in src/versions.ts, describe the change in the README, and write the new values with
 *
 *   node test/pack/regenerate-golden.ts
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { readSlice } from '../../fixtures/read-slice.ts';
import { ENCODERS } from '../../src/formats/encoders.ts';
import { assemble } from '../../src/pack/assemble.ts';
import { blockCutter } from '../../src/pack/block-cutter.ts';
import { type ArchiveFormat, levelOf, rowOf } from '../../src/pack/formats.ts';
import { GZIP_LEVELS, XZ_LEVELS, ZSTD_LEVELS } from '../../src/pack/levels.ts';
import { pack } from '../../src/pack/pack.ts';
import { loadPathHashes } from '../../src/pack/path-hash.ts';
import { Plan } from '../../src/plan/plan.ts';
import { decide } from '../../src/rules/decide.ts';
import type { Source } from '../../src/source/source.ts';
import { PROFILE } from '../../src/versions.ts';
import { makeEntry, symlink } from '../support/entries.ts';
import { SETTINGS } from '../support/make-plan.ts';
import { MemorySink } from '../support/memory-sink.ts';
import { type Given, hardLinked, memorySource } from '../support/memory-source.ts';
import { planned } from '../support/plain-plan.ts';
import { specSource } from '../support/spec-source.ts';
import { blockLengths } from './cut-points.ts';

export const GOLDEN_FILE: URL = new URL('golden-digests.json', import.meta.url);

/** 2017-07-14, between the oldest and the youngest time of the fixtures. */
const EPOCH = 1_500_000_000;
/** One of each kind: the fastest, the default, and one with a larger dictionary and larger blocks. */
const GOLDEN_LEVELS: readonly number[] = [0, XZ_LEVELS.standard, 9];
const GOLDEN_FORMATS: readonly (readonly [format: ArchiveFormat, level?: number])[] = [
  ['cpio'],
  ['tar'],
  ...GOLDEN_LEVELS.map((level) => ['cpio.xz', level] as const),
  ['tar.xz', XZ_LEVELS.standard],
  ...[1, ZSTD_LEVELS.standard, 19].map((level) => ['cpio.zst', level] as const),
  ['tar.zst', ZSTD_LEVELS.standard],
  ['cpio.gz', GZIP_LEVELS.standard],
  ['tar.gz', GZIP_LEVELS.standard],
];

export interface Golden {
  readonly profile: number;
  readonly encoders: typeof ENCODERS;
  /** SHA-256 by tree and format. */
  readonly archives: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Bytes of the blocks of a tree of zeros, separated by blanks, by level. */
  readonly cuts: Readonly<Record<string, string>>;
  /** How many blocks 15 GB of lengths fall into and the SHA-256 of their lengths, by level; see cut-points.ts. */
  readonly cutPoints: Readonly<Record<string, string>>;
}

export function readGolden(): Golden {
  return JSON.parse(readFileSync(GOLDEN_FILE, 'utf8')) as Golden;
}

function tinyTree(): Source {
  const source = memorySource([
    ['etc/hostname', 'localhost\n'],
    symlink('bin', 'usr/bin'),
    makeEntry('usr/bin', 'directory', { mtime: 2_000_000_000 }),
    makeEntry('dev/console', 'character', { mode: 0o600, major: 5, minor: 1 }),
    ...hardLinked(['usr/bin/perl', 'usr/bin/perl5'], { size: 7, mode: 0o755, mtime: 1_400_000_000 }),
  ]);
  for (const name of ['usr/bin/perl', 'usr/bin/perl5']) source.contents.set(name, Buffer.from('program'));
  return source;
}

/** Code as the x86 filter is for: calls of few functions from many places. */
function programTree(): Source {
  const code = Buffer.alloc(300_000, 0x90);
  for (let at = 0; at + 16 <= code.length; at += 16) {
    const target = ((at * 7919) % 40) * 4096;
    code[at] = 0xe8;
    code.writeInt32LE(target - at - 5, at + 1);
  }
  return memorySource([['usr/bin/program', code.toString('latin1')]]);
}

const TREES: Readonly<Record<string, () => Source>> = {
  tiny: tinyTree,
  program: programTree,
  awkward: () => specSource(awkwardTree()),
  'debian slice': () => specSource(readSlice('first')),
};

/** Computes the golden values again, except those of `cutLengths`. */
export async function makeGolden(): Promise<Omit<Golden, 'cutPoints'>> {
  const archives: Record<string, Record<string, string>> = {};
  for (const [name, make] of Object.entries(TREES)) {
    archives[name] = {};
    for (const [format, level] of GOLDEN_FORMATS) {
      const key = level === undefined ? format : `${format} level ${level}`;
      archives[name][key] = await digest(make(), format, level);
    }
  }
  const cuts: Record<string, string> = {};
  for (const level of GOLDEN_LEVELS) cuts[`level ${level}`] = await cutsOf(level);
  return { profile: PROFILE, encoders: ENCODERS, archives, cuts };
}

/** Bytes of the blocks that 15 GB of lengths fall into, by level. */
export async function cutLengths(): Promise<readonly (readonly number[])[]> {
  const { forCut } = await loadPathHashes();
  return XZ_LEVELS.levels.map((level) => blockLengths(level, forCut));
}

export function cutPointsOf(byLevel: Awaited<ReturnType<typeof cutLengths>>): Golden['cutPoints'] {
  const points = byLevel.map((lengths, number): [string, string] => [
    `level ${number}`,
    `${lengths.length} blocks, ${hash('sha256', lengths.join(' '))}`,
  ]);
  return Object.fromEntries(points);
}

/** No rules: the tables change with what is known about distributions, and the profile does not. */
async function digest(source: Source, format: ArchiveFormat, number: number | undefined): Promise<string> {
  const level = levelOf({ format, level: number });
  const hashes = await loadPathHashes();
  const owner = { ...SETTINGS.owner, policy: 'keep' } as const;
  const { mtimes, linkData } = rowOf(format).writer;
  const settings = { ...SETTINGS, epoch: EPOCH, owner, mtimes, linkData };
  const plan = new Plan(
    source,
    decide(source.tree, [], { policy: () => undefined }),
    settings,
    hashes.forInode,
  );
  const result = await pack(plan.entries(), source, new MemorySink(), {
    format,
    ...(level === undefined ? {} : { level }),
    jobs: 2,
    hashes,
  });
  return result.fileDigest;
}

/** Blocks of 2,000 files of zeros, 150 MB in total, one of which needs several blocks. */
async function cutsOf(level: number): Promise<string> {
  const { forCut } = await loadPathHashes();
  const files: Given[] = [makeEntry('m/huge', 'file', { size: 60_000_001 })];
  for (let n = 0; n < 2000; n++) {
    files.push(
      makeEntry(`${String.fromCharCode(97 + (n % 26))}/${n}`, 'file', { size: (n * 104_729) % 90_000 }),
    );
  }
  const source = memorySource(files);
  const cutter = blockCutter(XZ_LEVELS.levels[level]!, forCut);
  const buffer = Buffer.alloc(cutter.capacity);
  const entries = source.tree.entries.map((entry) => planned(entry));
  const blocks = assemble(entries, source, { cutter, allocate: () => buffer });
  return Array.from(blocks, ({ length }) => length).join(' ');
}
