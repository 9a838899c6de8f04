import { checkDocument, checkTree } from '../app/check-tree.ts';
import { outside } from '../app/outside.ts';
import { READ_OPTIONS, SOURCE_TEXT, STRICT_OPTION } from '../app/work-options.ts';
import type { Change } from '../plan/changes.ts';
import { checkReport, isNormalizer, secretLines } from '../report/changes.ts';
import { flag } from '../settings/option.ts';
import { ARCHIVE_OPTIONS, resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
import { quoteWord } from '../text/format.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { withProgress } from './progress.ts';
import { sourceOpener } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule } from './verb.ts';

const POSITIONALS = { source: requiredWord(SOURCE_TEXT, { completes: 'input' }) };
const TIMES_OPTION = {
  times: flag({
    option: 'times',
    group: 'Reports',
    text: 'Exit with status 1 for time stamps, too; otherwise only for what rules change',
  }),
};
const OPTIONS = {
  ...TIMES_OPTION,
  ...TREE_OPTIONS,
  format: ARCHIVE_OPTIONS.format,
  ...STRICT_OPTION,
  ...READ_OPTIONS,
};
type CheckArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const check: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['check rootfs', 'what pack would change; exit status 1 if any rule would'],
    ['check rootfs -vv', 'the same, with every path'],
    ['check rootfs --format tar', 'what a tar archive could not hold'],
  ],
  guess: (args) =>
    args.length === 2 ? `Did you mean stillroot diff ${args.map(quoteWord).join(' ')}?` : undefined,
  run: runCheck,
});

async function runCheck(args: CheckArguments, terminal: Terminal): Promise<Outcome> {
  const settings = await resolveTreeSettings(args, outside(terminal));
  const { strict, format } = args;
  const clock = terminal.clock();
  return withProgress(args, terminal, 'reading', (show) =>
    checkTree(
      args.source,
      settings,
      { strict, format, clock, open: sourceOpener(args, terminal, show) },
      (checked) => {
        const { plan } = checked;
        return {
          status: hasChanges(plan.tally.list(), args.times) ? EXIT_DIFFERS : EXIT_OK,
          document: () => checkDocument(checked),
          report: () => checkReport(args.source, checked, args.verbose),
          essentials: () => secretLines(plan),
        };
      },
    ),
  );
}

/**
 * Every fresh tree has time stamps to clamp, and without root every entry gets another owner: alone they say nothing
 * about it.
 */
function hasChanges(changes: readonly Change[], countsTimes: boolean): boolean {
  return changes.some((change) => !isNormalizer(change) || (countsTimes && change.action === 'mtime'));
}
