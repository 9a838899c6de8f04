/** What `finalize` has to say, as text. */

import type { WrittenArchive } from '../app/finalize-archive.ts';
import type { FinalizedTree } from '../app/finalize-tree.ts';
import type { PolicyChoice } from '../rules/policies.ts';
import { alignColumns, formatCount, formatSeconds, showText } from '../text/format.ts';
import { cacheNotes, cacheRows } from './cache-report.ts';
import { changeLines, warningLines } from './report.ts';
import type { Paint } from './terminal.ts';

export function finalizeSummary(
  root: string,
  done: FinalizedTree,
  archive: WrittenArchive | undefined,
  args: {
    readonly verbose: number;
    readonly dryRun: boolean;
    readonly builderPolicies: readonly PolicyChoice[];
  },
  paint: Paint,
): string {
  const { plan, distro, drafts, entries, seconds } = done;
  const count = drafts.drafts.length;
  const name = paint('bold', showText(root));
  const rules = `rules: ${distro}, epoch ${plan.settings.epoch}`;
  if (count === 0 && archive === undefined) {
    return `${[`${name}: nothing to do (${rules})`, ...warningLines(plan.warnings, args.verbose, paint)].join('\n')}\n`;
  }
  const verb = args.dryRun ? 'would be finalized' : 'finalized';
  const facts = [
    ['entries', `${formatCount(plan.source.tree.entries.length)} before, ${formatCount(entries)} after`],
    ['operations', formatCount(count)],
    ...policyRows(args.builderPolicies),
    ...(archive === undefined
      ? []
      : [
          ['archive', showText(archive.path)],
          ...cacheRows(archive.cache, archive.result),
          ['sha256 file', paint('bold', archive.result.fileDigest)],
          ...(archive.manifestFile === undefined ? [] : [['manifest', showText(archive.manifestFile)]]),
        ]),
    ['time', formatSeconds(seconds)],
  ];
  const lines = [
    `${name}: ${verb} (${rules})`,
    ...alignColumns(facts).map((line) => `  ${line}`),
    ...cacheNotes(archive?.cache, args.verbose),
    ...changeLines(plan.tally.list(), args.verbose),
    ...warningLines(plan.warnings, args.verbose, paint),
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether the tree is as its builder wants it is told even where nobody asked. */
function policyRows(choices: readonly PolicyChoice[]): string[][] {
  const [first] = choices;
  if (first === undefined) return [];
  const names = choices.map(({ name, value }) => `${name}=${value}`).join(', ');
  return [['policies', `${names}, as requested by ${first.where}`]];
}
