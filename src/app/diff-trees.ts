/** Compares two trees, archives or one of each, and explains what differs. */
import type { BlockCounts } from '../diff/blocks/with-blocks.ts';
import { type Diff, diffSides } from '../diff/diff.ts';
import type { Sides } from '../diff/evidence.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { type ComparedPair, withSides } from './diff-sides.ts';

export interface ComparedTrees {
  readonly diff: Diff;
  /** Their sources are closed; metadata can be read. */
  readonly sides: Sides;
  /** Undefined where all of both was read. */
  readonly blocks: BlockCounts | undefined;
}

/** @throws StillrootError; whatever the signal was aborted with */
export async function compareTrees(pair: ComparedPair): Promise<ComparedTrees> {
  const hashes = await loadPathHashes();
  const { withDigests, signal } = pair;
  return withSides(pair, hashes, async (a, b, blocks) => ({
    diff: await diffSides(a.side, b.side, {
      withDigests,
      early: { a: a.early, b: b.early },
      ...(a.isKnown === undefined ? {} : { isKnown: a.isKnown }),
      ...(a.layer === undefined || b.layer === undefined ? {} : { layers: { a: a.layer, b: b.layer } }),
      ...(signal === undefined ? {} : { signal }),
    }),
    sides: { a: a.side, b: b.side },
    blocks,
  }));
}
