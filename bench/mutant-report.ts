/** The outcomes of mutants, as a page of Markdown. */
import { type Mutation, moduleOf } from './mutations.ts';

export interface Outcome {
  /** Id of the mutation. */
  readonly id: string;
  /** Tests that do not terminate have noticed it, too. */
  readonly end: 'killed' | 'timed out' | 'survived';
  /** Directory and pattern of the tests that noticed it; empty if none did. */
  readonly by: string;
  readonly seconds: number;
}

export interface Method {
  readonly seed: string;
  readonly date: string;
}

const ENDS = ['killed', 'timed out', 'survived'] as const;

/**
 * @param all existing mutants
 * @param reasons why a surviving mutant is harmless, by id
 * @param texts of the files, by path with a leading slash
 */
export function renderMutants(
  all: readonly Mutation[],
  outcomes: ReadonlyMap<string, Outcome>,
  reasons: Readonly<Record<string, string>>,
  texts: Readonly<Record<string, string>>,
  { seed, date }: Method,
): string {
  const ran = all.filter(({ id }) => outcomes.has(id));
  const survivors = ran.filter(({ id }) => outcomes.get(id)?.end === 'survived');
  const unexplained = survivors.filter(({ id }) => reasons[id] === undefined).length;
  return [
    '# Mutants',
    '',
    `Made by \`node bench/mutants.ts\` on ${date}: ${ran.length} of ${all.length} mutants, seed ${seed}. ${survivors.length} survived; ${survivors.length - unexplained} of them have a reason below, and ${unexplained} still need a test.`,
    '',
    countTable('directory', all, ran, outcomes, moduleOf),
    '',
    countTable('operator', all, ran, outcomes, ({ operator }) => operator),
    '',
    '## Survivors',
    '',
    '| mutant | where | change | why no test notices |',
    '| --- | --- | --- | --- |',
    ...survivors
      .toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
      .map((mutation) => survivorRow(mutation, texts, reasons[mutation.id])),
    '',
  ].join('\n');
}

function countTable(
  title: string,
  all: readonly Mutation[],
  ran: readonly Mutation[],
  outcomes: ReadonlyMap<string, Outcome>,
  keyOf: (mutation: Mutation) => string,
): string {
  const row = (name: string, isIn: (mutation: Mutation) => boolean): string => {
    const inRow = ran.filter(isIn);
    const counts = ENDS.map((end) => inRow.filter(({ id }) => outcomes.get(id)?.end === end).length);
    return `| ${[name, all.filter(isIn).length, inRow.length, ...counts].join(' | ')} |`;
  };
  const names = [...new Set(all.map(keyOf))].sort();
  return [
    `| ${[title, 'mutants', 'run', ...ENDS].join(' | ')} |`,
    `| ${['', '', '', ...ENDS].map(() => '---').join(' | ')} |`,
    ...names.map((name) => row(name, (mutation) => keyOf(mutation) === name)),
    row('all', () => true),
  ].join('\n');
}

/** The line, with the replaced part and its replacement. */
function survivorRow(
  { id, file, line, start, end, replacement }: Mutation,
  texts: Readonly<Record<string, string>>,
  reason = '**not known**',
): string {
  const old = (texts[`/${file}`] ?? '').slice(start, end);
  const change = `${code(old)} → ${replacement === ';' ? 'removed' : code(replacement)}`;
  return `| ${id} | ${file}:${line} | ${change} | ${reason} |`;
}

const LONGEST_CODE = 80;

function code(text: string): string {
  const short = text.replaceAll(/\s+/g, ' ');
  const shown = short.length > LONGEST_CODE ? `${short.slice(0, LONGEST_CODE)}...` : short;
  return `\`${shown.replaceAll('|', '\\|')}\``;
}
