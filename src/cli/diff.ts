import { type Diff, diffSides } from '../diff/diff.ts';
import { proposalToml } from '../diff/toml.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { openFileSink } from '../pack/sink.ts';
import type { GlobalArguments, NormalizeArguments, RuleArguments } from './arguments.ts';
import { diffDocument, sameFilesDocument } from './diff-document.ts';
import { parseReport, writeReport } from './diff-outputs.ts';
import { diffReport, sameFilesReport } from './diff-report.ts';
import { areSameFiles, withSides } from './diff-sides.ts';
import { diffView } from './diff-view.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { isManifest } from './is-manifest.ts';
import { parseWhole } from './numbers.ts';
import { NORMALIZE_OPTIONS, RULE_OPTIONS } from './options.ts';
import { proposalComments } from './proposal-comments.ts';
import { READ_OPTIONS, type ReadArguments, readOptions } from './read-options.ts';
import { makePaint, type Terminal } from './terminal.ts';
import type { VerbModule } from './verb.ts';

export type DiffArguments = GlobalArguments &
  RuleArguments &
  ReadArguments &
  Omit<NormalizeArguments, 'strict'> & {
    readonly a: string;
    readonly b: string;
    readonly propose?: string;
    readonly report?: readonly string[];
    readonly force: boolean;
    readonly examples: string;
  };

/** More would be no summary; --json has all. */
const MAX_EXAMPLES = 10_000;

/** Nothing is written, so there is nothing to refuse for a warning. */
const { strict: _strict, ...SETTINGS } = NORMALIZE_OPTIONS;

export const diff: VerbModule = {
  positionals: {
    a: {
      type: 'string',
      describe: 'Directory or archive of a root filesystem, or a manifest',
      demandOption: true,
    },
    b: { type: 'string', describe: 'Another one', demandOption: true },
  },
  options: {
    propose: {
      type: 'string',
      requiresArg: true,
      describe: 'Write the proposed rules to this file, and prove them by digests',
    },
    report: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'html=FILE, md=FILE, or diffoscope=FILE for its JSON; repeatable',
    },
    force: {
      alias: 'f',
      type: 'boolean',
      default: false,
      describe: 'Overwrite existing files of rules and reports',
    },
    examples: {
      type: 'string',
      default: '20',
      requiresArg: true,
      describe: 'Causes that are shown with an example',
    },
    ...RULE_OPTIONS,
    ...SETTINGS,
    ...READ_OPTIONS,
  },
  examples: [
    ['diff first second', 'why two trees differ; exit status 1 if they do'],
    ['diff a.cpio.xz b.cpio.xz --propose more.toml', 'and write rules that make them equal'],
    ['diff a.manifest.json b.manifest.json', 'packages, settings and entries of two images'],
    ['diff first second --report html=diff.html', 'one page with all that was found'],
  ],
  run: (args, terminal, given) => runDiff(args as unknown as DiffArguments, terminal, given),
};

async function runDiff(args: DiffArguments, terminal: Terminal, given: ReadonlySet<string>): Promise<number> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  const examples = parseWhole('--examples', args.examples, 0, MAX_EXAMPLES);
  // A limit that cannot be is said even where no archive is read for it.
  readOptions(args, terminal);
  const reports = (args.report ?? []).map(parseReport);
  if (isManifest(args.a) || isManifest(args.b)) {
    // Loaded for them alone: packing a tree again takes most of the program.
    const { diffManifests } = await import('./diff-manifests.ts');
    return diffManifests(args, terminal, given);
  }
  const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
  const print = (document: () => object, report: () => string): void => {
    if (args.json) terminal.out(`${JSON.stringify(document(), null, 2)}\n`);
    else if (!args.quiet) terminal.out(report());
  };
  // With files to write the sides are looked at all the same: rules may apply to one of them only.
  if (args.propose === undefined && reports.length === 0 && areSameFiles(args.a, args.b)) {
    print(
      () => sameFilesDocument(args, terminal, seconds()),
      () => sameFilesReport(args, paint),
    );
    return EXIT_OK;
  }
  const hashes = await loadPathHashes();
  const {
    diff: found,
    sides,
    counts,
  } = await withSides(args, terminal, hashes, async (a, b, blocks) => ({
    diff: await diffSides(a.side, b.side, {
      withDigests: args.propose !== undefined,
      ...(a.isKnown === undefined ? {} : { isKnown: a.isKnown }),
      ...(a.layer === undefined || b.layer === undefined ? {} : { layers: { a: a.layer, b: b.layer } }),
    }),
    sides: { a: a.side, b: b.side },
    counts: blocks,
  }));
  if (args.propose !== undefined) writeProposal(args.propose, args, found);
  const view = diffView(args, found, sides, counts);
  for (const report of reports) writeReport(report, args.force, view);
  const { verbose } = args;
  print(
    () => diffDocument(args, found, sides, counts, seconds()),
    () => diffReport(view, { examples, verbose, paint, columns: terminal.columns }),
  );
  return found.same ? EXIT_OK : EXIT_DIFFERS;
}

function writeProposal(file: string, args: DiffArguments, diff: Diff): void {
  const toml = proposalToml(diff.proposal, proposalComments(args, diff));
  const sink = openFileSink(file, args.force);
  try {
    sink.write(Buffer.from(toml, 'utf8'));
    sink.commit();
  } finally {
    sink.abort();
  }
}
