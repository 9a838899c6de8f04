/** What of the image itself differs, where the original is at hand: loaded where something does. */
import { diffSides } from '../diff/diff.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import type { DiffArguments } from './diff.ts';
import { diffDocument } from './diff-document.ts';
import { diffReport } from './diff-report.ts';
import { withSides } from './diff-sides.ts';
import { diffView } from './diff-view.ts';
import type { PackArguments } from './pack-archive.ts';
import { makePaint, type Terminal } from './terminal.ts';

/** Causes that are shown with an example. */
const EXAMPLES = 10;
/** What B is called. */
const REBUILT = 'rebuilt image';

export interface Explanation {
  readonly document: object;
  readonly report: string;
}

/** The `diff` of the original (A) and the rebuilt image (B), by the recorded rules. */
export async function explainDifference(
  packing: Omit<PackArguments, 'source'>,
  original: string,
  rebuilt: string,
  terminal: Terminal,
): Promise<Explanation> {
  const started = performance.now();
  const args: DiffArguments = { ...packing, a: original, b: rebuilt, examples: String(EXAMPLES) };
  const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
  const hashes = await loadPathHashes();
  return withSides(args, terminal, hashes, async (a, b, blocks) => {
    const layers =
      a.layer === undefined || b.layer === undefined ? {} : { layers: { a: a.layer, b: b.layer } };
    const found = await diffSides(a.side, b.side, layers);
    const sides = { a: a.side, b: b.side };
    const seconds = (performance.now() - started) / 1000;
    // The file of the rebuilt image may be gone by the time that this is read.
    const shown = { ...args, b: REBUILT };
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
