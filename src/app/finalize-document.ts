/** What `finalize` did, as a JSON document: documents/finalize.ts. */
import type { FinalizeDocument } from '../documents/finalize.ts';
import { type Draft, LEAVE } from '../finalize/draft.ts';
import { ENCODER } from '../formats/xz/encoder.ts';
import { documentSeconds } from '../json/document.ts';
import { plural } from '../text/format.ts';
import { showPath } from '../tree/path.ts';
import { PROFILE } from '../versions.ts';
import type { WrittenArchive } from './finalize-archive.ts';
import type { FinalizedTree } from './finalize-tree.ts';
import { cacheDocument, contentBytes, planFacts, planLists } from './plan-document.ts';

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
        ? ' (a separate copy)'
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
