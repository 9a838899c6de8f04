/** Reports as Markdown (CommonMark with tables), for review comments, CI summaries, and documentation. */
import { formatCount, showText, wrapText } from '../text/format.ts';
import { type Block, BREAK, type Run, runsOf, type Table, type Text } from './document.ts';

/** @param width columns at which paragraphs and items are wrapped; comment fields turn line ends into breaks */
export function renderMarkdown(blocks: readonly Block[], width: number = Number.POSITIVE_INFINITY): string {
  return `${parts(blocks, 2, width).join('\n\n')}\n`;
}

/** Parts without trailing line ends, to be separated by empty lines. */
function parts(blocks: readonly Block[], level: number, width: number): string[] {
  return blocks.flatMap((block) => part(block, level, width)).filter((text) => text !== '');
}

function part(block: Block, level: number, width: number): readonly string[] {
  switch (block.kind) {
    case 'title':
      return [`# ${inline(block.text)}`];
    case 'line':
    case 'paragraph':
      return [wrapped(inline(block.text), width).join('\n')];
    case 'facts':
      return [
        items(
          block.rows.map(([name, value]) => `${escapeMarkdown(name)}: ${inline(value)}`),
          width,
        ),
      ];
    case 'table':
      return block.layout === 'bars' ? [] : [tableText(block)];
    case 'list': {
      const { hidden } = block;
      return [
        items(
          [
            ...block.items.map((item) => inline(item)),
            ...(hidden === 0 ? [] : [`and ${formatCount(hidden)} more`]),
          ],
          width,
        ),
      ];
    }
    case 'code':
      return [fenced(block.language, block.lines.map(showText))];
    case 'section': {
      const { heading, body, id } = block;
      const text = inline(heading);
      // If the heading is the id, it already creates the same anchor.
      const anchor = id === undefined || text === id ? [] : [`<a id="${id}"></a>`];
      return [...anchor, `${'#'.repeat(level)} ${text}`, ...parts(body, level + 1, width)];
    }
    case 'details':
      return [wrapped(inline(block.summary), width).join('\n'), ...parts(block.body, level, width)];
    case 'indented':
      return parts(block.body, level, width);
    case 'gap':
      return [];
  }
}

function tableText({ head, rows }: Table): string {
  const line = (cells: readonly Text[]): string =>
    `| ${cells.map((cell) => inline(cell, true)).join(' | ')} |`;
  const columns = Math.max(head.length, ...rows.map(({ length }) => length));
  return [
    line(head.length === 0 ? Array(columns).fill('') : head),
    `|${' --- |'.repeat(columns)}`,
    ...rows.map(line),
  ].join('\n');
}

function items(texts: readonly string[], width: number): string {
  return texts
    .flatMap((text) => wrapped(text, width - 2).map((line, index) => `${index === 0 ? '-' : ' '} ${line}`))
    .join('\n');
}

/** Makes sure that no line begins like a list, a heading or a quotation. */
function wrapped(text: string, width: number): string[] {
  return wrapText(text, width).map((line) =>
    line.replace(/^[-+#>=|]/, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2'),
  );
}

/** A vertical bar would end a cell, even in code. */
function inline(text: Text, isCell = false): string {
  const shown = runsOf(text).map((run) => (run === BREAK ? '<br>' : span(run, isCell)));
  return isCell ? shown.join('').replaceAll('|', '\\|') : shown.join('');
}

/** Colours become strong in a sentence, and are dropped in a cell. */
function span({ text, mark, to, share }: Run, isCell: boolean): string {
  if (share !== undefined) return '';
  const shown = mark === 'code' ? codeSpan(showText(text)) : escapeMarkdown(text);
  const isStrong = mark === 'strong' || (!isCell && (mark === 'good' || mark === 'warn' || mark === 'bad'));
  const marked = isStrong && shown !== '' ? `**${shown}**` : shown;
  return to === undefined ? marked : `[${marked}](#${to})`;
}

/** A code span may contain anything but a run of as many backquotes as it begins with. */
function codeSpan(text: string): string {
  if (text === '') return '';
  const fence = '`'.repeat(longestRun(text) + 1);
  const space = /`|^ .* $/.test(text) ? ' ' : '';
  return `${fence}${space}${text}${space}${fence}`;
}

function fenced(language: string, shown: readonly string[]): string {
  const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1));
  return [`${fence}${language}`, ...shown, fence].join('\n');
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

/**
 * Escapes code, emphasis, links, entities and tags; what only matters at the beginning of a line is left to `wrapped`.
 */
export function escapeMarkdown(text: string): string {
  return showText(text)
    .replace(/[\\`*[\]~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;');
}
