/** The words of a command line as the parser reads them without doubt: long options with their values, and arguments. */
import { StillrootError } from '../errors.ts';
import { suggest } from '../rules/suggest.ts';
import type { Option } from '../settings/option.ts';

/**
 * In front of every value and argument: the parser would read some of them otherwise, `-` as an empty text, and without the
 * quotes that a file name may begin and end with. No argument of a program can hold this character.
 */
const MARK = '\0';

type Row = Pick<Option<unknown>, 'option' | 'alias' | 'kind' | 'canBeNone'>;

/** Options that every command line has besides those of the tables. */
const HELP: readonly Row[] = [
  { option: 'help', alias: 'h', kind: 'flag' },
  { option: 'version', alias: 'V', kind: 'flag' },
];

export interface Spelling {
  readonly rows: readonly Row[];
  /** For messages: `stillroot pack`. */
  readonly call: string;
  /** What to do instead of letters that a similar program has. */
  readonly foreign?: { readonly letters: string; readonly hint: string } | undefined;
}

/**
 * Letters become names, `-oFILE` and `-o FILE` become `--output=FILE`, and `-9` becomes `--level=9`.
 *
 * @throws StillrootError `usage` for an unknown option, one without its value, and one with a value that it has no use for
 */
export function spellOut(argv: readonly string[], { rows, ...spelling }: Spelling): string[] {
  const { call } = spelling;
  const all = [...rows, ...HELP];
  const found: string[] = [];
  const rest = [...argv];
  const addValue = (row: Row, written: string, attached: string | undefined): void => {
    if (attached !== undefined) {
      found.push(`--${row.option}=${marked(attached)}`);
      return;
    }
    const next = rest[0];
    if (next === undefined || (/^-./.test(next) && !/^-\d/.test(next))) {
      throw new StillrootError('usage', 'needs a value', { where: written, hint: `See ${call} --help.` });
    }
    rest.shift();
    found.push(`--${row.option}=${marked(next)}`);
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--')) {
      const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      const row = all.find(({ option }) => option === name);
      if (row !== undefined && takesValue(row)) addValue(row, `--${name}`, value);
      else if (row !== undefined || isNegated(name, all)) found.push(flagOf(name, value, call));
      else throw unknownOption(word, name, all, call);
    } else if (/^-./.test(word)) {
      readLetters(word, { rows: all, ...spelling }, (row, rest) => {
        if (takesValue(row))
          addValue(row, row.alias === undefined ? `--${row.option}` : `-${row.alias}`, rest);
        else found.push(`--${row.option}`);
      });
    } else {
      found.push(marked(word));
    }
  }
  return found;
}

function takesValue({ kind }: Row): boolean {
  return kind === 'value' || kind === 'list';
}

/** Whether this is `no-NAME` of an option that can be switched off. */
function isNegated(name: string, rows: readonly Row[]): boolean {
  const row = name.startsWith('no-') ? rows.find(({ option }) => `no-${option}` === name) : undefined;
  return row !== undefined && (row.kind === 'flag' || row.canBeNone === true);
}

function flagOf(name: string, value: string | undefined, call: string): string {
  if (value === undefined || value === 'true') return `--${name}`;
  if (value === 'false' && !name.startsWith('no-')) return `--no-${name}`;
  throw new StillrootError('usage', `takes no value, but got ${JSON.stringify(value)}`, {
    where: `--${name}`,
    hint: `See ${call} --help.`,
  });
}

/** @param onOption receives an option and what follows it in the word, which is its value if it takes one */
function readLetters(
  word: string,
  { rows, call, foreign }: Spelling,
  onOption: (row: Row, rest: string | undefined) => void,
): void {
  const level = rows.find(({ option }) => option === 'level');
  if (level !== undefined && /^-\d+$/.test(word)) {
    onOption(level, word.slice(1));
    return;
  }
  const name = /^-([^=]{2,})/.exec(word)?.[1];
  const long = rows.find(({ option }) => option === name);
  if (long !== undefined) throw unknownOption(word, `${name}`, [long], call);
  for (let at = 1; at < word.length; at += 1) {
    const row = rows.find(({ alias }) => alias === word[at]);
    if (row === undefined) {
      const letter = String.fromCodePoint(word.codePointAt(at) ?? 0);
      throw unknownLetter(letter, rows, { call, foreign });
    }
    const rest = word.slice(at + 1).replace(/^=/, '');
    if (takesValue(row)) {
      onOption(row, at + 1 < word.length ? rest : undefined);
      return;
    }
    onOption(row, undefined);
  }
}

function unknownLetter(
  letter: string,
  rows: readonly Row[],
  { call, foreign }: Omit<Spelling, 'rows'>,
): StillrootError {
  if (foreign?.letters.includes(letter) === true) {
    return new StillrootError('usage', 'unknown option', { where: `-${letter}`, hint: foreign.hint });
  }
  const meant = rows.find(({ alias }) => alias?.toLowerCase() === letter.toLowerCase())?.alias;
  if (meant === undefined) return unknownOption(`-${letter}`, '', rows, call);
  const hint = `Did you mean '-${meant}'?`;
  return new StillrootError('usage', 'unknown option', { where: `-${letter}`, hint });
}

function unknownOption(word: string, name: string, rows: readonly Row[], call: string): StillrootError {
  const names = rows.flatMap((row) =>
    isNegated(`no-${row.option}`, [row]) ? [row.option, `no-${row.option}`] : [row.option],
  );
  const begun = names.filter((each) => name.length > 1 && each.startsWith(name));
  const meant = suggest(name, names) ?? (begun.length === 1 ? begun[0] : undefined);
  const [written = word] = word.split('=');
  return new StillrootError('usage', 'unknown option', {
    where: written,
    hint: meant === undefined ? `See ${call} --help.` : `Did you mean '--${meant}'?`,
  });
}

function marked(word: string): string {
  return `${MARK}${word}`;
}

/** What the parser found, as it was typed. */
export function unmarked(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : value;
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(value)]));
}
