import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { StillrootError } from '../errors.ts';
import type { LabRequest } from '../lab/messages.ts';
import type { LabResult } from '../lab/result.ts';
import { selectDimensions, selectPackers } from '../lab/select.ts';
import { startLab } from '../lab/start-lab.ts';
import type { GlobalArguments } from './arguments.ts';
import { benchDocument } from './bench-document.ts';
import { listDocument, listReport } from './bench-list.ts';
import { BenchProgress } from './bench-progress.ts';
import { benchReport } from './bench-report.ts';
import { parseReports, writeReports } from './bench-reports.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { parseEpoch, parseWhole } from './numbers.ts';
import { NORMALIZE_OPTIONS, RULE_OPTIONS } from './options.ts';
import { READ_OPTIONS, type ReadArguments, readOptions, SOURCE_TEXT } from './read-options.ts';
import { withSignals } from './signals.ts';
import { makePaint, type Terminal } from './terminal.ts';
import type { VerbModule } from './verb.ts';

export type BenchArguments = GlobalArguments &
  ReadArguments & {
    readonly source?: string;
    readonly list: boolean;
    readonly dimension?: readonly string[];
    readonly packers?: readonly string[];
    readonly packer?: readonly string[];
    readonly quick: boolean;
    readonly seed: string;
    readonly against?: string;
    readonly rounds?: string;
    readonly report?: readonly string[];
    readonly scratch?: string;
    readonly 'variant-path'?: string;
    readonly 'source-date-epoch'?: string;
    readonly 'cross-mounts': boolean;
  };

const MAX_SEED = 0xffff_ffff;
const MAX_ROUNDS = 1000;
/** Enough for a median that one disturbed round does not move. */
const ROUNDS = 5;

export const bench: VerbModule = {
  positionals: { source: { type: 'string', describe: SOURCE_TEXT } },
  options: {
    list: { type: 'boolean', default: false, describe: 'List dimensions and packers, and run nothing' },
    dimension: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Vary only this, by id or with * in it; repeatable',
    },
    packers: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Run only this packer, by id or with * in it; repeatable',
    },
    packer: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: "Run yours too: 'NAME=command {root} {out}'; repeatable",
    },
    quick: { type: 'boolean', default: false, describe: 'Only dimensions and packers that tell most' },
    seed: {
      type: 'string',
      default: '1',
      requiresArg: true,
      describe: 'What is shuffled, and varied all at once',
    },
    against: {
      type: 'string',
      requiresArg: true,
      describe: 'Compare time, memory and size with this packer, in rounds',
    },
    rounds: {
      type: 'string',
      requiresArg: true,
      describe: `Rounds for figures (with --against ${ROUNDS}, else none)`,
    },
    report: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'html=FILE or md=FILE: write a report too; repeatable',
    },
    scratch: {
      type: 'string',
      requiresArg: true,
      describe: 'Directory for copies of the tree (default: $TMPDIR)',
    },
    'variant-path': {
      type: 'string',
      requiresArg: true,
      describe: 'Directory of other versions of tools (node too), to run packers with as well',
    },
    'source-date-epoch': {
      ...NORMALIZE_OPTIONS['source-date-epoch'],
      describe: 'Default: $SOURCE_DATE_EPOCH, else the middle of the times in the tree',
    },
    'cross-mounts': { ...RULE_OPTIONS['cross-mounts'] },
    ...READ_OPTIONS,
  },
  examples: [
    ['bench rootfs', 'which packers give one archive, whatever varies; exit status 1 if one does not'],
    ["bench rootfs --packers stillroot --packer 'mine=./mkimage {root} {out}'", 'a packer of your own'],
    ['bench rootfs --quick --against stillroot --report html=bench.html', 'with speed, and a page of it'],
  ],
  run: (args, terminal) => runBench(args as unknown as BenchArguments, terminal),
};

async function runBench(args: BenchArguments, terminal: Terminal): Promise<number> {
  if (args.list) {
    const listed = {
      dimensions: selectDimensions(args.dimension ?? [], args.quick),
      packers: selectPackers(args.packers ?? [], args.quick, args.packer ?? []),
    };
    const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
    terminal.out(
      args.json ? `${JSON.stringify(listDocument(listed), null, 2)}\n` : listReport(listed, paint),
    );
    return EXIT_OK;
  }
  const request = parseRequest(args, terminal);
  const reports = parseReports(args.report ?? []);
  if (reports.length > 0) {
    const { checkTogether } = await import('../pack/sink-pair.ts');
    checkTogether(
      reports.map(({ file }) => file),
      true,
    );
  }
  const progress = BenchProgress.for(args, terminal);
  let result: LabResult;
  try {
    result = await withSignals((signal) =>
      startLab(request, {
        env: terminal.env,
        temporary: args.scratch ?? (terminal.env.TMPDIR || tmpdir()),
        signal,
        onProgress: (step) => progress?.update(step),
      }),
    );
  } finally {
    progress?.finish();
  }
  const document = benchDocument(result);
  await writeReports(reports, result, commandOf(args));
  if (args.json) terminal.out(`${JSON.stringify(document, null, 2)}\n`);
  else if (!args.quiet) {
    const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
    terminal.out(benchReport(result, args.verbose, paint, terminal.columns));
  }
  const ran = result.packers.filter(({ status }) => status !== 'skipped');
  return ran.every(({ holdsStill }) => holdsStill) ? EXIT_OK : EXIT_DIFFERS;
}

/** @throws usage for what cannot be, before anything is started */
function parseRequest(args: BenchArguments, terminal: Terminal): LabRequest {
  if (args.source === undefined) {
    throw new StillrootError('usage', 'bench needs a tree to pack', {
      hint: 'Name a directory or archive of a root filesystem; --list does without.',
    });
  }
  selectDimensions(args.dimension ?? [], args.quick);
  const packers = selectPackers(args.packers ?? [], args.quick, args.packer ?? []);
  if (args.against !== undefined && !packers.some(({ id }) => id === args.against)) {
    throw new StillrootError('usage', `${JSON.stringify(args.against)} is no packer that runs`, {
      where: '--against',
      hint: 'Name one of --list, and with --packers one of those.',
    });
  }
  const epoch = args['source-date-epoch'];
  const variable = terminal.env.SOURCE_DATE_EPOCH;
  return {
    source: args.source,
    limits: readOptions(args, terminal).limits,
    crossMounts: args['cross-mounts'],
    dimensions: args.dimension ?? [],
    packers: args.packers ?? [],
    ownPackers: args.packer ?? [],
    quick: args.quick,
    seed: parseWhole('--seed', args.seed, 0, MAX_SEED),
    epoch:
      epoch !== undefined
        ? parseEpoch('--source-date-epoch', epoch)
        : variable
          ? parseEpoch('SOURCE_DATE_EPOCH', variable)
          : null,
    rounds:
      args.rounds === undefined
        ? args.against === undefined
          ? 0
          : ROUNDS
        : parseWhole('--rounds', args.rounds, 0, MAX_ROUNDS),
    against: args.against ?? null,
    path: terminal.env.PATH ?? '',
    variantPath: parseVariantPath(args['variant-path']),
  };
}

/** @throws usage for what is no directory */
function parseVariantPath(path: string | undefined): string | null {
  if (path === undefined) return null;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return resolve(path);
  throw new StillrootError('usage', `${JSON.stringify(path)} is no directory`, {
    where: '--variant-path',
    hint: 'Name a directory with programs of the names that packers call, such as xz or node.',
  });
}

/** What to type for the same, but for where things are. */
function commandOf(args: BenchArguments): string[] {
  const repeated = (option: string, values: readonly string[] = []): string[] =>
    values.flatMap((value) => [option, value]);
  return [
    'stillroot',
    'bench',
    args.source ?? '',
    ...repeated('--dimension', args.dimension),
    ...repeated('--packers', args.packers),
    ...repeated('--packer', args.packer),
    ...(args.quick ? ['--quick'] : []),
    ...(args.seed === '1' ? [] : ['--seed', args.seed]),
    ...(args['variant-path'] === undefined ? [] : ['--variant-path', args['variant-path']]),
    ...(args.against === undefined ? [] : ['--against', args.against]),
    ...(args.rounds === undefined ? [] : ['--rounds', args.rounds]),
  ];
}
