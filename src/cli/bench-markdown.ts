/** A report of the bench in Markdown. */

import type { LabResult } from '../lab/result.ts';
import { quoteWords } from '../lab/shell.ts';
import { formatBytes, showText } from '../text/format.ts';
import {
  cellText,
  dimensionCounts,
  formatRatio,
  formatTime,
  lossText,
  sourceText,
  splitText,
  verdictOf,
  versionsText,
} from './bench-words.ts';

export function benchMarkdown(result: LabResult, command: readonly string[]): string {
  const { host, packers, dimensions, together, seed, notes } = result;
  const ran = packers.filter(({ status }) => status !== 'skipped');
  const sections = [
    `# Determinism of packers\n\n${escaped(sourceText(result))}. ${dimensionCounts(result)}; ${together.length} of them once more all at once (seed ${seed}).`,
    ...notes.map((note) => `Note: ${escaped(note)}.`),
    table(
      ['packer', 'verdict', 'archives', 'files', 'splits on', 'wall', 'CPU', 'memory', 'size'],
      ran.map((packer) => {
        const { figures } = packer;
        return [
          `\`${packer.id}\``,
          verdictOf(packer).text,
          String(packer.distinctRaw),
          String(packer.distinctCompressed),
          splitText(packer, Number.POSITIVE_INFINITY),
          figures === null ? '' : formatTime(figures.wall.median),
          figures === null ? '' : formatTime(figures.cpu.median),
          figures?.memory == null ? '' : formatBytes(figures.memory.median),
          figures === null ? '' : formatBytes(figures.size),
        ];
      }),
    ),
    ratios(result),
    '## What is lost, and what fails',
    list(
      ran.flatMap((packer) => [
        ...packer.losses.map((loss) => `\`${packer.id}\`: ${lossText(loss)}`),
        ...(packer.status === 'failed' ? [`\`${packer.id}\`: ${packer.reason}`] : []),
        ...packer.cells
          .filter(({ outcome }) => outcome === 'failed')
          .map(({ dimension, message }) => `\`${packer.id}\` fails on ${dimension}: ${message}`),
        ...(packer.writesToTree ? [`\`${packer.id}\` writes to the tree that it packs`] : []),
      ]),
    ),
    '## Dimensions',
    table(
      ['dimension', 'what varies', 'how', 'self-check', 'packers that differ'],
      dimensions.map(({ id, about, how, status, reason, seen }) => [
        `\`${id}\``,
        about,
        how,
        status === 'ran' ? (seen ?? '') : `${status === 'skipped' ? 'skipped' : 'no effect'}: ${reason}`,
        ran
          .filter(({ cells }) =>
            cells.some((cell) => cell.dimension === id && ['bad'].includes(cellText(cell).grade)),
          )
          .map((packer) => packer.id)
          .join(', '),
      ]),
    ),
    '## Packers',
    table(
      ['packer', 'what it is', 'recipe from', 'versions', 'command'],
      packers.map((packer) => [
        `\`${packer.id}\``,
        packer.about,
        packer.source,
        packer.status === 'skipped' ? `skipped: ${packer.reason}` : versionsText(packer),
        `\`${packer.command}\``,
      ]),
    ),
    '## How to repeat it',
    `    ${quoteWords(command)}`,
    `On Linux ${host.kernel} (${host.architecture}, ${host.processors} processors: ${escaped(host.processor)}), Node ${host.node}.`,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function ratios({ packers }: LabResult): string {
  const compared = packers.flatMap(({ id, ratios }) => (ratios === null ? [] : [{ id, ratios }]));
  const [first] = compared;
  if (first === undefined) return '';
  const rows = compared.map(({ id, ratios: { wall, cpu, memory, size } }) => [
    `\`${id}\``,
    formatRatio(wall),
    formatRatio(cpu),
    memory === null ? '' : formatRatio(memory),
    size.toFixed(3),
  ]);
  const title = `Times \`${first.ratios.against}\`, median of turns (lowest to highest):`;
  return `${title}\n\n${table(['packer', 'wall', 'CPU', 'memory', 'size'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'Nothing.' : items.map((item) => `- ${escaped(item)}`).join('\n');
}

/** One line, and nothing that ends a cell or is taken for a tag. */
function escaped(text: string): string {
  return showText(text).replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
