import { StillrootError } from '../errors.ts';
import type { ManifestBootstrap } from '../manifest/manifest.ts';
import { ATTEST_OPTIONS } from './attest-output.ts';
import { BOOTSTRAP_OPTIONS, type BootstrapArguments, bootstrapped, requestedBootstrap } from './bootstrap.ts';
import { EXIT_OK } from './exit.ts';
import type { ManifestContext } from './image-manifest.ts';
import { epochOf } from './numbers.ts';
import {
  ARCHIVE_OPTIONS,
  CACHE_OPTIONS,
  MANIFEST_OPTIONS,
  NORMALIZE_OPTIONS,
  RULE_OPTIONS,
} from './options.ts';
import { OS_PACKAGE_OPTIONS } from './os-package-output.ts';
import { choosePacking, type PackArguments, type PackedArchive, packArchive } from './pack-archive.ts';
import { READ_OPTIONS, SOURCE_TEXT } from './read-options.ts';
import { packDocument, packSummary, printSecrets } from './report.ts';
import { withSignals } from './signals.ts';
import { makePaint, type Terminal } from './terminal.ts';
import type { VerbModule } from './verb.ts';

export const pack: VerbModule = {
  positionals: { source: { type: 'string', describe: `${SOURCE_TEXT}; none with --bootstrap` } },
  options: {
    ...ARCHIVE_OPTIONS,
    ...BOOTSTRAP_OPTIONS,
    'drop-segments': {
      type: 'boolean',
      default: false,
      describe: 'Leave out the early archives and the boot configuration of the source',
    },
    ...CACHE_OPTIONS,
    ...MANIFEST_OPTIONS,
    ...ATTEST_OPTIONS,
    ...OS_PACKAGE_OPTIONS,
    ...RULE_OPTIONS,
    ...NORMALIZE_OPTIONS,
    ...READ_OPTIONS,
  },
  examples: [
    ['pack rootfs -o rootfs.cpio.xz', 'write a normalized archive'],
    ['pack in.tar.gz -o out.cpio.xz', 'from an archive, not unpacked'],
    ['pack rootfs -o - > rootfs.cpio', 'uncompressed, to a pipe or file'],
    ['pack rootfs -o initrd.cpio.xz --init /sbin/init', 'an archive that the kernel starts from'],
    ["pack --bootstrap 'debootstrap bookworm {root}' -o r.cpio.xz", 'make the tree, pack it, remove it'],
    ['pack --bootstrap mmdebstrap:bookworm -o r.cpio.xz', 'by a builder that is known'],
  ],
  run: (args, terminal, given) => runPack(args as unknown as Arguments, terminal, given),
};

type Arguments = Omit<PackArguments, 'source'> & BootstrapArguments & { readonly source?: string };

async function runPack(args: Arguments, terminal: Terminal, given: ReadonlySet<string>): Promise<number> {
  const started = performance.now();
  const source = sourceOf(args);
  const seconds = (): number => (performance.now() - started) / 1000;
  if (source !== undefined) {
    const packed = await packAndClose({ ...args, source }, terminal, { given });
    printReport({ ...args, source }, terminal, { ...packed, seconds: seconds() });
    return EXIT_OK;
  }
  // Whatever is wrong with the options is said before a command runs for minutes.
  choosePacking(args, terminal);
  const request = args.bootstrap ?? '';
  const epoch = epochOf(args['source-date-epoch'], terminal.env.SOURCE_DATE_EPOCH);
  const bootstrap = requestedBootstrap(request, args, epoch, terminal);
  const packed = await withSignals((signal, again) =>
    bootstrapped(bootstrap, args, terminal, { signal, again }, (tree) =>
      packAndClose({ ...args, source: tree }, terminal, { given, bootstrap }, signal),
    ),
  );
  printReport({ ...args, source: request }, terminal, { ...packed, bootstrap, seconds: seconds() });
  return EXIT_OK;
}

/** Undefined where a command makes it. */
function sourceOf({ source, bootstrap, 'bootstrap-env': env }: Arguments): string | undefined {
  const hint = 'See stillroot pack --help.';
  if (bootstrap === undefined) {
    if (source === undefined) {
      throw new StillrootError('usage', 'an argument is missing, wanted pack <source>', { hint });
    }
    if (env === undefined) return source;
    throw new StillrootError('usage', 'is for the command of --bootstrap', {
      where: '--bootstrap-env',
      hint,
    });
  }
  if (source === undefined) return undefined;
  throw new StillrootError('usage', 'makes the tree itself, so there can be no source', {
    where: '--bootstrap',
    hint: 'Give one of them.',
  });
}

/** The report needs what is in memory only. */
async function packAndClose(
  args: PackArguments,
  terminal: Terminal,
  context: ManifestContext,
  signal?: AbortSignal,
): Promise<PackedArchive> {
  const packed = await packArchive(args, terminal, context, signal);
  packed.plan.source.close();
  return packed;
}

export interface PackReport extends Omit<PackedArchive, 'manifest'> {
  readonly seconds: number;
  /** The command that made the tree. */
  readonly bootstrap?: ManifestBootstrap;
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
