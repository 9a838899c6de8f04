/** The results of `bench`, for a terminal, and the wording of all its reports. */
import type { Cell, DimensionResult, LabResult, Loss, PackerResult, Spread } from '../lab/result.ts';
import { formatBytes, formatCount, plural } from '../text/format.ts';
import {
  type Block,
  bad,
  GAP,
  good,
  indented,
  line,
  paragraph,
  quiet,
  type Run,
  strong,
  type Text,
  table,
  warn,
} from './document.ts';

/** Reasons shown below a packer; -v shows all. */
const TOP_REASONS = 5;
/** Skipped dimensions that are named; -v names all. */
const TOP_SKIPPED = 4;

/** The report of `bench` for a terminal; `verbose` is how often `-v` was given. */
export function benchReport(result: LabResult, verbose: number): Block[] {
  const { source, together, seed, notes } = result;
  const all = together.length === 0 ? '' : `; ${together.length} of them at once (seed ${seed})`;
  return [
    line(strong(source), `: ${sourceText(result)}`),
    line(dimensionCounts(result), all),
    ...notes.map((note) => line(warn('note'), `: ${note}`)),
    GAP,
    ...packerLines(result, verbose),
    ...ratioLines(result),
    ...dimensionLines(result, verbose),
    ...(verbose > 0 ? result.packers.flatMap(cellLines) : []),
  ];
}

function packerLines({ packers }: LabResult, verbose: number): Block[] {
  const ran = packers.filter(({ status }) => status !== 'skipped');
  const head = ['packer', 'verdict', 'archives', 'files', ...FIGURES];
  const rows = ran.map((packer) => [
    packer.id,
    verdictOf(packer),
    ...countCells(packer),
    ...figureCells(packer),
  ]);
  const below = ran.map((packer) => reasonsOf(packer, verbose));
  const skipped = packers.filter(({ status }) => status === 'skipped');
  const named = skipped.map(({ id, reason }) => `${id} (${reason})`).join(', ');
  return [
    table(head, rows, { numbers: [2, 3, 4, 5, 6, 7], below }),
    ...(skipped.length === 0
      ? []
      : [GAP, paragraph(`${plural(skipped.length, 'packer')} skipped: ${named}`)]),
  ];
}

function reasonsOf(packer: PackerResult, verbose: number): string[] {
  const { status, reason, losses, together, versions } = packer;
  if (status === 'failed') return [reason ?? ''];
  const split = splitText(packer, verbose > 0 ? Number.POSITIVE_INFINITY : TOP_REASONS);
  return [
    ...(split === '' ? [] : [`depends on ${split}`]),
    ...losses.filter(({ onPurpose }) => !onPurpose || verbose > 0).map(lossText),
    ...remarksOf(packer),
    ...(together?.outcome === 'failed' ? [`fails on all at once: ${together.message}`] : []),
    ...(verbose > 0 && Object.keys(versions).length > 0 ? [versionsText(packer)] : []),
  ];
}

function ratioLines(result: LabResult): Block[] {
  const { against, rows } = ratioRows(result);
  if (against === undefined) return [];
  const rounds = plural(result.packers.find(({ ratios }) => ratios !== null)?.figures?.runs ?? 0, 'run');
  return [
    GAP,
    line(`times ${against}, median of turns (lowest to highest), ${rounds} each`),
    indented(table(['packer', ...FIGURES], rows)),
  ];
}

function dimensionLines({ dimensions }: LabResult, verbose: number): Block[] {
  const of = (wanted: DimensionResult['status']): DimensionResult[] =>
    dimensions.filter(({ status }) => status === wanted);
  const skipped = of('skipped');
  const shown = verbose > 0 ? skipped : skipped.slice(0, TOP_SKIPPED);
  const hidden = skipped.length - shown.length;
  const blocks = [
    ...of('no-effect').map(({ id, reason }) => paragraph(warn('no effect'), `: ${id}: ${reason}`)),
    ...shown.map(({ id, reason }) => paragraph(`skipped: ${id}: ${reason}`)),
    ...(hidden === 0 ? [] : [line(`and ${hidden} more (-v shows all)`)]),
    ...(verbose > 0
      ? [
          GAP,
          table(
            [],
            of('ran').map(({ id, seen }) => [id, seen ?? '']),
          ),
        ]
      : []),
  ];
  return blocks.length === 0 ? [] : [GAP, ...blocks];
}

/** Every difference, each with the first thing that differs. */
function cellLines({ id, cells, together }: PackerResult): Block[] {
  const told = [...cells, ...(together === null ? [] : [together])].filter(
    ({ outcome }) => !['same', 'none', 'follows', 'no-effect'].includes(outcome),
  );
  if (told.length === 0) return [];
  const blocks = told.flatMap((cell) => {
    const { difference, explainedBy, message, dimension } = cell;
    const why = explainedBy === null ? '' : ` as ${explainedBy}`;
    return [
      line(cellOf(cell), `${why}: ${dimension}`),
      indented(
        ...(message === null ? [] : [paragraph(message)]),
        ...(difference === null
          ? []
          : [paragraph(`${differenceText(difference)}: ${difference.lines.join(' ')}`)]),
      ),
    ];
  });
  return [GAP, line(strong(id)), indented(...blocks)];
}

/** What `bench --list` prints. */
export function benchList(
  dimensions: readonly { readonly id: string; readonly about: string }[],
  packers: readonly { readonly id: string; readonly about: string }[],
): Block[] {
  const rows = (each: typeof packers): Block =>
    indented(
      table(
        [],
        each.map(({ id, about }) => [id, about]),
      ),
    );
  return [line(strong('dimensions')), rows(dimensions), GAP, line(strong('packers')), rows(packers)];
}

/** How good or bad a packer is; the text says the same as the colour. */
export function verdictOf(packer: PackerResult): Run {
  if (packer.status === 'skipped') return quiet('skipped');
  if (packer.status === 'failed') return bad('failed');
  if (packer.lossy) return bad('loses content');
  if (!packer.stable) return bad('never the same');
  if (packer.distinctRaw > 1) return bad(plural(packer.distinctRaw, 'archive'));
  if (packer.distinctCompressed > 1) {
    return bad(`${plural(packer.distinctCompressed, 'file')} of one archive`);
  }
  if (packer.failedOn.length > 0 || packer.together?.outcome === 'failed') return warn('fails sometimes');
  return good('reproducible');
}

/** A cell of the matrix of packers and dimensions. */
export function cellOf({ outcome, explainedBy }: Cell): Run {
  switch (outcome) {
    case 'same':
      return good('same');
    case 'raw':
      return explainedBy === null ? bad('differs') : warn('same cause');
    case 'compressed':
      return explainedBy === null ? bad('compressed differently') : warn('compressed differently');
    case 'failed':
      return warn('fails');
    case 'unstable':
      return quiet('unstable');
    case 'follows':
      return good('follows');
    case 'ignores':
      return warn('ignores');
    case 'no-effect':
      return quiet('no effect');
    case 'none':
      return quiet('-');
  }
}

/** What a packer records in the archive, or is affected by; '' if nothing splits it. */
export function splitText({ because, splitBy }: PackerResult, limit: number): string {
  // A dimension of the process is its own reason.
  const named = [...because, ...splitBy.filter((id) => !id.startsWith('tree/'))];
  const shown = named.slice(0, limit).join(', ');
  return named.length > limit ? `${shown} and ${named.length - limit} more` : shown;
}

/** What a packer loses, as a clause. */
export function lossText({ what, count, example, onPurpose }: Loss): string {
  if (what === 'unreadable') return `the archive cannot be read: ${example}`;
  return `loses ${what} of ${plural(count, 'entry', 'entries')}${onPurpose ? ', on purpose' : ''}: ${example}`;
}

/** Further remarks about a packer, in every report. */
export function remarksOf({ failedOn, ignored, writesToTree }: PackerResult): string[] {
  return [
    ...(failedOn.length === 0 ? [] : [`fails on ${failedOn.join(', ')}`]),
    ...(ignored.length === 0 ? [] : [`ignores ${ignored.join(', ')}`]),
    ...(writesToTree ? ['writes to the tree that it packs'] : []),
  ];
}

/** Where two archives first differ: the field, and the path where there is one. */
export function differenceText({ title, path }: NonNullable<Cell['difference']>): string {
  return `${title}${path === null ? '' : ` (${path})`}`;
}

/** How many dimensions were tested, and how many could not be. */
export function dimensionCounts({ dimensions }: LabResult): string {
  const count = (status: DimensionResult['status']): number =>
    dimensions.filter((dimension) => dimension.status === status).length;
  return `${plural(count('ran'), 'dimension')} varied, ${formatCount(count('skipped'))} skipped, ${formatCount(count('no-effect'))} without effect`;
}

/** Size of the source and the epoch, in one line. */
export function sourceText({ entries, bytes, epoch }: LabResult): string {
  return `${plural(entries, 'entry', 'entries')}, ${formatBytes(bytes)}, SOURCE_DATE_EPOCH ${epoch}`;
}

/** Programs of a packer with their versions. */
export function versionsText({ versions }: PackerResult): string {
  return Object.entries(versions)
    .map(([program, version]) => `${program} ${version}`)
    .join(', ');
}

/** Column heads of the measurements. */
export const FIGURES: readonly string[] = ['wall', 'CPU', 'memory', 'size'];

/** Numbers of distinct archives and files; '' for a packer that failed. */
function countCells({ status, distinctRaw, distinctCompressed }: PackerResult): string[] {
  return status === 'failed' ? ['', ''] : [String(distinctRaw), String(distinctCompressed)];
}

/** '' for anything not measured. */
export function figureCells({ figures }: PackerResult): string[] {
  if (figures === null) return FIGURES.map(() => '');
  const { wall, cpu, memory, size } = figures;
  const used = memory === null ? '' : formatBytes(memory.median);
  return [formatTime(wall.median), formatTime(cpu.median), used, formatBytes(size)];
}

/** Ratios of packers that were compared with the packer `against`; undefined for none. */
export function ratioRows({ packers }: LabResult): {
  readonly against: string | undefined;
  readonly rows: readonly (readonly Text[])[];
} {
  const compared = packers.flatMap(({ id, ratios }) => (ratios === null ? [] : [{ id, ratios }]));
  const rows = compared.map(({ id, ratios: { wall, cpu, memory, size } }) => {
    const used = memory === null ? '' : formatRatio(memory);
    return [id, formatRatio(wall), formatRatio(cpu), used, digits(size)];
  });
  return { against: compared[0]?.ratios.against, rows };
}

/** Short runs need more digits. */
export function formatTime(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

function formatRatio({ median, low, high }: Spread): string {
  return `${digits(median)} (${digits(low)} to ${digits(high)})`;
}

function digits(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 0);
}
