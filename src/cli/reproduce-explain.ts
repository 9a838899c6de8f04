/** Explains the differences between two images, with a readable report; only loaded if there are any. */
import { explainDifference } from '../app/diff-trees.ts';
import { differenceReport } from '../report/diff.ts';
import type { ShownExplanation } from '../report/reproduce.ts';
import type { TreeSettings } from '../settings/settings.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import { readOptions } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { GlobalArguments } from './verb.ts';

/** Number of causes to show with an example. */
const EXAMPLES = 10;

/** The `diff` of the original (A) and the rebuilt image (B), with the recorded rules. */
export function showDifference(
  original: string,
  rebuilt: string,
  settings: TreeSettings,
  args: Pick<GlobalArguments, 'verbose'> & { readonly limit: Partial<ReadLimits> },
  terminal: Terminal,
): Promise<ShownExplanation> {
  const { skip, only } = settings;
  return explainDifference(original, rebuilt, settings, readOptions(args, terminal), (explained) => ({
    document: explained.document,
    report: differenceReport(
      { ...explained, names: { ...explained.names, skip, only } },
      EXAMPLES,
      args.verbose,
    ),
  }));
}
