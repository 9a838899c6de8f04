/** `diff` where a side is a manifest: compares it with another one, or with a tree packed as it records. */

import { availableParallelism } from 'node:os';
import { compareManifests, manifestsDocument } from '../app/diff-manifests.ts';
import { StillrootError } from '../errors.ts';
import { manifestsReport } from '../report/reproduce.ts';
import { TREE_OPTIONS } from '../settings/resolve.ts';
import type { DiffArguments } from './diff-arguments.ts';
import { EXIT_DIFFERS, EXIT_OK, withSignals } from './exit.ts';
import { packSteps, withProgress } from './progress.ts';
import { sourceOpener, temporaryDirectory } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome, Words } from './verb.ts';

/** Options that a manifest determines itself, and reports that need contents. */
const NOT_WITH_MANIFESTS: ReadonlySet<string> = new Set([
  ...Object.values(TREE_OPTIONS).map(({ option }) => option),
  'after-rules',
  'propose',
  'report',
]);

/**
 * `diff` of two manifests.
 * @throws StillrootError `usage` for options that only apply to trees
 */
export async function diffManifests(args: DiffArguments, terminal: Terminal, words: Words): Promise<Outcome> {
  for (const name of NOT_WITH_MANIFESTS) {
    if (words[name] === undefined) continue;
    throw new StillrootError(
      'usage',
      'does not apply to manifests, which record the settings but no contents',
      {
        where: `--${name}`,
        hint: 'Leave it out, or diff the images themselves.',
      },
    );
  }
  const compared = await withSignals((signal) =>
    compareManifests(args.a, args.b, {
      temporary: temporaryDirectory(terminal),
      pack: {
        ...{ jobs: availableParallelism(), clock: terminal.clock() },
        open: sourceOpener(args, terminal),
        around: (plan, work) =>
          withProgress(args, terminal, 'packing', (show) =>
            work({ signal, onProgress: packSteps(show, plan.contentBytes()) }),
          ),
      },
      explain: async (original, rebuilt, settings) => {
        const { showDifference } = await import('./reproduce-explain.ts');
        return showDifference(original, rebuilt, settings, args, terminal);
      },
    }),
  );
  return {
    status: compared.comparison.level === 'file' ? EXIT_OK : EXIT_DIFFERS,
    document: () => manifestsDocument(compared),
    report: () => manifestsReport(compared, args.verbose),
  };
}
