/** The results of `bench`, for files: the same in Markdown and HTML, except for the latter's bars. */
import type { DimensionResult, Figures, LabResult, PackerResult } from '../lab/result.ts';
import { quoteWords } from '../lab/shell.ts';
import { formatBytes, plural } from '../text/format.ts';
import {
  cellOf,
  countCells,
  differenceText,
  dimensionCounts,
  FIGURES,
  figureCells,
  formatTime,
  lossText,
  ratioRows,
  remarksOf,
  sourceText,
  splitText,
  verdictOf,
  versionsText,
} from './bench.ts';
import {
  type Block,
  BREAK,
  code,
  details,
  joined,
  lines,
  list,
  paragraph,
  quiet,
  section,
  strong,
  type Text,
  table,
  title,
  warn,
} from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

const TITLE = 'Determinism of packers';

/** @param command what to type to repeat it */
export function benchMarkdown(result: LabResult, command: readonly string[]): string {
  return renderMarkdown(benchPage(result, command));
}

/** @param command what to type to repeat it */
export function benchHtml(result: LabResult, command: readonly string[]): string {
  return renderHtml(TITLE, benchPage(result, command));
}

function benchPage(result: LabResult, command: readonly string[]): Block[] {
  const { together, seed, notes, packers } = result;
  const counts = `${dimensionCounts(result)}; ${together.length} of them once more all at once (seed ${seed})`;
  const differing = packers.flatMap(differences);
  return [
    title(TITLE),
    paragraph(`${sourceText(result)}. ${counts}.`),
    ...notes.map((note) => paragraph(warn('Note'), `: ${note}.`)),
    section('Verdicts', [verdicts(packers)]),
    section('Figures', figures(result)),
    section('Packers by dimensions', [list(LEGEND), matrix(result)]),
    ...(differing.length === 0 ? [] : [section('Where archives differ first', differing)]),
    section('What was varied', [dimensions(result)]),
    section('What was run', [commands(packers)]),
    section('How to repeat it', repeat(result, command)),
  ];
}

function verdicts(packers: readonly PackerResult[]): Block {
  const rows = packers.map((packer) => [
    code(packer.id),
    verdictOf(packer),
    ...(packer.status === 'ran' ? countCells(packer) : ['', '']),
    joined(remarks(packer), BREAK),
  ]);
  return table(['packer', 'verdict', 'archives', 'files', 'because of'], rows, { layout: 'stack' });
}

function remarks(packer: PackerResult): string[] {
  const { losses, together, reason } = packer;
  const split = splitText(packer, Number.POSITIVE_INFINITY);
  return [
    ...(reason === null ? [] : [reason]),
    ...(split === '' ? [] : [split]),
    ...losses.map(lossText),
    ...remarksOf(packer),
    ...(together?.outcome === 'failed' ? ['fails on all at once'] : []),
  ];
}

const BARS: readonly {
  readonly title: string;
  readonly value: (figures: Figures) => number | undefined;
  readonly format: (value: number) => string;
}[] = [
  { title: 'Wall time', value: ({ wall }) => wall.median, format: formatTime },
  { title: 'Processor time', value: ({ cpu }) => cpu.median, format: formatTime },
  { title: 'Peak memory', value: ({ memory }) => memory?.median, format: formatBytes },
  { title: 'Size of the archive', value: ({ size }) => size, format: formatBytes },
];

function figures(result: LabResult): Block[] {
  const measured = result.packers.filter((packer) => packer.figures !== null);
  const { against, rows } = ratioRows(result);
  return [
    table(
      ['packer', ...FIGURES],
      measured.map((packer) => [code(packer.id), ...figureCells(packer)]),
    ),
    ...BARS.flatMap(({ title: name, value, format }) => {
      const values = measured.flatMap(({ id, figures }) => {
        const found = figures === null ? undefined : value(figures);
        return found === undefined ? [] : [{ id, found }];
      });
      const highest = Math.max(...values.map(({ found }) => found)) || 1;
      const bars = values.map(({ id, found }) => [id, { text: '', share: found / highest }, format(found)]);
      return bars.length === 0 ? [] : [table([name, '', ''], bars, { layout: 'bars' })];
    }),
    ...(against === undefined
      ? []
      : [
          paragraph('Times ', code(against), ', median of turns (lowest to highest):'),
          table(['packer', ...FIGURES], rows),
        ]),
  ];
}

const LEGEND: readonly Text[] = [
  [strong('same'), ': as the control'],
  [strong('differs'), ': another archive'],
  [strong('differs too'), ': explained by another dimension, which varies less'],
  [strong('compressed differently'), ': the same archive in another file'],
  [strong('follows'), ', ', strong('ignores'), ': content that does change'],
];

function matrix({ dimensions, packers, together }: LabResult): Block {
  const ran = packers.filter(({ status }) => status === 'ran');
  const cellFor = ({ cells, together: last }: PackerResult, id: string | undefined): Text => {
    const cell = id === undefined ? last : cells.find(({ dimension }) => dimension === id);
    if (cell == null) return '';
    const { explainedBy, message } = cell;
    return { ...cellOf(cell), note: explainedBy === null ? (message ?? '') : `explained by ${explainedBy}` };
  };
  const rows = dimensions
    .filter(({ status }) => status !== 'skipped')
    .map(({ id }) => [id, ...ran.map((packer) => cellFor(packer, id))]);
  const last = [strong('all at once'), ...ran.map((packer) => cellFor(packer, undefined))];
  return table(['dimension', ...ran.map(({ id }) => id)], together.length === 0 ? rows : [...rows, last], {
    layout: 'matrix',
  });
}

function differences({ id, cells, together }: PackerResult): Block[] {
  const told = [...cells, ...(together === null ? [] : [together])].filter(
    ({ outcome, explainedBy }) => ['raw', 'compressed', 'failed'].includes(outcome) && explainedBy === null,
  );
  if (told.length === 0) return [];
  const body = told.map(({ dimension, difference, message }) => {
    const what =
      difference === null ? (message ?? 'no difference that can be named') : differenceText(difference);
    const all = difference?.lines ?? [];
    return section(dimension, [paragraph(what), ...(all.length === 0 ? [] : [lines('diff', all)])]);
  });
  return [details([strong(id), `: ${plural(told.length, 'dimension')}`], body)];
}

function dimensions({ dimensions: all }: LabResult): Block {
  const rows = all.map(({ id, about, how, command, facts, ...check }) => [
    code(id),
    joined([about, quiet(how), ...(command === null ? [] : [code(command)])], BREAK),
    checkText(check),
    facts.join(', '),
  ]);
  const head = ['dimension', 'what varies, and how', 'self-check', 'what differs in the tree'];
  return table(head, rows, { layout: 'stack' });
}

function checkText({ status, reason, seen }: Pick<DimensionResult, 'status' | 'reason' | 'seen'>): Text {
  if (status === 'ran') return seen || 'seen in each run';
  return status === 'skipped' ? quiet(`skipped: ${reason}`) : warn(`no effect: ${reason}`);
}

function commands(packers: readonly PackerResult[]): Block {
  const rows = packers.map((packer) => [
    code(packer.id),
    joined([packer.about, quiet(packer.source)], BREAK),
    packer.status === 'skipped' ? quiet(`skipped: ${packer.reason}`) : versionsText(packer),
    code(packer.command),
  ]);
  return table(['packer', 'what it is, and where from', 'versions', 'command'], rows, { layout: 'stack' });
}

function repeat({ host, place, epoch }: LabResult, command: readonly string[]): Block[] {
  const { kernel, architecture, processors, processor, node } = host;
  return [
    lines('sh', [quoteWords(['env', `SOURCE_DATE_EPOCH=${epoch}`, ...command])]),
    paragraph(
      `Linux ${kernel}, ${architecture}, ${processors} processors (${processor}), Node ${node}; trees on ${place}. As root everything can be varied.`,
    ),
  ];
}
