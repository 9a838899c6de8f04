import { ALLOW_OPTIONS, BOOTSTRAP_OPTIONS, REBUILD_ATTEST_OPTION } from '../app/build-options.ts';
import { manifestFirst, manifestOf } from '../app/image-and-manifest.ts';
import { readManifestFile } from '../app/manifest-file.ts';
import { rebuildOf } from '../app/rebuild-command.ts';
import { checkReproduction, reproduceDocument, reproduceImage } from '../app/reproduce-image.ts';
import { FORCE_OPTION, JOBS_OPTION, READ_OPTIONS, SOURCE_TEXT } from '../app/work-options.ts';
import { StillrootError } from '../errors.ts';
import { reproduceReport } from '../report/reproduce.ts';
import { flag, text } from '../settings/option.ts';
import { ARCHIVE_OPTIONS } from '../settings/resolve.ts';
import { bootstrapped } from './bootstrap.ts';
import { EXIT_DIFFERS, EXIT_OK, withSignals } from './exit.ts';
import { packSteps, withProgress } from './progress.ts';
import { sourceOpener, temporaryDirectory } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule, word } from './verb.ts';

const POSITIONALS = {
  manifest: requiredWord('Manifest that pack wrote beside an image, or that image', { completes: 'input' }),
  source: word(`${SOURCE_TEXT}; if omitted, the recorded command builds it`, { completes: 'input' }),
};
const OPTIONS = {
  run: flag({
    option: 'run',
    group: 'Bootstrap',
    text: 'Run the command recorded in the manifest, if you trust it',
  }),
  ...ALLOW_OPTIONS,
  bootstrap: {
    ...BOOTSTRAP_OPTIONS.bootstrap,
    text: 'Use this command or builder instead of the recorded one',
  },
  bootstrapEnv: {
    ...BOOTSTRAP_OPTIONS.bootstrapEnv,
    text: 'Variable for the command: NAME allows the recorded value or passes on your own; or NAME=VALUE',
  },
  pin: flag(
    {
      option: 'pin',
      group: 'Bootstrap',
      text: 'Pin packages to the recorded versions where the builder allows it (the default); --no-pin takes the newest',
    },
    true,
  ),
  packageArchive: text({
    option: 'package-archive',
    group: 'Bootstrap',
    metavar: 'URL',
    text: 'URL of an archive with older Arch packages',
  }),
  output: text({
    option: 'output',
    alias: 'o',
    group: 'Output',
    metavar: 'FILE',
    completes: 'file',
    text: 'Keep the rebuilt image in this file',
  }),
  ...FORCE_OPTION,
  ...JOBS_OPTION,
  segment: { ...ARCHIVE_OPTIONS.segment, text: 'The early cpio in front of the image' },
  against: text({
    option: 'against',
    group: 'Input',
    metavar: 'FILE',
    completes: 'input',
    text: 'The original image, to explain differences (default: beside the manifest)',
  }),
  ...REBUILD_ATTEST_OPTION,
  ...READ_OPTIONS,
};
export type ReproduceArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const reproduce: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['reproduce r.cpio.xz.manifest.json rootfs', 'pack this tree again; exit status 1 if the image differs'],
    ['reproduce m.json', 'show the command that built the tree'],
    ['reproduce m.json --run', 'run it, with the recorded package versions'],
  ],
  run: runReproduce,
});

async function runReproduce(typed: ReproduceArguments, terminal: Terminal): Promise<Outcome> {
  const started = performance.now();
  const args = { ...typed, ...namesOf(typed) };
  const file = readManifestFile(args.manifest);
  const { manifest } = file;
  checkArguments(args);
  const { source } = args;
  const segment = await checkReproduction(manifest, args);
  const { allowBuilder: builders, allowMirror: mirrors, allowPath: paths } = args;
  const wanted = { ...args, allowed: { builders, mirrors, paths } };
  const rebuild = source === undefined ? rebuildOf(manifest, wanted, terminal.env) : undefined;
  const done = await withSignals((signal, again) =>
    reproduceImage(file, args, {
      ...{ rebuild, segment },
      temporary: temporaryDirectory(terminal),
      withTree: (work) =>
        rebuild === undefined
          ? work(source ?? '')
          : bootstrapped(rebuild.run, args, terminal, { signal, again }, work),
      pack: {
        ...{ jobs: args.jobs, clock: terminal.clock() },
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
  reportNoLink(args, done.comparison.file.same, terminal);
  const seconds = (performance.now() - started) / 1000;
  const reproduced = { args, rebuild, seconds, ...done };
  return {
    status: done.comparison.level === 'file' ? EXIT_OK : EXIT_DIFFERS,
    document: () => reproduceDocument(reproduced),
    report: () => reproduceReport(manifest, reproduced),
  };
}

/** Both arguments in their order; the first may name the image, if its manifest is beside it. */
function namesOf({ manifest, source }: ReproduceArguments): Pick<ReproduceArguments, 'manifest' | 'source'> {
  if (source === undefined) return { manifest: manifestOf(manifest), source };
  const [first, second] = manifestFirst(manifest, source);
  return { manifest: manifestOf(first), source: second };
}

/** Reports all detectable problems before anything is run. */
function checkArguments(args: ReproduceArguments): void {
  const refuse = (where: string, what: string): StillrootError =>
    new StillrootError('usage', what, { where });
  if (args.source !== undefined) {
    const given = {
      run: args.run,
      bootstrap: args.bootstrap !== undefined,
      'bootstrap-env': args.bootstrapEnv.length > 0,
      'package-archive': args.packageArchive !== undefined,
      'allow-builder': args.allowBuilder !== undefined,
    };
    for (const [name, isGiven] of Object.entries(given)) {
      if (isGiven) throw refuse(`--${name}`, 'applies only if the tree is built, but a source was given');
    }
  }
  if (args.allowBuilder !== undefined) return;
  const isAllowing = { 'allow-mirror': args.allowMirror, 'allow-path': args.allowPath };
  for (const [name, { length }] of Object.entries(isAllowing)) {
    if (length > 0) throw refuse(`--${name}`, 'applies only with --allow-builder');
  }
}

/** Reports a requested link that is not written. */
function reportNoLink(
  { attest, quiet }: Pick<ReproduceArguments, 'attest' | 'quiet'>,
  isSame: boolean,
  terminal: Terminal,
): void {
  if (quiet || isSame || !attest.includes('link')) return;
  terminal.err('stillroot: no link written, since it would state that the rebuilt image is identical.\n');
}
