import { paddingAfter } from '../cpio/newc.ts';
import { StillrootError } from '../errors.ts';
import { readEarlySegment } from '../pack/early-segment.ts';
import { refuseOutputInside } from '../pack/output-place.ts';
import { type ArchiveFormat, type PackResult, pack as packArchive } from '../pack/pack.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { openFileSink, openStandardOutput, type Sink } from '../pack/sink.ts';
import type { Plan } from '../plan/plan.ts';
import { ArchiveSource } from '../source/archive-source.ts';
import type { Source } from '../source/source.ts';
import { formatOf, parseJobs, parseLevel } from './archive-choices.ts';
import type { ArchiveArguments, GlobalArguments, NormalizeArguments, RuleArguments } from './arguments.ts';
import { EXIT_OK } from './exit.ts';
import { warnOfFakedRoot } from './faked-root.ts';
import { ARCHIVE_OPTIONS, NORMALIZE_OPTIONS, RULE_OPTIONS } from './options.ts';
import { preparePlan, refuseWarnings } from './prepare.ts';
import { ProgressBar } from './progress.ts';
import { READ_OPTIONS, type ReadArguments, SOURCE_TEXT, sourceOpener } from './read-options.ts';
import { packDocument, packSummary, printSecrets } from './report.ts';
import { withoutSignals, withSignals } from './signals.ts';
import { makePaint, type Terminal } from './terminal.ts';
import type { VerbModule } from './verb.ts';

export type PackArguments = GlobalArguments &
  RuleArguments &
  NormalizeArguments &
  ReadArguments &
  ArchiveArguments & { readonly source: string; readonly 'drop-segments': boolean };

export const pack: VerbModule = {
  positionals: { source: { type: 'string', describe: SOURCE_TEXT, demandOption: true } },
  options: {
    ...ARCHIVE_OPTIONS,
    'drop-segments': {
      type: 'boolean',
      default: false,
      describe: 'Leave out the early archives of the source',
    },
    ...RULE_OPTIONS,
    ...NORMALIZE_OPTIONS,
    ...READ_OPTIONS,
  },
  examples: [
    ['pack rootfs -o rootfs.cpio.xz', 'write a normalized, compressed archive'],
    ['pack in.tar.gz -o out.cpio.xz', 'from an archive, not unpacked'],
    ['pack rootfs -o - > rootfs.cpio', 'uncompressed, to a pipe or file'],
    ['pack rootfs -o initrd.cpio.xz --init /sbin/init', 'an archive that the kernel starts from'],
  ],
  run: (args, terminal) => runPack(args as unknown as PackArguments, terminal),
};

async function runPack(args: PackArguments, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const format = formatOf(args.output, args.format);
  const jobs = parseJobs(args.jobs);
  const { number: levelNumber, level } = parseLevel(args.level);
  if (args.output === '-' && terminal.isOutTerminal) {
    throw new StillrootError('output-refused', 'is a terminal', {
      where: 'standard output',
      hint: 'Redirect it, or name a file.',
    });
  }
  const option = args.segment === undefined ? undefined : readEarlySegment(args.segment);
  const hashes = await loadPathHashes();
  const opener = sourceOpener(args, terminal);
  const { plan, distro } = await preparePlan(args, terminal, hashes.forInode, opener);
  try {
    const early = args['drop-segments'] ? undefined : earlyArchives(plan.source);
    const segment = joinSegments(option, early);
    if (args.output !== '-') refuseOutputInside(args.source, args.output);
    warnOfFakedRoot(plan, args.owner);
    refuseWarnings(plan, args.strict);
    // Nothing of standard output can be taken back, and a reader that stalls must not keep a signal waiting.
    const run = args.output === '-' ? withoutSignals : withSignals;
    const result = await run((signal) =>
      withProgress(args, terminal, plan, (onProgress) =>
        packArchive(plan.counted(), plan.source, openSink(args), {
          format,
          level,
          jobs,
          hashes,
          signal,
          onProgress,
          ...(segment === undefined ? {} : { segment }),
        }),
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    printReport(args, terminal, { plan, distro, result, format, level: levelNumber, seconds, early });
    return EXIT_OK;
  } finally {
    plan.source.close();
  }
}

/** What an archive begins with before the kernel can decompress anything. */
function earlyArchives(source: Source): EarlyArchives | undefined {
  if (!(source instanceof ArchiveSource) || source.early.count === 0) return undefined;
  const { count, entries } = source.early;
  return { count, entries, bytes: source.readEarly() };
}

/** That of the option goes first: of two files of one name the kernel takes the first for microcode. */
function joinSegments(option: Buffer | undefined, early: EarlyArchives | undefined): Buffer | undefined {
  if (early === undefined) return option;
  const padding = Buffer.alloc(paddingAfter(early.bytes.length));
  return Buffer.concat([...(option === undefined ? [] : [option]), early.bytes, padding]);
}

function openSink({ output, force }: PackArguments): Sink {
  return output === '-' ? openStandardOutput() : openFileSink(output, force);
}

async function withProgress<T>(
  args: PackArguments,
  terminal: Terminal,
  plan: Plan,
  work: (onProgress: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const isWanted = args.progress ?? (terminal.isErrTerminal && !args.quiet && !terminal.env.CI);
  if (!isWanted) return work(() => {});
  const bar = new ProgressBar(terminal.progressStream, plan.contentBytes());
  try {
    return await work((bytes) => bar.update(bytes));
  } finally {
    bar.finish();
  }
}

export interface EarlyArchives {
  readonly count: number;
  readonly entries: number;
  readonly bytes: Buffer;
}

export interface PackReport {
  readonly plan: Plan;
  readonly distro: string;
  readonly result: PackResult;
  readonly format: ArchiveFormat;
  readonly level: number;
  readonly seconds: number;
  /** Of the source, that stand in front of the result as they are. */
  readonly early?: EarlyArchives | undefined;
}

function printReport(args: PackArguments, terminal: Terminal, report: PackReport): void {
  // With the archive on standard output, the report has to go where messages go.
  const toErr = args.output === '-';
  const print = toErr ? terminal.err : terminal.out;
  if (args.json) {
    print(`${JSON.stringify(packDocument(report), null, 2)}\n`);
    return;
  }
  if (args.quiet) {
    printSecrets(args, terminal, report.plan);
    return;
  }
  const paint = makePaint(args.color, terminal, toErr ? terminal.isErrTerminal : terminal.isOutTerminal);
  print(packSummary(args.source, args.output, report, args.verbose, paint));
}
