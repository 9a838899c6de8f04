/** What `finalize` has to say, as text and as a JSON document. */

import type { WrittenArchive } from '../app/finalize-archive.ts';
import type { FinalizedTree } from '../app/finalize-tree.ts';
import type { FinalizeDocument } from '../documents/finalize.ts';
import { type Draft, LEAVE } from '../finalize/draft.ts';
import { documentSeconds } from '../json/document.ts';
import { alignColumns, formatCount, formatSeconds, plural, showText } from '../report/text.ts';
import type { PolicyChoice } from '../rules/policy-choice.ts';
import { showPath } from '../tree/path.ts';
import { PROFILE } from '../versions.ts';
import { ENCODER } from '../xz/encoder.ts';
import { cacheDocument, cacheNotes, cacheRows } from './cache-report.ts';
import { changeLines, contentBytes, planFacts, planLists, warningLines } from './report.ts';
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
  return [['policies', `${names}, as ${first.where} calls for`]];
}

/** One line an operation, in the order in which they are carried out. */
export function operationLines(drafts: readonly Draft[]): string[] {
  return drafts.map((draft) => `${draft.do.padEnd(9)} ${showPath(draft.path) || '.'}${detailOf(draft)}`);
}

function detailOf(draft: Draft): string {
  switch (draft.do) {
    case 'symlink':
      return ` -> ${showPath(draft.target)}`;
    case 'relink':
      return ` = ${showPath(draft.to)}`;
    case 'unlock':
      return ` mode=${octal(draft.mode)}`;
    case 'write':
    case 'fill':
      return draft.content.bytes === null
        ? ' (a copy of its own)'
        : ` (${plural(draft.content.bytes().length, 'byte')})`;
    case 'set': {
      const { owner, mode, mtime } = draft;
      return [
        owner === undefined ? '' : ` owner=${owner.map((id) => (id === LEAVE ? '' : id)).join(':')}`,
        mode === undefined ? '' : ` mode=${octal(mode)}`,
        mtime === undefined ? '' : ` mtime=${mtime}`,
      ].join('');
    }
    default:
      return '';
  }
}

function octal(mode: number): string {
  return `0${mode.toString(8)}`;
}

export function finalizeDocument(
  { plan, distro, drafts, recovered, entries, seconds }: FinalizedTree,
  archive: WrittenArchive | undefined,
  isDryRun: boolean,
): FinalizeDocument {
  return {
    schema: 'stillroot/finalize/1',
    ...planFacts(plan, distro),
    entries,
    bytesIn: contentBytes(plan.source.tree),
    bytesOut: plan.contentBytes(),
    ...planLists(plan),
    operations: drafts.drafts.length,
    ...(isDryRun ? { dryRun: operationLines(drafts.drafts) } : {}),
    ...(recovered === undefined ? {} : { recovered }),
    ...(archive === undefined
      ? {}
      : {
          archive: archive.path,
          ...(archive.manifestFile === undefined ? {} : { manifest: archive.manifestFile }),
          digests: { payload: archive.result.payloadDigest, file: archive.result.fileDigest },
          encoder: ENCODER,
          ...(archive.cache === undefined ? {} : { cache: cacheDocument(archive.cache) }),
        }),
    profile: PROFILE,
    seconds: documentSeconds(seconds),
  };
}
