/** `diff` of two trees, archives or one of each: opens them, compares, and prints and writes what was found. */

import { diffDocument, sameFilesDocument } from '../app/diff-document.ts';
import { areSameFiles } from '../app/diff-sides.ts';
import { compareTrees } from '../app/diff-trees.ts';
import type { Diff } from '../diff/diff.ts';
import { proposalToml } from '../diff/proposal.ts';
import { documentText } from '../json/document.ts';
import { checkTogether, writeTogether } from '../pack/sink-pair.ts';
import type { TreeSettings } from '../settings/settings.ts';
import { showText } from '../text/format.ts';
import type { DiffArguments } from './diff-arguments.ts';
import { type ReportFile, reportFile } from './diff-outputs.ts';
import { diffReport, sameFilesReport } from './diff-report.ts';
import { type DiffView, diffView } from './diff-view.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { proposalComments } from './proposal-comments.ts';
import { readOptions } from './reading.ts';
import { makePaint, type Terminal } from './terminal.ts';

/** @returns the exit status */
export async function diffTrees(
  args: DiffArguments,
  settings: TreeSettings,
  terminal: Terminal,
  started: number,
): Promise<number> {
  const { examples, report: reports } = args;
  const seconds = (): number => (performance.now() - started) / 1000;
  const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
  const print = (document: () => object, report: () => string): void => {
    if (args.json) terminal.out(documentText(document()));
    else if (!args.quiet) terminal.out(report());
  };
  const outputs = args.propose === undefined ? [] : [args.propose];
  checkTogether([...outputs, ...reports.map(({ file }) => file)], args.force);
  // With files to write the sides are looked at all the same: rules may apply to one of them only.
  if (args.propose === undefined && reports.length === 0 && areSameFiles(args.a, args.b)) {
    print(
      () => sameFilesDocument(args, settings.epoch, seconds()),
      () => sameFilesReport(args, paint),
    );
    return EXIT_OK;
  }
  const onWarning = (path: string, message: string): void => {
    if (!args.quiet) terminal.err(`stillroot: warning: ${showText(`${path}: ${message}`)}\n`);
  };
  const {
    diff: found,
    sides,
    blocks,
  } = await compareTrees({
    ...{ a: args.a, b: args.b, settings, ...readOptions(args, terminal) },
    ...{ withDigests: args.propose !== undefined, onWarning },
  });
  const view = diffView(args, found, sides, blocks);
  await writeFiles(args, found, reports, view);
  const { verbose } = args;
  print(
    () => diffDocument(args, found, sides, blocks, seconds()),
    () => diffReport(view, { examples, verbose, paint, columns: terminal.columns }),
  );
  return found.same ? EXIT_OK : EXIT_DIFFERS;
}

/** The proposed rules and the reports: all of them, or none. */
async function writeFiles(
  args: DiffArguments,
  found: Diff,
  reports: readonly ReportFile[],
  view: DiffView,
): Promise<void> {
  const files = await Promise.all(reports.map((report) => reportFile(report, view)));
  if (args.propose !== undefined) {
    files.unshift({ path: args.propose, text: proposalToml(found.proposal, proposalComments(args, found)) });
  }
  writeTogether(files, args.force);
}
