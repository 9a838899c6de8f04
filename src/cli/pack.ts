import { availableParallelism } from 'node:os';
import { StillrootError } from '../errors.ts';
import { readEarlySegment } from '../pack/early-segment.ts';
import { refuseOutputInside } from '../pack/output-place.ts';
import { type ArchiveFormat, type PackResult, pack as packArchive } from '../pack/pack.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { openFileSink, openStandardOutput, type Sink } from '../pack/sink.ts';
import type { Plan } from '../plan/plan.ts';
import { DEFAULT_LEVEL, LEVELS, type Level } from '../xz/levels.ts';
import type { ArchiveArguments, GlobalArguments, NormalizeArguments, RuleArguments } from './arguments.ts';
import { EXIT_OK } from './exit.ts';
import { parseWhole } from './numbers.ts';
import { ARCHIVE_OPTIONS, NORMALIZE_OPTIONS, RULE_OPTIONS } from './options.ts';
import { preparePlan, refuseWarnings } from './prepare.ts';
import { ProgressBar } from './progress.ts';
import { packDocument, packSummary, printSecrets } from './report.ts';
import { withoutSignals, withSignals } from './signals.ts';
import { makePaint, type Terminal } from './terminal.ts';
import type { VerbModule } from './verb.ts';

export type PackArguments = GlobalArguments &
  RuleArguments &
  NormalizeArguments &
  ArchiveArguments & { readonly source: string };

/** More threads than this only take memory. */
const MAX_JOBS = 256;

export const pack: VerbModule = {
  positionals: { source: { type: 'string', describe: 'Directory of a root filesystem', demandOption: true } },
  options: { ...ARCHIVE_OPTIONS, ...RULE_OPTIONS, ...NORMALIZE_OPTIONS },
  examples: [
    ['pack rootfs -o rootfs.cpio.xz', 'write a normalized, compressed archive'],
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
  const segment = args.segment === undefined ? undefined : readEarlySegment(args.segment);
  const hashes = await loadPathHashes();
  const { plan, distro } = await preparePlan(args, terminal, hashes.forInode);
  try {
    if (args.output !== '-') refuseOutputInside(args.source, args.output);
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
    printReport(args, terminal, { plan, distro, result, format, level: levelNumber, seconds });
    return EXIT_OK;
  } finally {
    plan.source.close();
  }
}

/** One encoder thread a core where nothing is said. */
export function parseJobs(jobs: string | undefined): number {
  return jobs === undefined ? availableParallelism() : parseWhole('--jobs', jobs, 1, MAX_JOBS);
}

export function parseLevel(text: string | undefined): { readonly number: number; readonly level: Level } {
  const number = text === undefined ? DEFAULT_LEVEL : parseWhole('--level', text, 0, LEVELS.length - 1);
  return { number, level: LEVELS[number]! };
}

/** What the option or the name says; anything unknown is refused, since a wrong guess would surprise at boot. */
export function formatOf(output: string, format?: ArchiveFormat): ArchiveFormat {
  if (output === '') {
    throw new StillrootError('usage', 'is empty', {
      where: '--output',
      hint: 'Name a file ending in .cpio or .cpio.xz.',
    });
  }
  if (format !== undefined) return format;
  if (output.endsWith('.xz') && !output.endsWith('.tar.xz')) return 'cpio.xz';
  if (output === '-' || output.endsWith('.cpio') || output.startsWith('/dev/')) return 'cpio';
  throw new StillrootError('usage', 'ends neither in .cpio nor in .cpio.xz', {
    where: output,
    hint: 'The name decides the format: use .cpio or .cpio.xz, or say it with --format.',
  });
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

export interface PackReport {
  readonly plan: Plan;
  readonly distro: string;
  readonly result: PackResult;
  readonly format: ArchiveFormat;
  readonly level: number;
  readonly seconds: number;
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
