/** What of an image itself differs, where the original is at hand: loaded where something does. */

import { withSides } from '../app/diff-sides.ts';
import { diffSides } from '../diff/diff.ts';
import type { DiffDocument } from '../documents/diff.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import type { TreeSettings } from '../settings/settings.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import { diffDocument } from './diff-document.ts';
import { diffReport } from './diff-report.ts';
import { diffView } from './diff-view.ts';
import { temporaryDirectory } from './reading.ts';
import { makePaint, type Terminal } from './terminal.ts';
import type { GlobalArguments } from './verb.ts';

/** Causes that are shown with an example. */
const EXAMPLES = 10;
/** What B is called. */
const REBUILT = 'rebuilt image';

export interface Explanation {
  readonly document: DiffDocument;
  readonly report: string;
}

/** The `diff` of the original (A) and the rebuilt image (B), by the recorded rules. */
export async function explainDifference(
  original: string,
  rebuilt: string,
  settings: TreeSettings,
  args: GlobalArguments & { readonly limit: Partial<ReadLimits> },
  terminal: Terminal,
): Promise<Explanation> {
  const started = performance.now();
  const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
  const hashes = await loadPathHashes();
  const pair = {
    ...{ a: original, b: rebuilt, settings, limits: args.limit },
    ...{ temporary: temporaryDirectory(terminal), withDigests: false },
  };
  return withSides(pair, hashes, async (a, b, blocks) => {
    const layers =
      a.layer === undefined || b.layer === undefined ? {} : { layers: { a: a.layer, b: b.layer } };
    const found = await diffSides(a.side, b.side, { ...layers, early: { a: a.early, b: b.early } });
    const sides = { a: a.side, b: b.side };
    const seconds = (performance.now() - started) / 1000;
    // The file of the rebuilt image may be gone by the time that this is read.
    const shown = { a: original, b: REBUILT, skip: settings.skip, only: settings.only };
    return {
      document: diffDocument(shown, found, sides, blocks, seconds),
      report: diffReport(diffView(shown, found, sides, blocks), {
        examples: EXAMPLES,
        verbose: args.verbose,
        paint,
        columns: terminal.columns,
      }),
    };
  });
}
