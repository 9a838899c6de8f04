import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { READ_OPTIONS, SOURCE_TEXT } from '../app/work-options.ts';
import type { BenchDocument, BenchListDocument } from '../documents/bench.ts';
import { StillrootError } from '../errors.ts';
import { ENCODER } from '../formats/encoders.ts';
import type { Dimension } from '../lab/dimension.ts';
import type { Packer } from '../lab/packer.ts';
import { PACKERS } from '../lab/packers.ts';
import type { DimensionResult, LabResult, PackerResult } from '../lab/result.ts';
import { DIMENSIONS, selectDimensions, selectPackers } from '../lab/select.ts';
import { type LabRequest, startLab } from '../lab/start-lab.ts';
import { benchList, benchReport } from '../report/bench.ts';
import { flag, list, parsed, text } from '../settings/option.ts';
import { parseEpoch, parseWhole } from '../settings/parse-values.ts';
import { IMAGE_OPTIONS, TREE_OPTIONS } from '../settings/resolve.ts';
import { isDirectory } from '../system/files.ts';
import { plural } from '../text/format.ts';
import { PROFILE, toolVersion } from '../versions.ts';
import { EXIT_DIFFERS, EXIT_OK, withSignals } from './exit.ts';
import { labStep, withProgress } from './progress.ts';
import { parseReport } from './report-files.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, type VerbModule, word } from './verb.ts';

const SEED = 1;
const MAX_SEED = 0xffff_ffff;
const MAX_ROUNDS = 1000;
/** Enough for a median that is not affected by one disturbed round. */
const ROUNDS = 5;

const POSITIONALS = { source: word(SOURCE_TEXT, { completes: 'input', unless: 'list' }) };
const packerIds = (): readonly string[] => PACKERS.map(({ id }) => id);

const OPTIONS = {
  list: flag({ option: 'list', group: 'Reports', text: 'List dimensions and packers without running any' }),
  dimension: list({
    option: 'dimension',
    group: 'Runs',
    metavar: 'ID',
    completes: () => DIMENSIONS.map(({ id }) => id),
    text: 'Vary only this dimension, by id or glob; repeatable',
  }),
  packers: list({
    option: 'packers',
    group: 'Runs',
    metavar: 'ID',
    completes: packerIds,
    text: 'Run only this packer, by id or glob; repeatable',
  }),
  packer: list({
    option: 'packer',
    group: 'Runs',
    metavar: 'NAME=COMMAND',
    text: "Also run your own packer: 'NAME=command {root} {out}'; repeatable",
  }),
  quick: flag({ option: 'quick', group: 'Runs', text: 'Only the most revealing dimensions and packers' }),
  seed: parsed(
    { option: 'seed', group: 'Runs', metavar: 'N', text: 'Random seed', defaultText: String(SEED) },
    (given, where) => (given === undefined ? SEED : parseWhole(where, given, 0, MAX_SEED)),
  ),
  against: text({
    option: 'against',
    group: 'Runs',
    metavar: 'PACKER',
    completes: packerIds,
    text: 'Measure time, memory and size relative to this packer',
  }),
  rounds: parsed(
    {
      option: 'rounds',
      group: 'Runs',
      metavar: 'N',
      text: 'Rounds of measurement',
      defaultText: `${ROUNDS} with --against, else none`,
    },
    (given, where) => (given === undefined ? undefined : parseWhole(where, given, 0, MAX_ROUNDS)),
  ),
  report: list(
    {
      option: 'report',
      group: 'Reports',
      metavar: 'FORMAT=FILE',
      completes: () => ['html=', 'md='],
      text: 'Also write a report, to html=FILE or md=FILE; repeatable',
    },
    (given) => given.map((text) => parseReport(text, ['html', 'md'])),
  ),
  scratch: text({
    option: 'scratch',
    group: 'Runs',
    metavar: 'DIR',
    completes: 'directory',
    text: 'Directory for copies of the tree (default: $TMPDIR)',
  }),
  variantPath: text({
    option: 'variant-path',
    group: 'Runs',
    metavar: 'DIR',
    completes: 'directory',
    text: 'Also run packers with the tools in this directory (such as another xz or node)',
  }),
  epoch: {
    ...TREE_OPTIONS.epoch,
    text: 'SOURCE_DATE_EPOCH for every packer',
    defaultText: '$SOURCE_DATE_EPOCH, else the median time in the tree',
  },
  crossMounts: TREE_OPTIONS.crossMounts,
  ...IMAGE_OPTIONS,
  ...READ_OPTIONS,
};
type BenchArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const bench: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['bench rootfs', 'which packers are reproducible; exit status 1 if one is not'],
    ["bench rootfs --packers stillroot --packer 'mine=./mkimage {root} {out}'", 'test your own packer'],
    ['bench rootfs --quick --against stillroot --report html=bench.html', 'with speed, and an HTML report'],
  ],
  run: runBench,
});

async function runBench(args: BenchArguments, terminal: Terminal): Promise<Outcome> {
  if (args.list) {
    const chosen = selectDimensions(args.dimension, args.quick);
    const packers = selectPackers(args.packers, args.quick, args.packer);
    return {
      ...{ status: EXIT_OK, isAnswer: true },
      document: () => listDocument(chosen, packers),
      report: () => benchList(chosen, packers),
    };
  }
  const request = parseRequest(args, terminal);
  if (args.report.length > 0) {
    const { checkTogether } = await import('../pack/sink-pair.ts');
    checkTogether(
      args.report.map(({ file }) => file),
      true,
    );
  }
  const result = await withProgress(args, terminal, runsText(args), (show) =>
    withSignals((signal) =>
      startLab(request, {
        env: terminal.env,
        temporary: args.scratch ?? (terminal.env.TMPDIR || tmpdir()),
        signal,
        onProgress: (progress) => show(labStep(progress)),
      }),
    ),
  );
  await writeReports(args, result);
  const ran = result.packers.filter(({ status }) => status !== 'skipped');
  return {
    status: ran.every(({ holdsStill }) => holdsStill) ? EXIT_OK : EXIT_DIFFERS,
    document: () => benchDocument(result),
    report: () => benchReport(result, args.verbose),
  };
}

/** What is about to be done; packers that are missing here count. */
function runsText(args: BenchArguments): string {
  const dimensions = selectDimensions(args.dimension, args.quick).length;
  const packers = selectPackers(args.packers, args.quick, args.packer).length;
  const runs = packers * (dimensions + 3 + (args.rounds ?? (args.against === undefined ? 0 : ROUNDS)));
  return `starting: ${plural(packers, 'packer')}, ${plural(dimensions, 'variation')}, at most ${plural(runs, 'run')}`;
}

/** Each replaces an older one, once all of them are written. Only loaded for a report: most runs write none. */
async function writeReports(args: BenchArguments, result: LabResult): Promise<void> {
  if (args.report.length === 0) return;
  const { writeTogether } = await import('../pack/sink-pair.ts');
  const { benchHtml, benchMarkdown } = await import('../report/bench-page.ts');
  const writers = { html: benchHtml, md: benchMarkdown };
  const files = args.report.map(({ format, file }) => ({
    path: file,
    text: writers[format](result, commandOf(args)),
  }));
  writeTogether(files, true);
}

/** @throws usage for impossible requests, before anything is started */
function parseRequest(args: BenchArguments, terminal: Terminal): LabRequest {
  selectDimensions(args.dimension, args.quick);
  const packers = selectPackers(args.packers, args.quick, args.packer);
  if (args.against !== undefined && !packers.some(({ id }) => id === args.against)) {
    throw new StillrootError('usage', `${JSON.stringify(args.against)} is not a selected packer`, {
      where: '--against',
      hint: 'See --list (and --packers).',
    });
  }
  const { env } = terminal;
  const variable = env.SOURCE_DATE_EPOCH;
  return {
    source: args.source ?? '',
    limits: args.limit,
    crossMounts: args.crossMounts,
    image: args.image,
    platform: args.platform,
    dimensions: args.dimension,
    packers: args.packers,
    ownPackers: args.packer,
    quick: args.quick,
    seed: args.seed,
    epoch: args.epoch ?? (variable ? parseEpoch('SOURCE_DATE_EPOCH', variable) : null),
    rounds: args.rounds ?? (args.against === undefined ? 0 : ROUNDS),
    against: args.against ?? null,
    path: env.PATH ?? '',
    variantPath: parseVariantPath(args.variantPath),
  };
}

/** @throws usage for anything but a directory */
function parseVariantPath(path: string | undefined): string | null {
  if (path === undefined) return null;
  if (isDirectory(path)) return resolve(path);
  throw new StillrootError('usage', `${JSON.stringify(path)} is not a directory`, {
    where: '--variant-path',
    hint: 'Name a directory with programs that packers call, such as xz or node.',
  });
}

/** What to type for the same run, except for paths. */
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
    ...(args.seed === SEED ? [] : ['--seed', String(args.seed)]),
    ...(args.variantPath === undefined ? [] : ['--variant-path', args.variantPath]),
    ...(args.against === undefined ? [] : ['--against', args.against]),
    ...(args.rounds === undefined ? [] : ['--rounds', String(args.rounds)]),
  ];
}

/** What `bench --json` prints about a run. */
export function benchDocument(result: LabResult): BenchDocument {
  const { source, entries, bytes, epoch, seed, place, host, together, notes } = result;
  return {
    schema: 'stillroot/bench/1',
    source,
    entries,
    bytes,
    epoch,
    seed,
    version: { stillroot: toolVersion(), profile: PROFILE, encoder: ENCODER },
    host,
    filesystem: place,
    notes,
    dimensions: result.dimensions.map(dimensionDocument),
    together,
    packers: result.packers.map(packerDocument),
  };
}

function dimensionDocument({
  id,
  kind,
  about,
  how,
  equality,
  status,
  reason,
  seen,
  facts,
  command,
}: DimensionResult): BenchDocument['dimensions'][number] {
  return {
    id,
    kind,
    about,
    how,
    equality,
    ran: status === 'ran',
    skipped: status === 'skipped' ? reason : null,
    noEffect: status === 'no-effect' ? reason : null,
    seen,
    differs: facts,
    command,
  };
}

function packerDocument(packer: PackerResult): BenchDocument['packers'][number] {
  const { id, about, source, command, versions, status, reason, digests, figures, ratios, cells, together } =
    packer;
  return {
    name: id,
    about,
    source,
    command,
    version: versions,
    ran: status === 'ran',
    skipped: status === 'skipped' ? reason : null,
    failed: status === 'failed' ? reason : null,
    holdsStill: packer.holdsStill,
    stable: packer.stable,
    digests,
    output: packer.output,
    distinctRaw: packer.distinctRaw,
    distinctCompressed: packer.distinctCompressed,
    splitBy: packer.splitBy,
    because: packer.because,
    failedOn: packer.failedOn,
    ignored: packer.ignored,
    lossy: packer.lossy,
    losses: packer.losses,
    writesToTree: packer.writesToTree,
    wall: figures?.wall ?? null,
    cpu: figures?.cpu ?? null,
    memory: figures?.memory ?? null,
    size: figures?.size ?? null,
    runs: figures?.runs ?? null,
    ratios,
    cells,
    together,
  };
}

/** What `bench --list --json` prints. */
function listDocument(dimensions: readonly Dimension[], packers: readonly Packer[]): BenchListDocument {
  return {
    schema: 'stillroot/bench-list/1',
    dimensions: dimensions.map(({ id, kind, about, how, equality }) => ({ id, kind, about, how, equality })),
    packers: packers.map(({ id, about, source, command, programs }) => ({
      id,
      about,
      source,
      command,
      programs,
    })),
  };
}
