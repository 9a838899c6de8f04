/** The results of `bench`, for files: the same in Markdown and HTML, except for the latter's bars. */
import type { DimensionResult, Figures, LabResult, OutputKind, PackerResult } from '../lab/result.ts';
import { quoteWords } from '../lab/shell.ts';
import { formatBytes, plural } from '../text/format.ts';
import {
  cellOf,
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
  bad,
  code,
  details,
  good,
  joined,
  lines,
  list,
  paragraph,
  quiet,
  type Run,
  section,
  strong,
  type Text,
  table,
  title,
  warn,
} from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';

const TITLE = 'Which packers are reproducible';

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
    paragraph(joined(PARTS, ', ')),
    paragraph(ABOUT),
    paragraph(`${sourceText(result)}. ${counts}.`),
    ...notes.map((note) => paragraph(warn('Note'), `: ${note}.`)),
    section('Verdicts', [list(VERDICTS), verdicts(packers)], 'verdicts'),
    section('Figures', figures(result), 'figures'),
    section('Packers by dimensions', [list(OUTCOMES), matrix(result)], 'matrix'),
    ...(differing.length === 0 ? [] : [section('Where archives differ first', differing)]),
    section('What was varied', [dimensions(result)], 'varied'),
    section('What was run', [paragraph(RECIPES), ...packers.map(recipe)], 'commands'),
    section('How to repeat it', repeat(result, command), 'repeat'),
  ];
}

const PARTS: readonly Run[] = [
  { text: 'verdicts', to: 'verdicts' },
  { text: 'figures', to: 'figures' },
  { text: 'matrix', to: 'matrix' },
  { text: 'what was varied', to: 'varied' },
  { text: 'commands', to: 'commands' },
  { text: 'how to repeat it', to: 'repeat' },
];

const ABOUT =
  'Each packer archived many copies of one tree that must all give the same archive: their content is the same, and one thing around it varies at a time, such as the order of names in a directory, the time zone or the number of threads. ' +
  'A packer that gives more than one archive is not reproducible, and "cause" says what it recorded. ' +
  'SOURCE_DATE_EPOCH is set for every packer, and only modification times at or after it vary, which a packer can clamp.';

const RECIPES =
  'A packer with the name of a distribution or an image builder is the command line that it packs with, written anew, rather than the whole program.';

const VERDICTS: readonly Text[] = [
  [good('reproducible'), ': one archive from all copies, and everything in it'],
  [bad('N archives'), ': the copies gave N different archives'],
  [bad('N files of one archive'), ': the same archive, compressed in N ways'],
  [bad('loses content'), ': a part of the tree is not in the archive, or the archive cannot be read'],
  [bad('never the same'), ': two runs on the same copy differ already'],
  [warn('fails sometimes'), ': no archive from some of the copies, and the same from all others'],
];

/** Leads to the exact command. */
function linked({ id }: PackerResult): Run {
  return { ...code(id), to: `packer-${id}` };
}

function verdicts(packers: readonly PackerResult[]): Block {
  const rows = packers.map((packer) => [
    linked(packer),
    joined([verdictOf(packer), ...countTexts(packer)], BREAK),
    joined(remarks(packer), BREAK),
  ]);
  return table(['packer', 'verdict', 'cause'], rows, { layout: 'stack' });
}

/** How many archives and files there were, where the verdict does not say so. */
function countTexts(packer: PackerResult): Run[] {
  const { status, distinctRaw, distinctCompressed } = packer;
  if (status !== 'ran' || distinctCompressed === 1) return [];
  const archives = plural(distinctRaw, 'archive');
  const texts = [
    ...(verdictOf(packer).text === archives ? [] : [archives]),
    ...(distinctCompressed === distinctRaw ? [] : [`in ${plural(distinctCompressed, 'file')}`]),
  ];
  return texts.length === 0 ? [] : [quiet(texts.join(' '))];
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

const MEASURES: readonly {
  readonly title: string;
  readonly value: (figures: Figures) => number | undefined;
  readonly format: (value: number) => string;
}[] = [
  { title: 'Wall time', value: ({ wall }) => wall.median, format: formatTime },
  { title: 'Processor time', value: ({ cpu }) => cpu.median, format: formatTime },
  { title: 'Peak memory', value: ({ memory }) => memory?.median, format: formatBytes },
  { title: 'Size of the archive', value: ({ size }) => size, format: formatBytes },
];

/** Compression takes most of the time, so figures of different kinds say nothing about each other. */
const KINDS: readonly { readonly output: OutputKind | null; readonly title: string }[] = [
  { output: 'compressed', title: 'Compressed archives' },
  { output: 'plain', title: 'Archives that are not compressed' },
  { output: 'image', title: 'Container images' },
  { output: null, title: 'Archives that cannot be read' },
];

function figures(result: LabResult): Block[] {
  const { against, rows } = ratioRows(result);
  return [
    paragraph('Median of all runs on the control. In each group the lowest comes first.'),
    ...KINDS.flatMap(({ output, title: heading }) => {
      const measured = result.packers
        .flatMap((packer) => (packer.figures === null ? [] : [{ packer, figures: packer.figures }]))
        .filter(({ packer }) => packer.output === output)
        .toSorted((a, b) => a.figures.wall.median - b.figures.wall.median);
      const ratios = measured.flatMap(({ packer }) => rows.filter(([id]) => id === packer.id));
      if (measured.length === 0) return [];
      return [
        section(heading, [
          table(
            ['packer', ...FIGURES],
            measured.map(({ packer }) => [linked(packer), ...figureCells(packer)]),
          ),
          ...MEASURES.flatMap((measure) => bars(measure, measured)),
          ...(against === undefined || ratios.length === 0
            ? []
            : [
                paragraph('Times ', code(against), ', median of turns (lowest to highest):'),
                table(['packer', ...FIGURES], ratios),
              ]),
        ]),
      ];
    }),
  ];
}

function bars(
  { title: name, value, format }: (typeof MEASURES)[number],
  measured: readonly { readonly packer: PackerResult; readonly figures: Figures }[],
): Block[] {
  const values = measured
    .flatMap(({ packer: { id }, figures }) => {
      const found = value(figures);
      return found === undefined ? [] : [{ id, found }];
    })
    .toSorted((a, b) => a.found - b.found);
  const highest = values.at(-1)?.found || 1;
  const rows = values.map(({ id, found }) => [id, { text: '', share: found / highest }, format(found)]);
  return rows.length === 0 ? [] : [table([name, '', ''], rows, { layout: 'bars' })];
}

const OUTCOMES: readonly Text[] = [
  [good('same'), ': the archive of the control, for which nothing was varied'],
  [bad('differs'), ': another archive'],
  [warn('same cause'), ': another archive, with the same cause as another row, which varies less'],
  [bad('compressed differently'), ': the same archive in another file'],
  [warn('fails'), ': no archive'],
  [good('follows'), ', ', warn('ignores'), ': here the content itself changes, and so must the archive'],
  [quiet('unstable'), ': two runs of the control differ already, so no dimension is to blame'],
  [quiet('no effect'), ': nothing came of the variation here, so nothing was run'],
  [quiet('-'), ': does not apply to this packer'],
];

function matrix({ dimensions, packers, together }: LabResult): Block {
  const ran = packers.filter(({ status }) => status === 'ran');
  const cellFor = ({ cells, together: last }: PackerResult, id: string | undefined): Text => {
    const cell = id === undefined ? last : cells.find(({ dimension }) => dimension === id);
    if (cell == null) return '';
    const { explainedBy, message } = cell;
    return { ...cellOf(cell), note: explainedBy === null ? (message ?? '') : `same cause as ${explainedBy}` };
  };
  const rows = dimensions
    .filter(({ status }) => status !== 'skipped')
    .map(({ id }) => [id, ...ran.map((packer) => cellFor(packer, id))]);
  const last = [strong('all at once'), ...ran.map((packer) => cellFor(packer, undefined))];
  return table(['dimension', ...ran.map(linked)], together.length === 0 ? rows : [...rows, last], {
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
  const count = plural(all.length, 'dimension');
  return details(`${count}, and how each was checked`, [table(head, rows, { layout: 'stack' })]);
}

function checkText({ status, reason, seen }: Pick<DimensionResult, 'status' | 'reason' | 'seen'>): Text {
  if (status === 'ran') return seen || 'seen in each run';
  return status === 'skipped' ? quiet(`skipped: ${reason}`) : warn(`no effect: ${reason}`);
}

function recipe(packer: PackerResult): Block {
  const { id, about, source, status, reason, command } = packer;
  const versions = versionsText(packer);
  return section(
    code(id),
    [
      paragraph(about, ' ', quiet(`(${source})`)),
      lines('sh', command.split('\n')),
      ...(status === 'skipped'
        ? [paragraph(quiet(`skipped: ${reason}`))]
        : versions === ''
          ? []
          : [paragraph(quiet(versions))]),
    ],
    `packer-${id}`,
  );
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
