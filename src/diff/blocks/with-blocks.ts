import type { Rule } from '../../rules/rule.ts';
import type { ArchiveFile } from '../../source/archive-file.ts';
import type { Source } from '../../source/source.ts';
import type { SameRanges } from '../compare-entries.ts';
import type { LayerSide } from '../compare-layers.ts';
import { compareTrees } from '../compare-trees.ts';
import { areSameGroups, NotFollowed } from './block-entries.ts';
import { BlockPair } from './block-pair.ts';
import { decidesAboutOthers, relevantRules } from './relevant-rules.ts';

/** One of two archives written by this program, as far as it had to be read. */
export interface PartialSide {
  readonly source: Source;
  readonly layer: LayerSide;
  /** Keeps the rules that can affect what differs. */
  readonly narrow: (rules: readonly Rule[]) => readonly Rule[];
  /** Takes an entry of each, A's first: whether their contents are known to be the same. */
  readonly isKnown: SameRanges;
}

/** Blocks of A, and how many of them are the same bytes in B. */
export interface BlockCounts {
  readonly blocks: number;
  readonly same: number;
}

/**
 * Works on two archives written by this program without decompressing what they share. The result is the same as for
 * the whole archives: what is not read is equal, and decided equally, since what decisions depend on is equal too.
 *
 * @param work may be called several times, each time with more of the archives read; its last return value is the
 * result
 * @returns undefined where the archives were not written by this program, have little in common, show no difference in
 *   their trees, or differ in something on which decisions about everything else depend
 */
export async function withDifferingBlocks<T>(
  a: ArchiveFile,
  b: ArchiveFile,
  work: (a: PartialSide, b: PartialSide, counts: BlockCounts) => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  const pair = BlockPair.open(a, b);
  if (pair === undefined) return undefined;
  try {
    return await pair.run(async (left, right, isKnown) => {
      const { findings } = compareTrees(left, right, isKnown);
      const paths = new Set(findings.map(({ path }) => path));
      if (paths.size === 0 || [...paths].some(decidesAboutOthers)) throw new NotFollowed();
      if (!areSameGroups(left.groups, right.groups, paths)) throw new NotFollowed();
      const narrow = relevantRules(paths);
      const sides = [
        { source: left, layer: pair.a.layer(), narrow, isKnown },
        { source: right, layer: pair.b.layer(), narrow, isKnown },
      ] as const;
      return { result: await work(...sides, pair.counts) };
    });
  } finally {
    pair.close();
  }
}
