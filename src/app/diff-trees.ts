/** Compares two trees, archives or one of each, and explains what differs. */
import type { BlockCounts } from '../diff/blocks/with-blocks.ts';
import { type Diff, diffSides } from '../diff/diff.ts';
import type { Sides } from '../diff/evidence.ts';
import type { DiffDocument } from '../documents/diff.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import type { TreeSettings } from '../settings/settings.ts';
import { NO_CHOICE } from '../settings/side-options.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import { diffDocument } from './diff-document.ts';
import { type ComparedPair, withSides } from './diff-sides.ts';

export interface ComparedTrees {
  readonly diff: Diff;
  /** Their sources are closed; metadata can still be read. */
  readonly sides: Sides;
  /** Undefined where both were read completely. */
  readonly blocks: BlockCounts | undefined;
}

/** @throws StillrootError; whatever the signal was aborted with */
export async function compareTrees(pair: ComparedPair): Promise<ComparedTrees> {
  const hashes = await loadPathHashes();
  const { withDigests, signal, onStep } = pair;
  return withSides(pair, hashes, async (a, b, blocks) => ({
    diff: await diffSides(a.side, b.side, {
      withDigests,
      early: { a: a.early, b: b.early },
      ...(a.isKnown === undefined ? {} : { isKnown: a.isKnown }),
      ...(a.layer === undefined || b.layer === undefined ? {} : { layers: { a: a.layer, b: b.layer } }),
      ...(signal === undefined ? {} : { signal }),
      ...(onStep === undefined ? {} : { onStep }),
    }),
    sides: { a: a.side, b: b.side },
    blocks,
  }));
}

// What differs between two images, if the original is available: loaded only if something does.

/** Name of B: its file may be gone by the time this is read. */
const REBUILT = 'rebuilt image';

export interface ExplainOptions {
  readonly limits: Partial<ReadLimits>;
  /** Directory for decompressed data. */
  readonly temporary: string;
  readonly signal?: AbortSignal;
}

export interface ExplainedDifference {
  readonly names: { readonly a: string; readonly b: string };
  readonly diff: Diff;
  readonly sides: Sides;
  readonly blocks: BlockCounts | undefined;
  readonly document: DiffDocument;
}

/**
 * The `diff` of the original (A) and the rebuilt image (B), with the recorded rules.
 *
 * @param use receives it while both are open
 */
export async function explainDifference<T>(
  original: string,
  rebuilt: string,
  settings: TreeSettings,
  options: ExplainOptions,
  use: (explained: ExplainedDifference) => T,
): Promise<T> {
  const started = performance.now();
  const hashes = await loadPathHashes();
  // Neither is the source whose image was chosen.
  const pair = {
    ...{ a: original, b: rebuilt, withDigests: false, ...options },
    images: { a: NO_CHOICE, b: NO_CHOICE },
    settings,
  };
  return withSides(pair, hashes, async (a, b, blocks) => {
    const layers =
      a.layer === undefined || b.layer === undefined ? {} : { layers: { a: a.layer, b: b.layer } };
    const { signal } = options;
    const diff = await diffSides(a.side, b.side, {
      ...layers,
      early: { a: a.early, b: b.early },
      ...(signal === undefined ? {} : { signal }),
    });
    const sides = { a: a.side, b: b.side };
    const seconds = (performance.now() - started) / 1000;
    const names = { a: original, b: REBUILT };
    return use({ names, diff, sides, blocks, document: diffDocument(names, diff, sides, blocks, seconds) });
  });
}
