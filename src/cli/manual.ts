/** The manual page, in man(7), generated from the tables of verbs, options, policies and limits. */
import { POLICIES } from '../rules/policies.ts';
import type { Option } from '../settings/option.ts';
import { LIMIT_TABLE } from '../source/read-limits.ts';
import { formatBytes, formatCount, wrapText } from '../text/format.ts';
import { toolVersion } from '../versions.ts';
import { optionGroups, optionText, positionalText, usageLine } from './help.ts';
import {
  argumentName,
  GLOBAL_OPTIONS,
  type Program,
  VERB_GROUPS,
  type Verb,
  type VerbModule,
  verbName,
} from './verb.ts';

/** Of the page as it is stored; what shows it fills lines anew. */
const LINE_LENGTH = 78;

const EXIT_STATUSES = [
  ['0', 'Success, or no difference.'],
  ['1', 'There are differences, or changes to be made.'],
  ['2', 'An error: wrong usage, a bug, or standard output that cannot be written.'],
  ['129, 130, 143', 'Ended by SIGHUP, SIGINT or SIGTERM.'],
] as const;

const VARIABLES = [
  [
    'SOURCE_DATE_EPOCH',
    'Seconds since 1970; later timestamps are clamped to it. --source-date-epoch overrides it.',
  ],
  [
    'TMPDIR',
    'Directory for temporary files, such as decompressed archives and copies of standard input. Default: /var/tmp.',
  ],
  [
    'XDG_CACHE_HOME',
    'The cache of compressed blocks, and of compiled code of stillroot itself, is in its directory stillroot. Default: ~/.cache.',
  ],
  ['NO_COLOR, FORCE_COLOR', 'Whether reports have colours; --color overrides both.'],
  ['CI', 'If set, progress is not shown.'],
  ['SHELL', 'The shell for which completion prints a script.'],
  [
    'BUILDROOT, ROOTDIR, ROOT, TARGET_DIR, IMAGE_ROOTFS',
    'The directory that finalize changes, set by image builders; the first one that is set.',
  ],
] as const;

/** The same bytes for the same tables: it has no date. */
export async function manualPage(program: Program): Promise<string> {
  const { name, verbs } = program;
  const modules = await Promise.all(verbs.map(async (verb) => [verb, await verb.load()] as const));
  const known = new Map<string, string>();
  const lines = [
    `.\\" Written by "${name} help --manual".`,
    `.TH ${name.toUpperCase()} 1 "" "${name} ${toolVersion()}" "User Commands"`,
    '.SH NAME',
    `${name} \\- make Linux root filesystems byte-for-byte reproducible`,
    '.SH SYNOPSIS',
    ...modules.flatMap(([verb], at) => [
      ...(at === 0 ? [] : ['.br']),
      code(usageLine(callOf(name, verb), verb.usage)),
    ]),
    '.SH DESCRIPTION',
    ...paragraph(
      `${name} reads a root filesystem, removes or normalizes whatever changes between two bootstraps (logs, caches, machine-id, lock files and the like) by rules for the distribution, fixes timestamps and ownership, and writes a byte-stable archive: cpio for the Linux kernel, tar, or a container image. The same package set gives the same SHA-256.`,
    ),
    '.PP',
    ...paragraph(
      'An input may be a directory or an archive (cpio or tar, plain or compressed with xz, gzip, zstd, lz4 or bzip2, or a container image). In place of a file, - reads standard input, and pipes can be named.',
    ),
    '.SH COMMANDS',
    ...VERB_GROUPS.flatMap((group) =>
      modules
        .filter(([verb]) => verb.group === group)
        .flatMap(([verb, module]) => verbSection(name, verb, module, known)),
    ),
    '.SH COMMON OPTIONS',
    ...optionLines(Object.values(GLOBAL_OPTIONS)),
    ...item(code('-h, --help'), 'Explain the command.'),
    ...item(code('-V, --version'), 'Print the versions that decide output bytes.'),
    '.SH POLICIES',
    ...paragraph('Choices on which projects disagree, for --policy NAME=VALUE:'),
    ...POLICIES.flatMap((policy) => [
      ...item(
        `${code(policy.name)} (${policy.values.map(prose).join(', ')}; default: ${prose(policy.default)})`,
        policy.what,
      ),
    ]),
    '.SH LIMITS',
    ...paragraph(
      'What an archive may demand of its reader, for --limit NAME=VALUE; K, M, G and T are powers of 1024.',
    ),
    ...LIMIT_TABLE.flatMap(({ name: limit, value, unit, why }) =>
      item(
        `${code(limit)} (${unit === 'bytes' ? formatBytes(value) : `${formatCount(value)} ${unit}`})`,
        `${why}.`,
      ),
    ),
    '.SH EXIT STATUS',
    ...EXIT_STATUSES.flatMap(([status, text]) => item(code(status), text)),
    '.SH ENVIRONMENT',
    ...VARIABLES.flatMap(([variables, text]) => item(code(variables), text)),
    '.SH SEE ALSO',
    `${['cpio', 'tar', 'mmdebstrap', 'mkosi', 'diffoscope'].map((page) => `.BR ${page} (1)`).join(' ,\n')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function verbSection(name: string, verb: Verb, module: VerbModule, known: Map<string, string>): string[] {
  const call = callOf(name, verb);
  const own: Option<unknown>[] = [];
  /** Names of options that an earlier command explains, by that command. */
  const elsewhere = new Map<string, string[]>();
  for (const row of Object.values(module.options)) {
    const key = `--${row.option} ${row.metavar ?? ''} ${optionText(row)}`;
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, verbName(verb));
      own.push(row);
    } else {
      elsewhere.set(first, [...(elsewhere.get(first) ?? []), row.option]);
    }
  }
  return [
    `.SS ${code(usageLine(call, verb.usage))} [options]`,
    ...paragraph(`${verb.describe}.`),
    ...Object.entries(module.positionals).flatMap(([key, row]) =>
      item(`\\fI${prose(argumentName(key, row))}\\fR`, positionalText(row)),
    ),
    ...optionGroups(own).flatMap(([group, rows]) => ['.PP', `${prose(group)}:`, ...optionLines(rows)]),
    ...[...elsewhere].flatMap(([first, options]) => [
      '.PP',
      ...wrapText(
        `As for ${code(first)}: ${options.map((option) => code(`--${option}`)).join(', ')}`,
        LINE_LENGTH,
      ),
    ]),
    ...(module.examples.length === 0 ? [] : ['.PP', 'Examples:']),
    ...module.examples.flatMap(([command, text]) =>
      item(code(`${call}${command.replace(/^\S+/, '')}`), text),
    ),
  ];
}

function callOf(name: string, verb: Verb): string {
  return `${name} ${verbName(verb)}`;
}

function optionLines(rows: readonly Option<unknown>[]): string[] {
  return rows.flatMap((row) => {
    const { option, alias, metavar } = row;
    const names = [...(alias === undefined ? [] : [`-${alias}`]), `--${option}`].map(code).join(', ');
    return item(
      `${names}${metavar === undefined ? '' : ` \\fI${prose(metavar)}\\fR`}`,
      `${optionText(row)}.`,
    );
  });
}

function item(tag: string, text: string): string[] {
  return ['.TP', tag, ...paragraph(text)];
}

function paragraph(text: string): string[] {
  return wrapText(prose(text), LINE_LENGTH).map((line) => line.replace(/^\./, '\\&.'));
}

/** What is typed. */
function code(text: string): string {
  return `\\fB${prose(text)}\\fR`;
}

/** Text that roff reads as text: a hyphen that can be copied, and no sequence of its own. */
function prose(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti');
}
