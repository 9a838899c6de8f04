/** `diff` of two trees, archives or one of each: opens them, compares, and prints and writes what was found. */
import { type Diff, diffSides } from '../diff/diff.ts';
import { proposalToml } from '../diff/toml.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { openFileSink } from '../pack/sink.ts';
import type { DiffArguments } from './diff.ts';
import { diffDocument, sameFilesDocument } from './diff-document.ts';
import { type ReportFile, writeReport } from './diff-outputs.ts';
import { diffReport, sameFilesReport } from './diff-report.ts';
import { areSameFiles, withSides } from './diff-sides.ts';
import { diffView } from './diff-view.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { proposalComments } from './proposal-comments.ts';
import { makePaint, type Terminal } from './terminal.ts';

/** What is parsed of the arguments. */
export interface DiffRequest {
  /** Of performance.now(). */
  readonly started: number;
  readonly examples: number;
  readonly reports: readonly ReportFile[];
}

/** @returns the exit status */
export async function diffTrees(
  args: DiffArguments,
  terminal: Terminal,
  { started, examples, reports }: DiffRequest,
): Promise<number> {
  const seconds = (): number => (performance.now() - started) / 1000;
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
  for (const report of reports) await writeReport(report, args.force, view);
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
