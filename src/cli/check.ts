import { type CheckedTree, checkDocument, checkTree } from '../app/check-tree.ts';
import { outside } from '../app/outside.ts';
import { READ_OPTIONS, SOURCE_TEXT, STRICT_OPTION } from '../app/work-options.ts';
import { documentText } from '../json/document.ts';
import { resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
import { plural, showText } from '../text/format.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { sourceOpener } from './reading.ts';
import { changeLines, printSecrets, warningLines } from './report.ts';
import { makePaint, type Terminal } from './terminal.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule } from './verb.ts';

const POSITIONALS = { source: requiredWord(SOURCE_TEXT) };
const OPTIONS = { ...TREE_OPTIONS, ...STRICT_OPTION, ...READ_OPTIONS };
type CheckArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const check: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['check rootfs', 'what pack would change; exit status 1 if anything would'],
    ['check rootfs -vv', 'the same, with every path'],
  ],
  run: runCheck,
});

async function runCheck(args: CheckArguments, terminal: Terminal): Promise<number> {
  const settings = await resolveTreeSettings(args, outside(terminal));
  const options = { strict: args.strict, clock: terminal.clock(), open: sourceOpener(args, terminal) };
  return await checkTree(args.source, settings, options, (checked) => report(args, checked, terminal));
}

/** @returns the exit status */
function report(args: CheckArguments, checked: CheckedTree, terminal: Terminal): number {
  const { plan, distro, entries } = checked;
  const changes = plan.tally.list();
  if (args.json) {
    terminal.out(documentText(checkDocument(checked)));
  } else if (args.quiet) {
    printSecrets(args, terminal, plan);
  } else {
    const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
    const verbose = args.verbose;
    const count = changes.reduce((sum, change) => sum + change.count, 0);
    const lines = [
      changes.length === 0
        ? `${paint('bold', showText(args.source))}: nothing to change in ${plural(entries, 'entry', 'entries')} (rules: ${distro})`
        : `${paint('bold', showText(args.source))}: ${plural(count, 'change')} (rules: ${distro}, epoch ${plan.settings.epoch})`,
      ...changeLines(changes, Math.max(verbose, 1)),
      ...warningLines(plan.warnings, verbose, paint),
    ];
    terminal.out(`${lines.join('\n')}\n`);
  }
  return changes.length === 0 ? EXIT_OK : EXIT_DIFFERS;
}
