/** `diff` of two trees, archives or one of each: opens them, compares, and prints and writes what was found. */

import { diffDocument, sameFilesDocument } from '../app/diff-document.ts';
import { areSameFiles } from '../app/diff-sides.ts';
import { compareTrees } from '../app/diff-trees.ts';
import { proposalToml } from '../diff/proposal.ts';
import { checkTogether, writeTogether } from '../pack/sink-pair.ts';
import {
  diffReport,
  type Found,
  isEqualAfterRules,
  proposalComments,
  sameFilesReport,
} from '../report/diff.ts';
import type { TreeSettings } from '../settings/settings.ts';
import { areSameImages, sideImages, sideNames } from '../settings/side-options.ts';
import type { DiffArguments } from './diff-arguments.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { withProgress } from './progress.ts';
import { temporaryDirectory } from './reading.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';

/** `diff` of two trees or archives. `started` is the time at which the command began, in milliseconds. */
export async function diffTrees(
  args: DiffArguments,
  settings: TreeSettings,
  terminal: Terminal,
  started: number,
): Promise<Outcome> {
  const { examples, report: reports } = args;
  const seconds = (): number => (performance.now() - started) / 1000;
  const outputs = args.propose === undefined ? [] : [args.propose];
  checkTogether([...outputs, ...reports.map(({ file }) => file)], args.force);
  // With files to write the sides are examined all the same: rules may apply to only one of them.
  const images = sideImages(args);
  const isShortcut = args.propose === undefined && reports.length === 0 && areSameImages(images);
  if (isShortcut && areSameFiles(args.a, args.b)) {
    return {
      status: EXIT_OK,
      document: () => sameFilesDocument(args, settings.epoch, seconds()),
      report: () => sameFilesReport(args),
    };
  }
  const warnings: string[] = [];
  const {
    diff: found,
    sides,
    blocks,
  } = await withProgress(args, terminal, 'reading', (show) =>
    compareTrees({
      ...{ a: args.a, b: args.b, images, settings, limits: args.limit },
      ...{ temporary: temporaryDirectory(terminal), withDigests: args.propose !== undefined },
      onWarning: (path, message) => warnings.push(`${path}: ${message}`),
      onScanned: (done) => show({ what: 'scanning', done, unit: 'entries' }),
      onStep: (what, done, total) =>
        show(total === undefined ? { what } : { what, done: done ?? 0, total, unit: 'entries' }),
    }),
  );
  const names = { ...args, ...sideNames(args, images), proposals: args.propose };
  const all = { names, diff: found, sides, blocks };
  await writeFiles(args, all);
  const { verbose } = args;
  return {
    status: (args.afterRules ? isEqualAfterRules(found) : found.same) ? EXIT_OK : EXIT_DIFFERS,
    document: () => diffDocument(args, found, sides, blocks, seconds()),
    report: () => diffReport(all, examples, verbose),
    warnings,
  };
}

/** Only loaded for a report: most runs write none. */
const WRITERS: Readonly<
  Record<DiffArguments['report'][number]['format'], (found: Found) => Promise<string>>
> = {
  html: async (found) => (await import('../report/diff-page.ts')).diffHtml(found),
  md: async (found) => (await import('../report/diff-page.ts')).diffMarkdown(found),
  diffoscope: async (found) => {
    const { diffoscopeDocument } = await import('../report/diffoscope.ts');
    return `${JSON.stringify(diffoscopeDocument(found))}\n`;
  },
};

/** The proposed rules and the reports: all of them, or none. */
async function writeFiles(args: DiffArguments, found: Found): Promise<void> {
  const files = await Promise.all(
    args.report.map(async ({ format, file }) => ({ path: file, text: await WRITERS[format](found) })),
  );
  if (args.propose !== undefined) {
    const text = proposalToml(found.diff.proposal, proposalComments(found.names, found.diff));
    files.unshift({ path: args.propose, text });
  }
  writeTogether(files, args.force);
}
