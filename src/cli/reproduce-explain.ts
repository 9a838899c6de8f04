/** What of an image itself differs, with a report for people: loaded where something does. */
import { explainDifference } from '../app/explain-difference.ts';
import type { DiffDocument } from '../documents/diff.ts';
import type { TreeSettings } from '../settings/settings.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import { diffReport } from './diff-report.ts';
import { diffView } from './diff-view.ts';
import { readOptions } from './reading.ts';
import { makePaint, type Terminal } from './terminal.ts';
import type { GlobalArguments } from './verb.ts';

/** Number of causes to show with an example. */
const EXAMPLES = 10;

export interface ShownExplanation {
  readonly document: DiffDocument;
  readonly report: string;
}

/** The `diff` of the original (A) and the rebuilt image (B), by the recorded rules. */
export function showDifference(
  original: string,
  rebuilt: string,
  settings: TreeSettings,
  args: GlobalArguments & { readonly limit: Partial<ReadLimits> },
  terminal: Terminal,
): Promise<ShownExplanation> {
  const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
  const options = readOptions(args, terminal);
  return explainDifference(
    original,
    rebuilt,
    settings,
    options,
    ({ names, diff, sides, blocks, document }) => {
      const view = diffView({ ...names, skip: settings.skip, only: settings.only }, diff, sides, blocks);
      const { verbose } = args;
      const { columns } = terminal;
      return { document, report: diffReport(view, { examples: EXAMPLES, verbose, paint, columns }) };
    },
  );
}
