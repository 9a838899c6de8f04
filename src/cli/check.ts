import { checkDocument, checkTree } from '../app/check-tree.ts';
import { outside } from '../app/outside.ts';
import { READ_OPTIONS, SOURCE_TEXT, STRICT_OPTION } from '../app/work-options.ts';
import { checkReport, secretLines } from '../report/changes.ts';
import { ARCHIVE_OPTIONS, resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
import { quoteWord } from '../text/format.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { sourceOpener } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule } from './verb.ts';

const POSITIONALS = { source: requiredWord(SOURCE_TEXT, { completes: 'input' }) };
const OPTIONS = { ...TREE_OPTIONS, format: ARCHIVE_OPTIONS.format, ...STRICT_OPTION, ...READ_OPTIONS };
type CheckArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const check: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['check rootfs', 'what pack would change; exit status 1 if anything would'],
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
  const options = { strict, format, clock: terminal.clock(), open: sourceOpener(args, terminal) };
  return checkTree(args.source, settings, options, (checked) => {
    const { plan } = checked;
    return {
      status: plan.tally.list().length === 0 ? EXIT_OK : EXIT_DIFFERS,
      document: () => checkDocument(checked),
      report: () => checkReport(args.source, checked, args.verbose),
      essentials: () => secretLines(plan),
    };
  });
}
