/** Reports for people at a terminal: aligned columns, colours, paragraphs that fit. */
import { formatCount, showText } from '../text/format.ts';
import { type Block, BREAK, type Mark, type Run, runsOf, type Table, type Text } from './document.ts';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

/** Applies a style to text, or returns it unchanged if styles are not wanted. */
export type Paint = (style: Style, text: string) => string;

/** Paragraphs are at most this wide, for readability, and at least that, to fit words. */
const COLUMNS_MAX = 100;
const COLUMNS_MIN = 40;
/** Of paragraphs in a file. */
const COLUMNS_PLAIN = 80;
/** To how many columns the last cell of a row may be shortened; where there are fewer, it gets a line of its own. */
const LAST_MIN = 24;
const ELLIPSIS = '...';
/** By how many columns what belongs to a row, but stands below it, is indented. */
const BELOW = 4;

const STYLES: Readonly<Partial<Record<Mark, Style>>> = {
  strong: 'bold',
  quiet: 'dim',
  good: 'green',
  warn: 'yellow',
  bad: 'red',
};
/** Lines of a `diff` by their first character. */
const DIFF_STYLES: Readonly<Record<string, Style>> = { '-': 'red', '+': 'green', '@': 'dim' };

/**
 * @param columns of the terminal; undefined for a file or a pipe, for which no line is shortened
 * @returns lines, each with its end
 */
export function renderTerminal(blocks: readonly Block[], paint: Paint, columns: number | undefined): string {
  const width = Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, columns ?? COLUMNS_PLAIN));
  return new TerminalRenderer(paint, (columns ?? Number.POSITIVE_INFINITY) - width)
    .lines(blocks, width)
    .map((line) => `${line}\n`)
    .join('');
}

/** A piece of text as shown: its plain characters, and the styled text. */
interface Shown {
  readonly plain: string;
  readonly painted: string;
}

class TerminalRenderer {
  readonly #paint: Paint;
  /** How many more columns the terminal has than paragraphs use; negative in a narrow one. */
  readonly #beyond: number;

  constructor(paint: Paint, beyond: number) {
    this.#paint = paint;
    this.#beyond = beyond;
  }

  lines(blocks: readonly Block[], width: number): string[] {
    return blocks.flatMap((block) => this.#block(block, width));
  }

  #block(block: Block, width: number): readonly string[] {
    switch (block.kind) {
      case 'title':
      case 'line':
        return [this.#text(block.text)];
      case 'paragraph':
        return this.#wrapped(block.text, width);
      case 'facts':
        return this.#aligned(block.rows, new Set()).flat();
      case 'table':
        return this.#table(block, width);
      case 'list':
        return indent(2, [
          ...block.items.map((item) => this.#text(item)),
          ...(block.hidden === 0 ? [] : [`and ${formatCount(block.hidden)} more (${block.hint} shows all)`]),
        ]);
      case 'code':
        return indent(
          2,
          block.lines.map((line) => {
            const style = block.language === 'diff' ? DIFF_STYLES[line.charAt(0)] : undefined;
            return style === undefined ? showText(line) : this.#paint(style, showText(line));
          }),
        );
      case 'section':
        return ['', this.#text(block.heading), ...indent(3, this.lines(block.body, width - 3))];
      case 'details':
        return [this.#text(block.summary), ...this.lines(block.body, width)];
      case 'indented':
        return indent(2, this.lines(block.body, width - 2));
      case 'gap':
        return [''];
    }
  }

  #table({ head, rows, numbers = [], below = [], isFitted = false }: Table, width: number): string[] {
    const all = this.#aligned(
      head.length === 0 ? rows : [head, ...rows],
      new Set(numbers),
      isFitted ? width + this.#beyond : undefined,
    );
    const first = head.length === 0 ? [] : [(all[0] ?? []).map((text) => this.#paint('bold', text))];
    return [
      ...first.flat(),
      ...all
        .slice(first.length)
        .flatMap((row, at) => [
          ...row,
          ...(below[at] ?? []).flatMap((text) => hanging(this.#wrapped(text, width - 6))),
        ]),
    ];
  }

  /**
   * Pads columns to their widest cell, except the last one.
   *
   * @returns for each row its lines
   * @param fitted columns to which the last cells are shortened, on lines of their own if too little would be left; undefined for none
   */
  #aligned(rows: readonly (readonly Text[])[], numbers: ReadonlySet<number>, fitted?: number): string[][] {
    const shown = rows.map((row) => row.map((cell) => this.#shown(cell)));
    const widths: number[] = [];
    for (const row of shown) {
      row.forEach(({ plain }, column) => {
        widths[column] = Math.max(widths[column] ?? 0, plain.length);
      });
    }
    const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
    const beside = fitted === undefined ? Number.POSITIVE_INFINITY : fitted - before;
    const isBelow = beside < Math.min(LAST_MIN, widths.at(-1) ?? 0);
    const room = isBelow && fitted !== undefined ? Math.max(LAST_MIN, fitted - BELOW) : beside;
    return shown.map((row) => {
      const cells = row.map(({ plain, painted }, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - plain.length);
        if (numbers.has(column)) return space + painted;
        if (column < row.length - 1) return painted + space;
        return plain.length > room ? shortened(plain, room) : painted;
      });
      const last = isBelow ? (cells.pop() ?? '') : '';
      return [cells.join('  ').trimEnd(), ...(last === '' ? [] : indent(BELOW, [last]))];
    });
  }

  #wrapped(text: Text, width: number): string[] {
    const lines: string[] = [];
    let line = '';
    let length = 0;
    for (const { plain, painted } of this.#words(text)) {
      if (length > 0 && length + 1 + plain.length > width) {
        lines.push(line);
        line = '';
        length = 0;
      }
      line += length === 0 ? painted : ` ${painted}`;
      length += plain.length + (length === 0 ? 0 : 1);
    }
    return [...lines, line];
  }

  /** A run with a style is kept whole, together with adjacent text, whether or not styles are shown. */
  #words(text: Text): Shown[] {
    const words: Shown[] = [{ plain: '', painted: '' }];
    for (const run of runsOf(text)) {
      const shown = this.#run(run);
      const isPlain = run.mark === undefined || STYLES[run.mark] === undefined;
      const pieces = isPlain ? shown.plain.split(' ').map((plain) => ({ plain, painted: plain })) : [shown];
      const [first, ...others] = pieces as [Shown, ...Shown[]];
      const last = words.pop() as Shown;
      words.push({ plain: last.plain + first.plain, painted: last.painted + first.painted }, ...others);
    }
    return words;
  }

  #text(text: Text): string {
    return this.#shown(text).painted;
  }

  #shown(text: Text): Shown {
    const all = runsOf(text).map((run) => this.#run(run));
    return {
      plain: all.map(({ plain }) => plain).join(''),
      painted: all.map(({ painted }) => painted).join(''),
    };
  }

  #run(run: Run): Shown {
    const plain = run === BREAK ? ' ' : showText(run.text);
    const style = run.mark === undefined ? undefined : STYLES[run.mark];
    return { plain, painted: style === undefined ? plain : this.#paint(style, plain) };
  }
}

/** Without what is in the middle: the beginning and the end of a path say most. */
function shortened(text: string, columns: number): string {
  const kept = columns - ELLIPSIS.length;
  const tail = Math.floor(kept / 2);
  return text.slice(0, kept - tail) + ELLIPSIS + (tail === 0 ? '' : text.slice(-tail));
}

function indent(columns: number, lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : ' '.repeat(columns) + line));
}

/** Text below a row: the first line indented by four columns, the others by six. */
function hanging([first = '', ...others]: readonly string[]): string[] {
  return [...indent(BELOW, [first]), ...indent(BELOW + 2, others)];
}
