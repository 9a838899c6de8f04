import type { Rule } from '../../rules/rule.ts';
import type { ArchiveFile } from '../../source/archive-file.ts';
import type { Source } from '../../source/source.ts';
import type { LayerSide } from '../compare-layers.ts';
import { compareTrees } from '../compare-trees.ts';
import { BlockPair } from './block-pair.ts';
import { NotFollowed } from './block-side.ts';
import { decidesAboutOthers, relevantRules } from './relevant-rules.ts';

/** One of two archives of ours, as far as it had to be read. */
export interface PartialSide {
  readonly source: Source;
  readonly layer: LayerSide;
  /** Leaves the rules that can have to do with what differs. */
  readonly narrow: (rules: readonly Rule[]) => readonly Rule[];
}

/** Blocks of A, and how many of them are the same bytes in B. */
export interface BlockCounts {
  readonly blocks: number;
  readonly same: number;
}

/**
 * Works on two archives of ours without decompressing what they have in common. What comes of it is the same as of the
 * whole archives: what is not read is equal, and decided equally, since what decisions depend on is equal too.
 *
 * @param work may be called several times, with more that was read; what it returns last is the result
 * @returns undefined where the archives are of another kind, have little in common, differ in nothing that a tree
 *   shows, or in something on which decisions about everything else depend
 */
export async function withDifferingBlocks<T>(
  a: ArchiveFile,
  b: ArchiveFile,
  work: (a: PartialSide, b: PartialSide, counts: BlockCounts) => Promise<T>,
): Promise<{ readonly result: T } | undefined> {
  const pair = BlockPair.open(a, b);
  if (pair === undefined) return undefined;
  try {
    return await pair.run(async (left, right) => {
      const { findings } = compareTrees(left, right);
      const paths = new Set(findings.map(({ path }) => path));
      if (paths.size === 0 || [...paths].some(decidesAboutOthers)) throw new NotFollowed();
      const narrow = (rules: readonly Rule[]): Rule[] => relevantRules(rules, paths);
      const sides = [
        { source: left, layer: pair.a.layer(), narrow },
        { source: right, layer: pair.b.layer(), narrow },
      ] as const;
      return { result: await work(...sides, pair.counts) };
    });
  } finally {
    pair.close();
  }
}
