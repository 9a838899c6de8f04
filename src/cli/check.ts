import { ArchiveCheck } from '../cpio/entry-checks.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import type { GlobalArguments, NormalizeArguments, RuleArguments } from './arguments.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { warnOfFakedRoot } from './faked-root.ts';
import { NORMALIZE_OPTIONS, RULE_OPTIONS } from './options.ts';
import { preparePlan, refuseWarnings } from './prepare.ts';
import { READ_OPTIONS, type ReadArguments, SOURCE_TEXT, sourceOpener } from './read-options.ts';
import { changeLines, checkDocument, printSecrets, warningLines } from './report.ts';
import { makePaint, type Terminal } from './terminal.ts';
import { plural, showText } from './text.ts';
import type { VerbModule } from './verb.ts';

type CheckArguments = GlobalArguments &
  RuleArguments &
  NormalizeArguments &
  ReadArguments & { readonly source: string };

export const check: VerbModule = {
  positionals: { source: { type: 'string', describe: SOURCE_TEXT, demandOption: true } },
  options: { ...RULE_OPTIONS, ...NORMALIZE_OPTIONS, ...READ_OPTIONS },
  examples: [
    ['check rootfs', 'what pack would change; exit status 1 if anything'],
    ['check rootfs -vv', 'with every path'],
  ],
  run: (args, terminal) => runCheck(args as unknown as CheckArguments, terminal),
};

async function runCheck(args: CheckArguments, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const hashes = await loadPathHashes();
  const { plan, distro } = await preparePlan(args, terminal, hashes.forInode, sourceOpener(args, terminal));
  try {
    warnOfFakedRoot(plan, args.owner);
    refuseWarnings(plan, args.strict);
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
      terminal.out(`${JSON.stringify(checkDocument(plan, distro, entries, seconds), null, 2)}\n`);
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
