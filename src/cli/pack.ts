import { ATTEST_OPTIONS, BOOTSTRAP_OPTIONS, OS_PACKAGE_OPTIONS } from '../app/build-options.ts';
import { CACHE_OPTIONS } from '../app/cache-options.ts';
import { outside } from '../app/outside.ts';
import {
  chooseImageOutputs,
  type PackedImage,
  type PackImageOptions,
  packImage,
  type Watch,
} from '../app/pack-image.ts';
import { type PackReport, packDocument } from '../app/plan-document.ts';
import { requestedBootstrap } from '../app/rebuild-command.ts';
import {
  FORCE_OPTION,
  JOBS_OPTION,
  MANIFEST_OPTIONS,
  OUTPUT_OPTION,
  READ_OPTIONS,
  SOURCE_TEXT,
  STRICT_OPTION,
} from '../app/work-options.ts';
import { StillrootError } from '../errors.ts';
import type { ManifestBootstrap } from '../manifest/manifest.ts';
import { saysFormat } from '../pack/formats.ts';
import { secretLines } from '../report/changes.ts';
import { packReport } from '../report/pack.ts';
import {
  ARCHIVE_OPTIONS,
  givenSettings,
  parseRuleFiles,
  resolveSettings,
  TREE_OPTIONS,
} from '../settings/resolve.ts';
import { isDirectory, isFile } from '../system/files.ts';
import { STANDARD_INPUT } from '../system/streams.ts';
import { quoteWord } from '../text/format.ts';
import { bootstrapped } from './bootstrap.ts';
import { EXIT_OK, withoutSignals, withSignals } from './exit.ts';
import { packSteps, type ShowStep, withProgress } from './progress.ts';
import { sourceOpener, temporaryDirectory } from './reading.ts';
import type { Terminal } from './terminal.ts';
import { type Arguments, defineVerb, type Outcome, type VerbModule, type Words, word } from './verb.ts';

const POSITIONALS = {
  source: word(`${SOURCE_TEXT}; none with --bootstrap`, {
    completes: 'input',
    unless: 'bootstrap',
  }),
};
const OPTIONS = {
  ...OUTPUT_OPTION,
  ...ARCHIVE_OPTIONS,
  ...FORCE_OPTION,
  ...JOBS_OPTION,
  ...BOOTSTRAP_OPTIONS,
  ...CACHE_OPTIONS,
  ...MANIFEST_OPTIONS,
  ...ATTEST_OPTIONS,
  ...OS_PACKAGE_OPTIONS,
  ...TREE_OPTIONS,
  ...STRICT_OPTION,
  ...READ_OPTIONS,
};
type PackArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const pack: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['pack rootfs -o rootfs.cpio.xz', 'write a normalized archive'],
    ['pack in.tar.gz -o out.cpio.xz', 'from an archive, without unpacking it'],
    ['pack rootfs -o - > rootfs.cpio', 'uncompressed, to a pipe or file'],
    ['pack rootfs -o initrd.cpio.xz --init /sbin/init', 'an initramfs that the kernel can boot'],
    ["pack --bootstrap 'debootstrap bookworm {root}' -o r.cpio.xz", 'make the tree, pack it, remove it'],
    ['pack --bootstrap mmdebstrap:bookworm -o r.cpio.xz', 'with a known builder'],
  ],
  foreign: {
    letters: 'ctzJHF',
    hint: 'Unlike tar and cpio: stillroot pack SOURCE -o FILE, whose name says the format.',
  },
  guess: guessOutput,
  run: runPack,
});

/** A second argument in place of `-o FILE`. */
function guessOutput(
  [source = '', output, ...more]: readonly string[],
  isGiven: (option: string) => boolean,
): string | undefined {
  if (output === undefined || more.length > 0 || isGiven('output')) return undefined;
  const exists = (path: string): boolean => isFile(path) || isDirectory(path);
  if (exists(output) && !exists(source)) {
    return `Did you mean stillroot pack ${quoteWord(output)} -o ${quoteWord(source)}?`;
  }
  return `Did you mean -o ${quoteWord(output)}?`;
}

async function runPack(typed: PackArguments, terminal: Terminal, words: Words): Promise<Outcome> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const source = sourceOf(typed);
  refuseTerminal(typed, terminal);
  const args = await inPlace(typed, source);
  const settings = await resolveSettings(
    args,
    outside(terminal, args.ospkg === undefined ? args.output : 'os.cpio.xz'),
  );
  const cache = { cache: args.cache, cacheSize: args.cacheSize, env: terminal.env };
  // All problems with the options are reported before a command runs for minutes.
  const choices = chooseImageOutputs(args, settings, cache);
  const { policies } = await parseRuleFiles(settings.ruleFiles);
  const given = givenSettings(words, policies, terminal.env);
  const packFrom = async (
    tree: string,
    show: ShowStep,
    bootstrap?: ManifestBootstrap,
    outer?: AbortSignal,
  ): Promise<PackedImage> => {
    const options: PackImageOptions = {
      ...{ jobs: args.jobs, strict: args.strict, cache, manifestEntries: args.manifestEntries },
      clock: terminal.clock(),
      open: sourceOpener(args, terminal, show),
      temporary: temporaryDirectory(terminal),
      origin: { given, ...(bootstrap === undefined ? {} : { bootstrap }) },
      around: (plan, work) => watched(args, packSteps(show, plan.contentBytes()), work, outer),
    };
    const packed = await packImage(tree, settings, choices, options);
    // The report only needs what is in memory.
    packed.plan.source.close();
    return packed;
  };
  if (source !== undefined) {
    const packed = await withProgress(args, terminal, 'reading', (show) => packFrom(source, show));
    return outcomeOf(args, source, { ...packed, seconds: seconds() });
  }
  const request = args.bootstrap ?? '';
  const bootstrap = requestedBootstrap(request, args, settings.epoch, terminal.env);
  const packed = await withSignals((signal, again) =>
    bootstrapped(bootstrap, args, terminal, { signal, again }, (tree) =>
      withProgress(args, terminal, 'reading', (show) => packFrom(tree, show, bootstrap, signal)),
    ),
  );
  return outcomeOf(args, request, { ...packed, bootstrap, seconds: seconds() });
}

/** Undefined if a command builds the tree. */
function sourceOf({ source, bootstrap, bootstrapEnv }: PackArguments): string | undefined {
  const hint = 'See stillroot pack --help.';
  if (bootstrap === undefined) {
    if (bootstrapEnv.length === 0) return source;
    throw new StillrootError('usage', 'is only valid with --bootstrap', {
      where: '--bootstrap-env',
      hint,
    });
  }
  if (source === undefined) return undefined;
  throw new StillrootError('usage', 'builds the tree itself, and cannot be combined with a source', {
    where: '--bootstrap',
    hint: 'Give one of them.',
  });
}

/** With the format of the source where it is replaced, and neither the name nor the user says one. */
async function inPlace(args: PackArguments, source: string | undefined): Promise<PackArguments> {
  const { output, format, limit } = args;
  if (source === undefined || format !== undefined || saysFormat(output)) return args;
  const { areOneFile, formatOfInitramfs } = await import('../app/source-format.ts');
  if (!areOneFile(source, output)) return args;
  const found = await formatOfInitramfs(source, limit);
  return found === undefined ? args : { ...args, format: found };
}

function refuseTerminal({ output }: PackArguments, { isOutTerminal }: Terminal): void {
  if (output !== '-' || !isOutTerminal) return;
  throw new StillrootError('output-refused', 'is a terminal', {
    where: 'standard output',
    hint: 'Redirect it, or name a file.',
  });
}

function watched<T>(
  args: PackArguments,
  onProgress: Watch['onProgress'] & {},
  work: (watch: Watch) => Promise<T>,
  outer: AbortSignal | undefined,
): Promise<T> {
  // Standard output cannot be undone, and a stalled reader must not delay a signal.
  const run = args.output === '-' ? withoutSignals : withSignals;
  return run((inner) => {
    const signal = outer === undefined ? inner : AbortSignal.any([inner, outer]);
    return work({ signal, onProgress });
  });
}

function outcomeOf(args: PackArguments, source: string, report: PackReport): Outcome {
  return {
    status: EXIT_OK,
    document: () => packDocument(report),
    report: () =>
      packReport(source === STANDARD_INPUT ? 'standard input' : source, args.output, report, args.verbose),
    essentials: () => secretLines(report.plan),
    isOutTaken: args.output === '-',
  };
}
