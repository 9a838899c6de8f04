import { eachEntry, warningRows } from '../app/list-archive.ts';
import { PathPatterns } from '../app/path-patterns.ts';
import { READ_OPTIONS } from '../app/work-options.ts';
import { StillrootError } from '../errors.ts';
import { entryRow, longLine, pathLine } from '../list/lines.ts';
import { optionalChoice } from '../settings/option.ts';
import { IMAGE_OPTIONS } from '../settings/resolve.ts';
import type { ArchiveEntry } from '../source/archive-entry.ts';
import type { Warning } from '../source/source.ts';
import { showText } from '../text/format.ts';
import { EXIT_OK, EXIT_TROUBLE } from './exit.ts';
import { refusalOf } from './failures.ts';
import { Printer, printWarnings, READER_GONE } from './printer.ts';
import { readOptions } from './reading.ts';
import type { Terminal } from './terminal.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule, words } from './verb.ts';

const FORMATS = ['long', 'paths', 'json', 'mtree', 'composefs-dump'] as const;

const POSITIONALS = {
  archive: requiredWord('A cpio or tar archive, compressed or not, or a container image', {
    completes: 'input',
  }),
  patterns: words('Only these paths or globs, and everything below them', { completes: 'entry' }),
};
const OPTIONS = {
  format: optionalChoice(
    {
      option: 'format',
      group: 'Output',
      metavar: 'FORMAT',
      text: 'Like ls -l (the default), only paths, JSON, or a specification of the tree for mtree or mkcomposefs',
    },
    FORMATS,
  ),
  ...IMAGE_OPTIONS,
  ...READ_OPTIONS,
};
export type ListArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const list: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['list rootfs.cpio.xz', 'one line per entry, in archive order, like ls -l'],
    [
      "list rootfs.tar.gz etc 'usr/lib/**/*.so*'",
      'a directory with everything below it, and what a glob matches',
    ],
    ['list rootfs.cpio.xz --json', 'as a JSON document'],
    ['list rootfs.cpio.xz --format mtree', 'the tree with SHA-256 digests, in tree order'],
  ],
  foreign: { letters: 'tfxzJjai', hint: 'Unlike tar: stillroot list ARCHIVE [PATTERN...].' },
  run: runList,
});

async function runList(args: ListArguments, terminal: Terminal): Promise<number> {
  const format = args.json ? 'json' : (args.format ?? 'long');
  const patterns = new PathPatterns(args.patterns);
  const printer = new Printer(terminal);
  try {
    if (format === 'long' || format === 'paths') {
      await listLines(args, patterns, format === 'long' ? longLine : pathLine, printer, terminal);
    } else if (format === 'json') {
      const status = await listJson(args, patterns, printer, terminal);
      if (status !== EXIT_OK) return status;
    } else {
      const { listTree } = await import('../app/list-tree.ts');
      const onText = (text: string): void => printer.print(text);
      const options = readOptions(args, terminal);
      const warnings = await listTree(args.archive, format, patterns, options, onText);
      if (!args.quiet) printWarnings(warnings, terminal);
    }
    printer.flush();
  } catch (error) {
    if (error !== READER_GONE) throw error;
  }
  patterns.requireUsed(args.archive);
  return EXIT_OK;
}

/** What could be read before an error is still shown, followed by the warnings. */
async function withWarnings(
  args: ListArguments,
  terminal: Terminal,
  read: (warnings: Warning[]) => Promise<void>,
  flush: () => void,
): Promise<void> {
  const warnings: Warning[] = [];
  try {
    await read(warnings);
  } finally {
    flush();
    if (!args.quiet) printWarnings(warnings, terminal);
  }
}

async function listLines(
  args: ListArguments,
  patterns: PathPatterns,
  lineOf: (entry: ArchiveEntry) => string,
  printer: Printer,
  terminal: Terminal,
): Promise<void> {
  const onEntry = (entry: ArchiveEntry): void => printer.print(`${lineOf(entry)}\n`);
  const read = (warnings: Warning[]): Promise<void> =>
    eachEntry(args.archive, patterns, readOptions(args, terminal), onEntry, warnings);
  await withWarnings(args, terminal, read, () => printer.flush());
}

/**
 * Rows are kept as text until the archive has been read: an error is part of the document itself, after the entries
 * that could be read before it.
 *
 * @returns the exit status
 */
async function listJson(
  args: ListArguments,
  patterns: PathPatterns,
  printer: Printer,
  terminal: Terminal,
): Promise<number> {
  const rows: string[] = [];
  const warnings: Warning[] = [];
  let fault: StillrootError | undefined;
  const onEntry = (entry: ArchiveEntry, segment: number): void => {
    rows.push(indented(entryRow(entry, segment), 4));
  };
  try {
    await eachEntry(args.archive, patterns, readOptions(args, terminal), onEntry, warnings);
    patterns.requireUsed(args.archive);
  } catch (error) {
    if (!(error instanceof StillrootError) || rows.length === 0) throw error;
    fault = error;
  }
  printer.print(`{\n  "schema": "stillroot/list/1",\n  "entries": [`);
  for (const [index, row] of rows.entries()) printer.print(`${index === 0 ? '' : ','}\n    ${row}`);
  printer.print(`${rows.length === 0 ? '' : '\n  '}]`);
  const told = warningRows(warnings);
  if (told.length > 0) printer.print(`,\n  "warnings": ${indented(told, 2)}`);
  if (fault !== undefined) {
    printer.print(`,\n  "error": ${indented(refusalOf(fault), 2)}`);
  }
  printer.print('\n}\n');
  if (fault === undefined) return EXIT_OK;
  printer.flush();
  terminal.err(`stillroot: ${showText(fault.message)}\n`);
  return EXIT_TROUBLE;
}

function indented(value: object, spaces: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`);
}
