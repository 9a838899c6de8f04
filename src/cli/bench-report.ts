/** What `bench` found, for people at a terminal. */
import type { LabResult, PackerResult } from '../lab/result.ts';
import { alignColumns, formatBytes, plural, showText } from '../text/format.ts';
import {
  cellText,
  digits,
  dimensionCounts,
  formatRatio,
  formatTime,
  type Grade,
  lossText,
  sourceText,
  splitText,
  verdictOf,
  versionsText,
} from './bench-words.ts';
import type { Paint, Style } from './terminal.ts';

const COLUMNS = 100;
/** Reasons shown on the line of a packer; -v shows all. */
const TOP_REASONS = 5;
/** Skipped dimensions that are named; -v names all. */
const TOP_SKIPPED = 4;

const STYLES: Readonly<Record<Grade, Style>> = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  neutral: 'dim',
};

export function benchReport(result: LabResult, verbose: number, paint: Paint, columns: number): string {
  const width = Math.min(COLUMNS, Math.max(columns, 60));
  const together =
    result.together.length === 0 ? '' : `; ${result.together.length} of them at once (seed ${result.seed})`;
  const lines = [
    `${paint('bold', showText(result.source))}: ${sourceText(result)}`,
    `${dimensionCounts(result)}${together}`,
    ...result.notes.map((note) => `${paint('yellow', 'note')}: ${note}`),
    '',
    ...packerTable(result, verbose, paint, width),
    ...ratioTable(result),
    ...dimensionLines(result, verbose, paint, width),
    ...(verbose > 0 ? cellLines(result, paint, width) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function packerTable({ packers }: LabResult, verbose: number, paint: Paint, width: number): string[] {
  const ran = packers.filter(({ status }) => status !== 'skipped');
  const head = ['packer', 'verdict', 'archives', 'files', 'wall', 'cpu', 'memory', 'size'];
  const rows = ran.map((packer) => {
    const { figures } = packer;
    return [
      packer.id,
      verdictOf(packer).text,
      packer.status === 'failed' ? '' : String(packer.distinctRaw),
      packer.status === 'failed' ? '' : String(packer.distinctCompressed),
      figures === null ? '' : formatTime(figures.wall.median),
      figures === null ? '' : formatTime(figures.cpu.median),
      figures?.memory == null ? '' : formatBytes(figures.memory.median),
      figures === null ? '' : formatBytes(figures.size),
    ];
  });
  const [title = '', ...table] = alignColumns([head, ...rows], new Set([2, 3, 4, 5, 6, 7]));
  const lines = [paint('dim', title)];
  for (const [at, packer] of ran.entries()) {
    const { text, grade } = verdictOf(packer);
    lines.push((table[at] as string).replace(text, paint(STYLES[grade], text)));
    for (const reason of reasonsOf(packer, verbose)) lines.push(...wrap(showText(reason), width, '    '));
  }
  const skipped = packers.filter(({ status }) => status === 'skipped');
  if (skipped.length > 0) {
    const named = skipped.map(({ id, reason }) => `${id} (${reason})`).join(', ');
    lines.push('', ...wrap(`${plural(skipped.length, 'packer')} skipped: ${named}`, width, ''));
  }
  return lines;
}

function reasonsOf(packer: PackerResult, verbose: number): string[] {
  if (packer.status === 'failed') return [packer.reason ?? ''];
  const limit = verbose > 0 ? Number.POSITIVE_INFINITY : TOP_REASONS;
  const split = splitText(packer, limit);
  const { losses, failedOn, ignored, together } = packer;
  return [
    ...(split === '' ? [] : [`splits on ${split}`]),
    ...losses.filter(({ onPurpose }) => !onPurpose || verbose > 0).map(lossText),
    ...(failedOn.length === 0 ? [] : [`fails on ${failedOn.join(', ')}`]),
    ...(ignored.length === 0 ? [] : [`ignores ${ignored.join(', ')}`]),
    ...(together?.outcome === 'failed' ? [`fails on all at once: ${together.message}`] : []),
    ...(packer.writesToTree ? ['writes to the tree that it packs'] : []),
    ...(verbose > 0 && Object.keys(packer.versions).length > 0 ? [versionsText(packer)] : []),
  ];
}

function ratioTable({ packers }: LabResult): string[] {
  const compared = packers.filter(({ ratios }) => ratios !== null);
  const [first] = compared;
  if (first?.ratios == null) return [];
  const rows = compared.map(({ id, ratios }) =>
    ratios === null
      ? [id]
      : [
          id,
          formatRatio(ratios.wall),
          formatRatio(ratios.cpu),
          ratios.memory === null ? '' : formatRatio(ratios.memory),
          digits(ratios.size),
        ],
  );
  const rounds = plural(first.figures?.runs ?? 0, 'run');
  return [
    '',
    `times ${first.ratios.against}, median of turns (lowest to highest), ${rounds} each`,
    ...alignColumns([['packer', 'wall', 'cpu', 'memory', 'size'], ...rows]).map((line) => `  ${line}`),
  ];
}

function dimensionLines({ dimensions }: LabResult, verbose: number, paint: Paint, width: number): string[] {
  const lines: string[] = [];
  for (const { id, status, reason } of dimensions) {
    if (status === 'no-effect') {
      lines.push(...wrap(showText(`${paint('yellow', 'no effect')}: ${id}: ${reason}`), width, ''));
    }
  }
  const skipped = dimensions.filter(({ status }) => status === 'skipped');
  const shown = verbose > 0 ? skipped : skipped.slice(0, TOP_SKIPPED);
  for (const { id, reason } of shown) lines.push(...wrap(showText(`skipped: ${id}: ${reason}`), width, ''));
  if (skipped.length > shown.length) lines.push(`and ${skipped.length - shown.length} more (-v shows all)`);
  if (verbose > 0) {
    lines.push('');
    const ran = dimensions.filter(({ status }) => status === 'ran');
    lines.push(...alignColumns(ran.map(({ id, seen }) => [id, showText(seen ?? '')])));
  }
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Every difference, with the first thing that differs. */
function cellLines({ packers }: LabResult, paint: Paint, width: number): string[] {
  const lines: string[] = [];
  for (const { id, cells, together } of packers) {
    const told = [...cells, ...(together === null ? [] : [together])].filter(
      ({ outcome }) => !['same', 'none', 'follows', 'no-effect'].includes(outcome),
    );
    if (told.length === 0) continue;
    lines.push('', paint('bold', id));
    for (const cell of told) {
      const { text, grade } = cellText(cell);
      const { difference, explainedBy, message } = cell;
      const why = explainedBy === null ? '' : `, as on ${explainedBy}`;
      lines.push(`  ${paint(STYLES[grade], text)}${why}: ${cell.dimension}`);
      if (message !== null) lines.push(...wrap(showText(message), width, '    '));
      if (difference === null) continue;
      const where = difference.path === null ? '' : ` (${difference.path})`;
      lines.push(
        ...wrap(showText(`${difference.title}${where}: ${difference.lines.join(' ')}`), width, '    '),
      );
    }
  }
  return lines;
}

function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(`${indent}${line}`);
      line = '  ';
    }
    line = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, `${indent}${line}`];
}
