/** Bars and ratios of the page of the bench. */
import type { Figures, LabResult } from '../lab/result.ts';
import { escapeHtml, htmlTable } from '../page/html.ts';
import { formatBytes } from '../text/format.ts';
import { digits, formatRatio, formatTime } from './bench-words.ts';

interface Bars {
  readonly title: string;
  readonly value: (figures: Figures) => number | undefined;
  readonly format: (value: number) => string;
}

const BARS: readonly Bars[] = [
  { title: 'Wall time', value: ({ wall }) => wall.median, format: formatTime },
  { title: 'Processor time', value: ({ cpu }) => cpu.median, format: formatTime },
  { title: 'Peak memory', value: ({ memory }) => memory?.median, format: formatBytes },
  { title: 'Size of the archive', value: ({ size }) => size, format: formatBytes },
];

export function figureBars({ packers }: LabResult): string {
  const measured = packers.flatMap(({ id, figures }) => (figures === null ? [] : [{ id, figures }]));
  return BARS.map(({ title, value, format }) => {
    const values = measured.flatMap(({ id, figures }) => {
      const found = value(figures);
      return found === undefined ? [] : [{ id, found }];
    });
    const highest = Math.max(...values.map(({ found }) => found));
    const rows = values.map(({ id, found }) => [
      escapeHtml(id),
      `<span class="bar" style="width:${((100 * found) / (highest || 1)).toFixed(1)}%"></span>`,
      escapeHtml(format(found)),
    ]);
    return rows.length === 0 ? '' : `<h3>${title}</h3>\n<div class="bars">${htmlTable([], rows)}</div>`;
  }).join('\n');
}

export function ratioTable({ packers }: LabResult): string {
  const compared = packers.flatMap(({ id, ratios }) => (ratios === null ? [] : [{ id, ratios }]));
  const [first] = compared;
  if (first === undefined) return '';
  const rows = compared.map(({ id, ratios: { wall, cpu, memory, size } }) => [
    escapeHtml(id),
    formatRatio(wall),
    formatRatio(cpu),
    memory === null ? '' : formatRatio(memory),
    digits(size),
  ]);
  const title = `<h3>Times ${escapeHtml(first.ratios.against)}</h3>\n<p class="quiet">Median of turns, lowest to highest.</p>`;
  return `${title}\n${htmlTable(['Packer', 'Wall', 'CPU', 'Memory', 'Size'], rows)}`;
}
