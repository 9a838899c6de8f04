/** The page of `bench --report html`: readable without scripts, and the same but for measured figures. */
import type { Cell, DimensionResult, LabResult, PackerResult } from '../lab/result.ts';
import { quoteWords } from '../lab/shell.ts';
import { escapeHtml, htmlDetails, htmlPage, htmlTable } from '../page/html.ts';
import { plural, showText } from '../text/format.ts';
import { figureBars, ratioTable } from './bench-page-figures.ts';
import {
  cellText,
  dimensionCounts,
  type Grade,
  lossText,
  sourceText,
  splitText,
  verdictOf,
  versionsText,
} from './bench-words.ts';

/** As the style of all pages has them. */
const CLASSES: Readonly<Record<Grade, string>> = {
  good: 'good',
  bad: 'bad',
  warning: 'warn',
  neutral: 'quiet',
};

const STYLE = `.matrix table { font-size: 0.8rem; border-collapse: separate; border-spacing: 2px; width: auto; }
.matrix th, .matrix td { padding: 0.15rem 0.4rem; border: 0; white-space: nowrap; }
.matrix tbody td:first-child, .matrix thead th:first-child { position: sticky; left: 0; background: var(--ground); z-index: 1; }
.matrix thead th { vertical-align: bottom; }
.cell { display: block; padding: 0.1rem 0.35rem; border-radius: 3px; background: var(--raised); }
.cell.good { background: var(--added); font-weight: 400; }
.cell.bad { background: var(--removed); }
.cell.warn { font-weight: 400; outline: 1px dashed var(--warn); outline-offset: -1px; }
.bars { margin-bottom: 1.2rem; }
.bars table { table-layout: fixed; }
.bars td { vertical-align: middle; border: 0; padding-block: 0.1rem; overflow-wrap: anywhere; }
.bars td:nth-child(2) { width: 60%; }
.bar { display: block; height: 0.8rem; min-width: 2px; border-radius: 2px; background: var(--link); }
.stack td:first-child { min-width: 13rem; }
@media (min-width: 70rem) { .matrix { width: 94vw; margin-left: calc(50% - 47vw); } }
@media (max-width: 40rem) {
  .matrix table { font-size: 0.72rem; }
  .bars td:nth-child(2) { width: 35%; }
  .stack table, .stack tbody, .stack tr, .stack td { display: block; padding-right: 0; }
  .stack thead { display: none; }
  .stack td { border: 0; padding-block: 0.1rem; }
  .stack tr { border-bottom: 1px solid var(--line); padding-block: 0.5rem; }
}
`;

const text = (value: string): string => escapeHtml(showText(value));
const code = (value: string): string => `<code>${text(value)}</code>`;
const graded = (value: string, grade: Grade): string =>
  `<span class="${CLASSES[grade]}">${text(value)}</span>`;

export function benchPage(result: LabResult, command: readonly string[]): string {
  const { together, seed, notes } = result;
  const body = [
    '<h1>Determinism of packers</h1>',
    `<p>${text(sourceText(result))}. ${dimensionCounts(result)}; ${together.length} of them once more all at once (seed ${seed}).</p>`,
    ...notes.map((note) => `<p class="warn">${text(note)}</p>`),
    '<h2>Verdicts</h2>',
    verdicts(result),
    '<h2>Figures</h2>',
    figureBars(result),
    ratioTable(result),
    '<h2>Packers by dimensions</h2>',
    LEGEND,
    matrix(result),
    '<h2>Where archives differ first</h2>',
    ...result.packers.flatMap(differences),
    '<h2>What was varied</h2>',
    dimensions(result),
    '<h2>What was run</h2>',
    packers(result),
    '<h2>How to repeat it</h2>',
    repeat(result, command),
  ];
  return htmlPage(
    'Determinism of packers',
    body.filter((part) => part !== ''),
    STYLE,
  );
}

function verdicts({ packers }: LabResult): string {
  const rows = packers.map((packer) => {
    const { text: verdict, grade } = verdictOf(packer);
    const ran = packer.status === 'ran';
    return [
      `<strong>${text(packer.id)}</strong><br><span class="quiet">${text(packer.about)}</span>`,
      graded(verdict, grade) + (ran ? digestsText(packer) : ''),
      remarks(packer).map(text).join('<br>'),
    ];
  });
  return stacked(['Packer', 'Verdict', 'Because of'], rows);
}

/** Rows become paragraphs where the window is narrow. */
function stacked(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `<div class="stack">${htmlTable(head, rows)}</div>`;
}

/** Where the verdict does not say it. */
function digestsText({ distinctRaw, distinctCompressed }: PackerResult): string {
  if (distinctRaw === distinctCompressed || distinctRaw === 1) return '';
  return `<br><span class="quiet">in ${plural(distinctCompressed, 'file')}</span>`;
}

function remarks(packer: PackerResult): string[] {
  const { losses, failedOn, ignored, together, reason, writesToTree } = packer;
  const split = splitText(packer, Number.POSITIVE_INFINITY);
  return [
    ...(reason === null ? [] : [reason]),
    ...(split === '' ? [] : [split]),
    ...losses.map(lossText),
    ...(failedOn.length === 0 ? [] : [`fails on ${failedOn.join(', ')}`]),
    ...(ignored.length === 0 ? [] : [`ignores ${ignored.join(', ')}`]),
    ...(together?.outcome === 'failed' ? ['fails on all at once'] : []),
    ...(writesToTree ? ['writes to the tree that it packs'] : []),
  ];
}

const LEGEND = [
  '<p class="quiet">',
  '<b>same</b>: as the control.',
  '<b>differs</b>: another archive.',
  '<b>differs too</b>: as another dimension, which varies less, explains.',
  '<b>compressed otherwise</b>: the same archive in another file.',
  '<b>follows</b>, <b>ignores</b>: of content that does change.',
  '</p>',
].join('\n');

function matrix({ dimensions, packers, together }: LabResult): string {
  const columns = packers.filter(({ status }) => status === 'ran');
  const cellOf = ({ cells }: PackerResult, id: string): Cell | undefined =>
    cells.find(({ dimension }) => dimension === id);
  const rows = dimensions
    .filter(({ status }) => status !== 'skipped')
    .map(({ id }) => [text(id), ...columns.map((packer) => cell(cellOf(packer, id)))]);
  const last = [
    '<strong>all at once</strong>',
    ...columns.map((packer) => cell(packer.together ?? undefined)),
  ];
  const head = ['Dimension', ...columns.map(({ id }) => text(id))];
  return `<div class="matrix">${htmlTable(head, together.length === 0 ? rows : [...rows, last])}</div>`;
}

function cell(found: Cell | undefined): string {
  if (found === undefined) return '';
  const { text: shown, grade } = cellText(found);
  const { explainedBy, message } = found;
  const title = explainedBy === null ? (message ?? '') : `explained by ${explainedBy}`;
  return `<span class="cell ${CLASSES[grade]}"${title === '' ? '' : ` title="${text(title)}"`}>${text(shown)}</span>`;
}

function differences({ id, cells, together }: PackerResult): string[] {
  const told = [...cells, ...(together === null ? [] : [together])].filter(
    ({ outcome, explainedBy }) => ['raw', 'compressed', 'failed'].includes(outcome) && explainedBy === null,
  );
  if (told.length === 0) return [];
  const items = told.map(({ dimension, difference, message }) => {
    const what =
      difference === null
        ? (message ?? 'no difference that can be named')
        : `${difference.title}${difference.path === null ? '' : ` (${difference.path})`}`;
    const lines = difference?.lines ?? [];
    const shown = lines.length === 0 ? '' : `\n<pre>${lines.map(text).join('\n')}</pre>`;
    return `<h3>${text(dimension)}</h3>\n<p>${text(what)}</p>${shown}`;
  });
  const count = told.length === 1 ? '1 dimension' : `${told.length} dimensions`;
  return [htmlDetails(`<strong>${text(id)}</strong>: ${count}`, items.join('\n'))];
}

function dimensions({ dimensions }: LabResult): string {
  const rows = dimensions.map((dimension) => [
    code(dimension.id),
    `${text(dimension.about)}<br><span class="quiet">${text(dimension.how)}</span>${dimension.command === null ? '' : `<br>${code(dimension.command)}`}`,
    status(dimension),
    text(dimension.facts.join(', ')),
  ]);
  return stacked(['Dimension', 'What varies, and how', 'Self-check', 'What differs of the tree'], rows);
}

function status({ status, reason, seen }: DimensionResult): string {
  if (status === 'ran') return seen === null || seen === '' ? 'seen in each run' : text(seen);
  return graded(
    `${status === 'skipped' ? 'skipped' : 'no effect'}: ${reason}`,
    status === 'skipped' ? 'neutral' : 'warning',
  );
}

function packers({ packers }: LabResult): string {
  const rows = packers.map((packer) => [
    `<strong>${text(packer.id)}</strong><br><span class="quiet">${text(packer.source)}</span>`,
    text(versionsText(packer)),
    code(packer.command),
  ]);
  return stacked(['Packer', 'Versions', 'Command'], rows);
}

function repeat({ host, place, epoch }: LabResult, command: readonly string[]): string {
  const machine = `Linux ${host.kernel}, ${host.architecture}, ${host.processors} processors (${host.processor}), Node ${host.node}`;
  return [
    `<pre>${text(quoteWords(['env', `SOURCE_DATE_EPOCH=${epoch}`, ...command]))}</pre>`,
    `<p>${text(machine)}; trees on ${text(place)}. As root everything can be varied.</p>`,
  ].join('\n');
}
