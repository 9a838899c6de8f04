import { builderPolicies, builderRoot } from '../app/builder-root.ts';
import { CACHE_OPTIONS } from '../app/cache-options.ts';
import type { WantedArchive } from '../app/finalize-archive.ts';
import { finalizeDocument, finalizeTree, operationLines } from '../app/finalize-tree.ts';
import { outside } from '../app/outside.ts';
import { JOBS_OPTION, MANIFEST_OPTIONS, STRICT_OPTION } from '../app/work-options.ts';
import type { Reached } from '../finalize/steps.ts';
import { extensionsText } from '../pack/formats.ts';
import { secretLines } from '../report/changes.ts';
import { finalizeReport } from '../report/pack.ts';
import { flag, text } from '../settings/option.ts';
import {
  ARCHIVE_OPTIONS,
  CONTAINER_OPTIONS,
  DIRECTORY_OPTIONS,
  givenSettings,
  parseRuleFiles,
  resolveSettings,
  TREE_OPTIONS,
} from '../settings/resolve.ts';
import { plural, quoteWord, showText } from '../text/format.ts';
import { EXIT_OK, withSignals } from './exit.ts';
import { packSteps, type Step, withProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, type VerbModule, type Words, word } from './verb.ts';

const POSITIONALS = {
  root: word(
    'Directory with a root filesystem (default: the one in $BUILDROOT or similar, set by an image builder)',
    { completes: 'directory' },
  ),
};
const OPTIONS = {
  dryRun: flag({
    option: 'dry-run',
    group: 'Reports',
    text: 'Print the operations without performing them',
  }),
  archive: text({
    option: 'archive',
    group: 'Output',
    metavar: 'NAME',
    text: `Also pack the result into $OUTPUTDIR/NAME, where NAME ends in ${extensionsText()}`,
  }),
  manifest: flag(
    {
      option: 'manifest',
      group: 'Manifest and provenance',
      text: 'Write a manifest beside the archive (the default); --no-manifest writes none',
    },
    true,
  ),
  manifestEntries: MANIFEST_OPTIONS.manifestEntries,
  level: ARCHIVE_OPTIONS.level,
  ...CONTAINER_OPTIONS,
  platform: { ...TREE_OPTIONS.platform, text: 'Platform of the image to write' },
  ...JOBS_OPTION,
  ...CACHE_OPTIONS,
  ...DIRECTORY_OPTIONS,
  ...STRICT_OPTION,
};
/** The state after a signal, and what to do about it. */
const INTERRUPTED: Readonly<Record<Reached, string>> = {
  nothing: 'the tree is unchanged. Run finalize again.',
  part: 'the tree is partly changed. Run finalize again to complete it; until then pack refuses the tree.',
  all: 'the tree is complete; nothing is left to do.',
};

type FinalizeArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const finalize: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['finalize rootfs', 'normalize the directory itself'],
    ['finalize rootfs --dry-run', 'list the operations without performing them'],
    ['finalize', 'as the finalize script of an image builder'],
  ],
  foreign: {
    letters: 'o',
    hint: 'finalize changes the directory itself: stillroot pack SOURCE -o FILE writes an archive of it.',
  },
  guess: ([root = '', output = '']) =>
    `finalize changes the directory itself. Did you mean stillroot pack ${quoteWord(root)} -o ${quoteWord(output)}?`,
  run: runFinalize,
});

async function runFinalize(
  args: FinalizeArguments,
  terminal: Terminal,
  words: Words,
): Promise<Outcome | number> {
  const { env } = terminal;
  const root = builderRoot(args.root, env);
  if ('skip' in root) {
    if (!args.quiet) terminal.err(`stillroot: nothing to do: ${root.skip}.\n`);
    return EXIT_OK;
  }
  const { path } = root;
  const policiesOfBuilder = builderPolicies(root.variable);
  const wanted = wantedArchive(args, terminal);
  // Only loaded for an archive: most builders make their own.
  const archiving = wanted === undefined ? undefined : await import('../app/finalize-archive.ts');
  if (wanted !== undefined) archiving?.checkArchiveName(wanted);
  const typed = { ...args, image: undefined, format: undefined, segment: undefined, dropSegments: false };
  const settings = await resolveSettings(typed, {
    ...outside(terminal, args.archive),
    builderPolicies: policiesOfBuilder,
  });
  if (wanted !== undefined) await archiving?.checkArchive(path, settings, wanted);
  // A message in the middle of the line of progress could not be read.
  const said: string[] = [];
  const say = (what: string): void => void said.push(`stillroot: ${showText(path)}: ${what}\n`);
  const { done, archive } = await withProgress(args, terminal, 'reading', async (show) => {
    const done = await finalizeTree(path, settings, {
      ...{ dryRun: args.dryRun, strict: args.strict, clock: terminal.clock(), env },
      onScanned: (entries) => show({ what: 'scanning', done: entries, unit: 'entries' }),
      onOperation: (done, total) => show(operationStep(done, total)),
      onRecovered: (operations) => {
        if (!args.quiet) say(`completed an interrupted run (${plural(operations, 'operation')}).`);
      },
      interruptible: withSignals,
      onInterrupted: (reached) => say(`interrupted: ${INTERRUPTED[reached]}`),
    });
    if (wanted === undefined || args.dryRun) return { done };
    const { policies } = await parseRuleFiles(settings.ruleFiles);
    const origin = { given: givenSettings(words, policies, env), earlier: done.plan.tally.list() };
    const archive = await withSignals(async (signal) =>
      archiving?.writeArchive(path, settings, wanted, origin, (plan) => ({
        signal,
        onProgress: packSteps(show, plan.contentBytes()),
      })),
    );
    return { done, archive };
  }).finally(() => {
    for (const each of said) terminal.err(each);
  });
  const { dryRun, verbose } = args;
  return {
    status: EXIT_OK,
    document: () => finalizeDocument(done, archive, dryRun),
    report: () => {
      const operations = dryRun ? operationLines(done.drafts.drafts) : undefined;
      return finalizeReport(path, done, archive, operations, policiesOfBuilder, verbose);
    },
    essentials: () => secretLines(done.plan),
  };
}

function operationStep(done: number, total: number | undefined): Step {
  if (total === undefined) return { what: 'completing an interrupted run', done };
  return done === 0 ? { what: 'preparing' } : { what: 'changing', done, total, unit: 'operations' };
}

function wantedArchive(args: FinalizeArguments, terminal: Terminal): WantedArchive | undefined {
  const { archive: name, manifest, manifestEntries, jobs, cache, cacheSize } = args;
  if (name === undefined) return undefined;
  const { env } = terminal;
  const written = { name, directory: env.OUTPUTDIR, manifest, manifestEntries, jobs };
  return { ...written, clock: terminal.clock(), cache: { cache, cacheSize, env } };
}
