/**
 * The content of a report, independent of its appearance: the terminal, Markdown and HTML have a renderer each. A
 * report holds unescaped text of any origin: escaping is left entirely to the renderers. Only paths, which are byte
 * strings, are converted to text earlier (`showPath`).
 */

/** `code`: a name, path or identifier. `quiet`, `good`, `warn` and `bad` are colours; the text says the same. */
export type Mark = 'strong' | 'code' | 'quiet' | 'good' | 'warn' | 'bad';

/** A piece of text of one kind. */
export interface Run {
  readonly text: string;
  readonly mark?: Mark;
  /** The id of a section to which it links. */
  readonly to?: string;
  /** The name of a file beside the page to which it links. */
  readonly file?: string;
  /** A note that a page shows on request. */
  readonly note?: string;
  /** 0 to 1, drawn as a bar where possible. */
  readonly share?: number;
}

/** Text within a line: a sequence of runs. */
export type Text = string | Run | readonly Text[];

/** Begins a new line within a cell, if the format supports that. */
export const BREAK: Run = { text: '\n' };

export interface Table {
  readonly kind: 'table';
  /** Empty for none. */
  readonly head: readonly Text[];
  readonly rows: readonly (readonly Text[])[];
  /** Columns of numbers, from 0: the terminal aligns them to the right. */
  readonly numbers?: readonly number[];
  /** What the terminal shows below each row, one paragraph per text. */
  readonly below?: readonly (readonly Text[])[];
  /** Whether the terminal shortens the last column to its width. */
  readonly isFitted?: boolean;
  /** How a page lays it out, if not in the usual way. */
  readonly layout?: 'bars' | 'causes' | 'facts' | 'matrix' | 'stack';
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Text[];
  /** Number of items left out, and the option that shows them. */
  readonly hidden: number;
  readonly hint: '-v' | '-vv';
}

export type Block =
  | { readonly kind: 'title' | 'line' | 'paragraph'; readonly text: Text }
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [name: string, value: Text])[] }
  | Table
  | List
  | { readonly kind: 'code'; readonly lines: readonly string[]; readonly language: string }
  | {
      readonly kind: 'section';
      readonly heading: Text;
      readonly body: readonly Block[];
      readonly id: string | undefined;
    }
  | {
      readonly kind: 'details';
      readonly summary: Text;
      readonly body: readonly Block[];
      readonly isOpen: boolean;
    }
  | { readonly kind: 'indented'; readonly body: readonly Block[] }
  | { readonly kind: 'gap' };

/** Bold text. */
export const strong = (text: string): Run => ({ text, mark: 'strong' });
/** Text in the font of code. */
export const code = (text: string): Run => ({ text, mark: 'code' });
/** Text that may be overlooked. */
export const quiet = (text: string): Run => ({ text, mark: 'quiet' });
/** Text marked as good. */
export const good = (text: string): Run => ({ text, mark: 'good' });
/** Text marked as a warning. */
export const warn = (text: string): Run => ({ text, mark: 'warn' });
/** Text marked as bad. */
export const bad = (text: string): Run => ({ text, mark: 'bad' });

/** The head of the whole report. */
export const title = (...text: readonly Text[]): Block => ({ kind: 'title', text });
/** One line of any length, for text that a user may copy. */
export const line = (...text: readonly Text[]): Block => ({ kind: 'line', text });
/** Sentences, which the terminal wraps. */
export const paragraph = (...text: readonly Text[]): Block => ({ kind: 'paragraph', text });
/** Names and their values. */
export const facts = (...rows: readonly (readonly [name: string, value: Text])[]): Block => ({
  kind: 'facts',
  rows,
});
/** A table; `head` may be empty. */
export const table = (
  head: Table['head'],
  rows: Table['rows'],
  more: Pick<Table, 'numbers' | 'below' | 'isFitted' | 'layout'> = {},
): Table => ({ kind: 'table', head, rows, ...more });
/** Verbatim lines, such as TOML or a `diff`. */
export const lines = (language: string, all: readonly string[]): Block => ({
  kind: 'code',
  lines: all,
  language,
});
/** A part with a heading; sections within it have the next level. */
export const section = (heading: Text, body: readonly Block[], id?: string): Block => ({
  kind: 'section',
  heading,
  body,
  id,
});
/** A part that a page can fold. */
export const details = (summary: Text, body: readonly Block[], isOpen = false): Block => ({
  kind: 'details',
  summary,
  body,
  isOpen,
});
/** What the terminal indents, as belonging to the line above. */
export const indented = (...body: readonly Block[]): Block => ({ kind: 'indented', body });
/** An empty line on the terminal. */
export const GAP: Block = { kind: 'gap' };

/** @param top maximum number of items shown; -v shows all */
export function list(items: readonly Text[], top: number = Number.POSITIVE_INFINITY): List {
  return { kind: 'list', items: items.slice(0, top), hidden: Math.max(0, items.length - top), hint: '-v' };
}

/** Texts with a separator between them. */
export function joined(texts: readonly Text[], between: Text = ', '): Text {
  return texts.flatMap((text, index) => (index === 0 ? [text] : [between, text]));
}

/** Our own sentences, in which backquotes mark code as in Markdown; text whose backquotes do not match stays as it is. */
export function prose(text: string): Text {
  const parts = text.split('`');
  return parts.length % 2 === 0 ? text : parts.map((part, index) => (index % 2 === 0 ? part : code(part)));
}

/** The runs of a text, in order. */
export function runsOf(text: Text): readonly Run[] {
  if (typeof text === 'string') return text === '' ? [] : [{ text }];
  return 'text' in text ? [text] : text.flatMap(runsOf);
}
