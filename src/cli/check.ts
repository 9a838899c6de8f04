import { warnOfFakedRoot } from '../app/faked-root.ts';
import { planTree, refuseWarnings } from '../app/plan-tree.ts';
import { ArchiveCheck } from '../cpio/entry-checks.ts';
import { documentText } from '../json/document.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { plural, showText } from '../report/text.ts';
import { resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { READ_OPTIONS, SOURCE_TEXT, STRICT_OPTION } from './options.ts';
import { outside } from './outside.ts';
import { sourceOpener } from './reading.ts';
import { changeLines, checkDocument, printSecrets, warningLines } from './report.ts';
import { makePaint, type Terminal } from './terminal.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule } from './verb.ts';

const POSITIONALS = { source: requiredWord(SOURCE_TEXT) };
const OPTIONS = { ...TREE_OPTIONS, ...STRICT_OPTION, ...READ_OPTIONS };
type CheckArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const check: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['check rootfs', 'what pack would change; exit status 1 if anything'],
    ['check rootfs -vv', 'with every path'],
  ],
  run: runCheck,
});

async function runCheck(args: CheckArguments, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const settings = await resolveTreeSettings(args, outside(terminal));
  const hashes = await loadPathHashes();
  const { plan, distro } = await planTree(args.source, settings, hashes.forInode, {
    clock: terminal.clock(),
    open: sourceOpener(args, terminal),
  });
  try {
    warnOfFakedRoot(plan, args.owner);
    if (args.strict) refuseWarnings(plan);
    let entries = 0;
    // What `pack` would refuse is refused here: a tree that passes can be packed.
    const check = new ArchiveCheck();
    for (const { entry } of plan.counted()) {
      check.see(entry);
      entries += 1;
    }
    const changes = plan.tally.list();
    if (args.json) {
      const seconds = (performance.now() - started) / 1000;
      terminal.out(documentText(checkDocument(plan, distro, entries, seconds)));
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
  } finally {
    plan.source.close();
  }
}
