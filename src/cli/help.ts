/** Help, generated from the tables of verbs and options: grouped, with the names of values and the defaults. */
import { GROUPS, type Option } from '../settings/option.ts';
import { wrapText } from '../text/format.ts';
import type { Program } from './verb.ts';
import {
  argumentName,
  GLOBAL_OPTIONS,
  type Positional,
  VERB_GROUPS,
  type Verb,
  type VerbModule,
  verbName,
} from './verb.ts';

/** Maximum width, for readability. */
const COLUMNS_MAX = 100;
/** On narrower terminals texts are below the names that they explain, not beside them. */
const COLUMNS_MIN = 60;
/** Width of the column of option names; longer names get their own line. */
const NAME_COLUMNS = 29;

const EXIT_TEXT = 'Exit status: 0 success, 1 differences or changes, 2 error.';

/** Help of the program: its verbs, and the options that all of them have. */
export function programHelp({ name, about, verbs, start }: Program, columns: number): string {
  const width = Math.min(COLUMNS_MAX, columns);
  const lines = [
    ...about.split('\n').flatMap((line) => wrapText(line, width)),
    ...VERB_GROUPS.flatMap((group) => [
      '',
      `${group}:`,
      ...verbs
        .filter((verb) => verb.group === group)
        .flatMap((verb) => twoColumns(verbName(verb), verb.describe, 12, width)),
    ]),
    ...groupLines(Object.values(GLOBAL_OPTIONS), width),
    ...(start === undefined ? [] : ['', 'To start:', ...exampleLines(start, width)]),
    '',
    ...wrapText(`"${name} help COMMAND" or "${name} COMMAND --help" explains a command.`, width),
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
  const own = Object.values(module.options);
  const args = Object.entries(module.positionals);
  const lines = [
    ...wrapText(`${usageLine(call, usage)} [options]`, width),
    '',
    ...wrapText(describe, width),
    ...(args.length === 0 ? [] : ['']),
    ...args.flatMap(([name, row]) => twoColumns(argumentName(name, row), positionalText(row), 12, width)),
    ...groupLines([...own, ...Object.values(GLOBAL_OPTIONS)], width),
    ...(module.examples.length === 0 ? [] : ['', 'Examples:']),
    ...exampleLines(
      module.examples.map(([command, text]) => [`${call}${command.replace(/^\S+/, '')}`, text]),
      width,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** @param call replaces the first word of `usage` */
export function usageLine(call: string, usage: string): string {
  return `${call}${usage.replace(/^\S+/, '')}`;
}

function exampleLines(
  examples: readonly (readonly [command: string, text: string])[],
  width: number,
): string[] {
  return examples.flatMap(([command, text]) => [
    ...commandLines(command, width),
    ...wrapText(text, width, '      '),
  ]);
}

/** A command on one line, or on several that a shell reads as one, broken in front of options. */
export function commandLines(command: string, width: number): string[] {
  const [first = '', ...parts] = command.split(/ (?=-{1,2}[a-zA-Z]|> |\| )/);
  const lines = [`  ${first}`];
  for (const part of parts) {
    const last = lines.at(-1) as string;
    if (last.length + part.length + 3 <= width) {
      lines[lines.length - 1] = `${last} ${part}`;
    } else {
      lines[lines.length - 1] = `${last} \\`;
      lines.push(`    ${part}`);
    }
  }
  return lines;
}

export function positionalText({ text, choices }: Positional<unknown>): string {
  return choices === undefined ? text : `${text} (${choices.join(', ')})`;
}

function groupLines(options: readonly Option<unknown>[], width: number): string[] {
  return optionGroups(options).flatMap(([group, rows]) => [
    '',
    `${group}:`,
    ...rows.flatMap((row) => twoColumns(optionName(row, '    '), optionText(row), NAME_COLUMNS, width)),
  ]);
}

/** Options by their groups, in order. */
export function optionGroups(
  options: readonly Option<unknown>[],
): readonly (readonly [group: string, rows: readonly Option<unknown>[]])[] {
  return GROUPS.map((group) => [group, options.filter((option) => option.group === group)] as const).filter(
    ([, rows]) => rows.length > 0,
  );
}

/** `-o, --output FILE`. @param space in place of the letter where there is none */
function optionName({ option, alias, metavar }: Option<unknown>, space: string): string {
  const letter = alias === undefined ? space : `-${alias}, `;
  return `${letter}--${option}${metavar === undefined ? '' : ` ${metavar}`}`;
}

/** What it does, its values and its default. */
export function optionText({ text, choices, defaultText }: Option<unknown>): string {
  const facts = [
    ...(choices === undefined || choices.every((choice) => text.includes(choice))
      ? []
      : [choices.join(', ')]),
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
  ];
  return `${text}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`;
}

/** Text longer than its column gets its own line. */
function twoColumns(left: string, right: string, column: number, width: number): string[] {
  if (width < COLUMNS_MIN) return [`  ${left.trimStart()}`, ...wrapText(right, width, '      ')];
  const indent = ' '.repeat(column + 2);
  const [first = '', ...rest] = wrapText(right, width, indent);
  if (left.length > column - 2) return [`  ${left}`, first, ...rest];
  return [`  ${left.padEnd(column)}${first.slice(indent.length)}`, ...rest];
}
