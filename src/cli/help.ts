/** Help, generated from the tables of verbs and options: grouped, with the names of values and the defaults. */
import { GROUPS, type Option } from '../settings/option.ts';
import { wrapText } from '../text/format.ts';
import type { Program } from './verb.ts';
import { GLOBAL_OPTIONS, type Positional, type Verb, type VerbModule } from './verb.ts';

/** Maximum width, for readability. */
const COLUMNS_MAX = 100;
/** Width of the column of option names; longer names get their own line. */
const NAME_COLUMNS = 29;

const EXIT_TEXT = 'Exit status: 0 success, 1 differences or changes, 2 error.';

/** Help of the program: its verbs, and the options that all of them have. */
export function programHelp({ name, about, verbs }: Program, columns: number): string {
  const width = Math.min(COLUMNS_MAX, columns);
  const rows = [
    ...verbs.map(({ usage, describe }) => [`${name} ${usage}`, describe] as const),
    [`${name} completion`, 'Print a completion script for bash or zsh'] as const,
  ];
  const lines = [
    ...about.split('\n').flatMap((line) => wrapText(line, width)),
    '',
    'Commands:',
    ...rows.flatMap(([usage, text]) => twoColumns(usage, text, 33, width)),
    ...groupLines(Object.values(GLOBAL_OPTIONS), width),
    '',
    ...wrapText(`${name} COMMAND --help explains a command.`, width),
    ...wrapText('--version prints the versions that decide output bytes.', width),
    ...wrapText(EXIT_TEXT, width),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Help of one verb.
 *
 * @param call what to type: `stillroot pack`
 */
export function verbHelp(
  call: string,
  { usage, describe }: Verb,
  module: VerbModule,
  columns: number,
): string {
  const width = Math.min(COLUMNS_MAX, columns);
  const names = usage.split(' ').slice(1).join(' ');
  const required = Object.values(module.options)
    .filter(({ isRequired }) => isRequired === true)
    .map(({ option, alias, metavar }) => ` ${alias === undefined ? `--${option}` : `-${alias}`} ${metavar}`);
  const own = Object.values(module.options);
  const lines = [
    `${[call, names].filter((word) => word !== '').join(' ')}${required.join('')} [options]`,
    '',
    ...wrapText(describe, width),
    '',
    ...Object.entries(module.positionals).flatMap(([name, row]) =>
      twoColumns(name, positionalText(row), 12, width),
    ),
    ...groupLines([...own, ...Object.values(GLOBAL_OPTIONS)], width),
    '',
    'Examples:',
    ...module.examples.flatMap(([command, text]) => [
      ...wrapText(`${call}${command.replace(/^\S+/, '')}`, width, '  '),
      ...wrapText(text, width, '      '),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function positionalText({ text, choices }: Positional<unknown>): string {
  return choices === undefined ? text : `${text} (${choices.join(', ')})`;
}

function groupLines(options: readonly Option<unknown>[], width: number): string[] {
  return GROUPS.flatMap((group) => {
    const rows = options.filter((option) => option.group === group);
    if (rows.length === 0) return [];
    return ['', `${group}:`, ...rows.flatMap((row) => optionLines(row, width))];
  });
}

function optionLines(
  { option, alias, metavar, text, choices, defaultText }: Option<unknown>,
  width: number,
): string[] {
  const letter = alias === undefined ? '    ' : `-${alias}, `;
  const value = metavar === undefined ? '' : ` ${metavar}`;
  const facts = [
    ...(choices === undefined || choices.every((choice) => text.includes(choice))
      ? []
      : [choices.join(', ')]),
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
  ];
  const more = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
  return twoColumns(`${letter}--${option}${value}`, `${text}${more}`, NAME_COLUMNS, width);
}

/** Text longer than its column gets its own line. */
function twoColumns(left: string, right: string, column: number, width: number): string[] {
  const indent = ' '.repeat(column + 2);
  const [first = '', ...rest] = wrapText(right, width, indent);
  if (left.length > column - 2) return [`  ${left}`, first, ...rest];
  return [`  ${left.padEnd(column)}${first.slice(indent.length)}`, ...rest];
}
