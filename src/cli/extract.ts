import type { ExtractDocument } from '../documents/extract.ts';
import { type ExtractResult, extract as extractEntries } from '../extract/extract.ts';
import { documentSeconds, documentText } from '../json/document.ts';
import { formatBytes, formatSeconds, plural, showText } from '../report/text.ts';
import { requiredText } from '../settings/option.ts';
import { type ArchiveSource, openArchivePart, openArchiveSource } from '../source/archive-source.ts';
import { layerWarning } from '../source/layer-marks.ts';
import type { Warning } from '../source/source.ts';
import { showPath } from '../tree/path.ts';
import { EXIT_OK } from './exit.ts';
import { FORCE_OPTION, READ_OPTIONS } from './options.ts';
import { PathPatterns } from './path-patterns.ts';
import { readOptions } from './reading.ts';
import { warningLines } from './report.ts';
import { withSignals } from './signals.ts';
import { makePaint, type Terminal } from './terminal.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule, words } from './verb.ts';

const POSITIONALS = {
  archive: requiredWord('A cpio or tar archive, compressed or not'),
  patterns: words('Only these paths or globs, and what is below them'),
};
const OPTIONS = {
  directory: requiredText({
    option: 'directory',
    alias: 'C',
    group: 'Output',
    metavar: 'DIR',
    text: 'Directory to extract into; made where it is missing',
  }),
  force: { ...FORCE_OPTION.force, text: 'Replace existing files' },
  ...READ_OPTIONS,
};
type ExtractArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const extract: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['extract rootfs.cpio.xz -C rootfs', 'the whole tree; owners and devices as root only'],
    [
      'extract rootfs.cpio.xz -C here etc/os-release',
      'one file; of a large archive one block is decompressed',
    ],
  ],
  run: runExtract,
});

async function runExtract(args: ExtractArguments, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const patterns = new PathPatterns(args.patterns);
  const { warnings, ...result } = await withSignals((signal) =>
    extractMatching(args, patterns, terminal, signal),
  );
  const seconds = (performance.now() - started) / 1000;
  if (args.json) {
    const document: ExtractDocument = {
      schema: 'stillroot/extract/1',
      archive: args.archive,
      directory: args.directory,
      ...result,
      warnings: warnings.map(({ code, path, message }) => ({ code, path: showPath(path), message })),
      seconds: documentSeconds(seconds),
    };
    terminal.out(documentText(document));
  } else if (!args.quiet) {
    const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
    const entries = plural(result.entries, 'entry', 'entries');
    const lines = [
      `${paint('bold', showText(args.archive))} -> ${paint('bold', showText(args.directory))}`,
      `  ${entries}, ${formatBytes(result.bytes)}, ${formatSeconds(seconds)}`,
      ...warningLines(warnings, args.verbose, paint),
    ];
    terminal.out(`${lines.join('\n')}\n`);
  }
  return EXIT_OK;
}

async function extractMatching(
  args: ExtractArguments,
  patterns: PathPatterns,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExtractResult> {
  const source = await openMatching(args.archive, patterns, { ...readOptions(args, terminal), signal });
  try {
    const entries = source.tree.entries.filter(({ path }) => patterns.matches(path));
    patterns.requireUsed(args.archive);
    const result = await extractEntries(source, entries, args.directory, {
      force: args.force,
      root: patterns.isEmpty && source.hasRoot,
      signal,
    });
    const layer = layerWarning(source.tree);
    const all = layer === undefined ? source.warnings : [...source.warnings, layer];
    const about = all.filter(({ path }) => path === '' || patterns.matches(path));
    return { ...result, warnings: [...ofExtraction(about), ...result.warnings] };
  } finally {
    source.close();
  }
}

/** As the kernel reads it, with what early archives hold; single paths of ours are looked up. */
async function openMatching(
  archive: string,
  patterns: PathPatterns,
  options: Parameters<typeof openArchiveSource>[1],
): Promise<ArchiveSource> {
  const { literals } = patterns;
  const part = literals === undefined ? undefined : await openArchivePart(archive, literals, options);
  return part ?? (await openArchiveSource(archive, { ...options, early: 'merged' }));
}

/** That a cpio archive cannot hold extended attributes is of no concern here. */
function ofExtraction(warnings: readonly Warning[]): Warning[] {
  const others = warnings.filter(({ code }) => code !== 'xattr');
  const count = warnings.length - others.length;
  if (count === 0) return others;
  const entries = count === 1 ? '1 entry' : `${count} entries`;
  const message = `extended attributes of ${entries} are not restored`;
  return [...others, { code: 'xattr-not-restored', path: '', message }];
}
