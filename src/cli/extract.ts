import { extractArchive, extractDocument } from '../app/extract-archive.ts';
import { ATTRIBUTE_OPTIONS, FORCE_OPTION, READ_OPTIONS } from '../app/work-options.ts';
import { extractReport } from '../report/changes.ts';
import { requiredText } from '../settings/option.ts';
import { IMAGE_OPTIONS } from '../settings/resolve.ts';
import { isDirectory, isFile } from '../system/files.ts';
import { quoteWord } from '../text/format.ts';
import { EXIT_OK, withSignals } from './exit.ts';
import { withProgress } from './progress.ts';
import { readOptions } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule, words } from './verb.ts';

const POSITIONALS = {
  archive: requiredWord('A cpio or tar archive, compressed or not, or a container image', {
    completes: 'input',
  }),
  patterns: words('Only these paths or globs, and everything below them', { completes: 'entry' }),
};
const OPTIONS = {
  directory: requiredText({
    option: 'directory',
    alias: 'C',
    group: 'Output',
    metavar: 'DIR',
    example: 'rootfs',
    completes: 'directory',
    text: 'Directory to extract into; created if missing',
  }),
  force: { ...FORCE_OPTION.force, text: 'Replace existing files' },
  ...ATTRIBUTE_OPTIONS,
  ...IMAGE_OPTIONS,
  ...READ_OPTIONS,
};
type ExtractArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const extract: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['extract rootfs.cpio.xz -C rootfs', 'the whole tree; owners, devices and file capabilities need root'],
    [
      'extract rootfs.cpio.xz -C here etc/os-release',
      'one file; only the block that holds it is decompressed',
    ],
  ],
  foreign: { letters: 'xtzJjpid', hint: 'Unlike tar: stillroot extract ARCHIVE [PATTERN...] -C DIR.' },
  guess: guessDirectory,
  run: runExtract,
});

/** A directory without `-C`, or before the archive. */
function guessDirectory(
  [archive = '', ...patterns]: readonly string[],
  isGiven: (option: string) => boolean,
): string | undefined {
  const last = patterns.at(-1);
  if (last === undefined || isGiven('directory')) return undefined;
  if (patterns.length === 1 && isDirectory(archive) && isFile(last)) {
    return `Did you mean stillroot extract ${quoteWord(last)} -C ${quoteWord(archive)}?`;
  }
  const isOne = patterns.length === 1 || last.endsWith('/') || isDirectory(last);
  return isOne ? `Did you mean -C ${quoteWord(last)}?` : undefined;
}

async function runExtract(args: ExtractArguments, terminal: Terminal): Promise<Outcome> {
  const { archive, patterns, directory, force, policies } = args;
  const done = await withProgress(args, terminal, 'reading', (show) =>
    withSignals((signal) =>
      extractArchive({
        ...{ archive, patterns, directory, force, policies },
        read: { ...readOptions(args, terminal), signal },
        onProgress: (count, total) => show({ what: 'extracting', done: count, total, unit: 'entries' }),
      }),
    ),
  );
  return {
    status: EXIT_OK,
    document: () => extractDocument(args, done),
    report: () => extractReport(args.archive, args.directory, done, args.verbose),
  };
}
