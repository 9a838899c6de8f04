import { extractArchive, extractDocument } from '../app/extract-archive.ts';
import { FORCE_OPTION, READ_OPTIONS } from '../app/work-options.ts';
import { documentText } from '../json/document.ts';
import { requiredText } from '../settings/option.ts';
import { formatBytes, formatSeconds, plural, showText } from '../text/format.ts';
import { EXIT_OK } from './exit.ts';
import { readOptions } from './reading.ts';
import { warningLines } from './report.ts';
import { withSignals } from './signals.ts';
import { makePaint, type Terminal } from './terminal.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule, words } from './verb.ts';

const POSITIONALS = {
  archive: requiredWord('A cpio or tar archive, compressed or not'),
  patterns: words('Only these paths or globs, and everything below them'),
};
const OPTIONS = {
  directory: requiredText({
    option: 'directory',
    alias: 'C',
    group: 'Output',
    metavar: 'DIR',
    text: 'Directory to extract into; created if missing',
  }),
  force: { ...FORCE_OPTION.force, text: 'Replace existing files' },
  ...READ_OPTIONS,
};
type ExtractArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const extract: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['extract rootfs.cpio.xz -C rootfs', 'the whole tree; owners and devices need root'],
    [
      'extract rootfs.cpio.xz -C here etc/os-release',
      'one file; only the block that holds it is decompressed',
    ],
  ],
  run: runExtract,
});

async function runExtract(args: ExtractArguments, terminal: Terminal): Promise<number> {
  const done = await withSignals((signal) => {
    const { archive, patterns, directory, force } = args;
    return extractArchive({
      ...{ archive, patterns, directory, force },
      read: { ...readOptions(args, terminal), signal },
    });
  });
  if (args.json) {
    terminal.out(documentText(extractDocument(args, done)));
  } else if (!args.quiet) {
    const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
    const entries = plural(done.entries, 'entry', 'entries');
    const lines = [
      `${paint('bold', showText(args.archive))} -> ${paint('bold', showText(args.directory))}`,
      `  ${entries}, ${formatBytes(done.bytes)}, ${formatSeconds(done.seconds)}`,
      ...warningLines(done.warnings, args.verbose, paint),
    ];
    terminal.out(`${lines.join('\n')}\n`);
  }
  return EXIT_OK;
}
