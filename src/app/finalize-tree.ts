/** Finalizes a directory in place. */

import type { FinalizeDocument } from '../documents/finalize.ts';
import type { Drafts } from '../finalize/draft-operations.ts';
import { type Draft, LEAVE } from '../finalize/operation.ts';
import { finishUnlessAborted, type Notes, type Reached, type Steps } from '../finalize/steps.ts';
import { Target } from '../finalize/target.ts';
import { documentSeconds } from '../json/document.ts';
import { encoderOf } from '../pack/formats.ts';
import type { Plan } from '../plan/plan.ts';
import type { TreeSettings } from '../settings/settings.ts';
import { plural } from '../text/format.ts';
import { pathFromText, showPath } from '../tree/path.ts';
import { PROFILE } from '../versions.ts';
import { type Environment, isStateOfBuilder, refuseBusyTree, rulesForLater } from './builder-root.ts';
import type { WrittenArchive } from './finalize-archive.ts';
import { cacheDocument, contentBytes, planFacts, planLists } from './plan-document.ts';
import { planTree, refuseWarnings } from './plan-tree.ts';

export interface FinalizeOptions {
  /** Lists the operations without performing them. */
  readonly dryRun: boolean;
  /** Whether a warning stops the work before anything is changed. */
  readonly strict: boolean;
  /** Seconds since 1970; only warnings depend on it. */
  readonly clock: number;
  /** Shows which image builder is running. */
  readonly env: Environment;
  /** Called while the tree is read, with the entries so far. */
  readonly onScanned?: (entries: number) => void;
  /**
   * Called after each operation on the tree, with how many there are, and before the first one for each new content that is
   * written. The number is not known for an interrupted run.
   */
  readonly onOperation?: (done: number, total: number | undefined) => void;
  /** Called after an interrupted run was completed, with the number of operations that took. */
  readonly onRecovered?: (operations: number) => void;
  /** Runs the part that changes the tree, and aborts it through the signal. */
  readonly interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Called if the work was aborted, with how far it had got. */
  readonly onInterrupted: (reached: Reached) => void;
}

export interface FinalizedTree {
  readonly plan: Plan;
  readonly distro: string;
  readonly drafts: Drafts;
  /** Undefined in a dry run. */
  readonly notes: Notes | undefined;
  /** Operations of an interrupted run that were completed first; undefined where there was none. */
  readonly recovered: number | undefined;
  readonly entries: number;
  readonly seconds: number;
}

/**
 * @throws StillrootError, or the reason of the signal that aborted the work; the tree is as it was, or `finalize` can
 *   complete it
 */
export async function finalizeTree(
  path: string,
  settings: TreeSettings,
  options: FinalizeOptions,
): Promise<FinalizedTree> {
  const started = performance.now();
  const { dryRun, env, onScanned, interruptible, onInterrupted } = options;
  const carryOut = <T>(steps: Steps<T>, atEnd: (result: T) => Reached, total?: number): Promise<T> => {
    // The first step of a new list is that it is committed.
    let done = total === undefined ? 0 : -1;
    const onStep = (reached: Reached): void => {
      if (reached === 'part') done += 1;
      options.onOperation?.(Math.max(done, 0), total);
    };
    return interruptible((signal) => finishUnlessAborted(steps, { signal, onStep, atEnd, onInterrupted }));
  };
  const target = new Target(path);
  try {
    const recovered = dryRun ? undefined : await carryOut(target.recover(), stateAfterRecovery);
    if (recovered !== undefined) options.onRecovered?.(recovered);
    // Placeholder inode numbers: those of the archive mean nothing on disk.
    let number = 0;
    const inodeHash = (): number => (number += 1);
    const now = { ...settings, skip: [...settings.skip, ...rulesForLater(env)] };
    const { plan, distro } = await planTree(path, now, inodeHash, {
      clock: options.clock,
      open: (_, scan) => target.scan(onScanned === undefined ? scan : { ...scan, onScanned }),
    });
    try {
      refuseBusyTree(plan.source, env);
      leaveOnDisk(plan);
      const isNews = (warning: Plan['warnings'][number]): boolean => !isStateOfBuilder(warning, path, env);
      keepWarnings(plan, isNews);
      let entries = 0;
      for (const _ of plan.counted()) entries += 1;
      const drafts = target.draft(plan);
      plan.warnings.push(...draftWarnings(drafts));
      if (options.strict) refuseWarnings(plan);
      const { length } = drafts.drafts;
      const notes = dryRun
        ? undefined
        : await carryOut(target.apply(drafts, plan.source), () => 'all', length);
      if (notes !== undefined) {
        // Instead of what the scan said of the same path.
        keepWarnings(plan, ({ code, path }) => code !== 'mount-point' || !notes.mounts.has(path));
        plan.warnings.push(...noteWarnings(notes).filter(isNews));
      }
      const seconds = (performance.now() - started) / 1000;
      return { plan, distro, drafts, notes, recovered, entries, seconds };
    } finally {
      plan.source.close();
    }
  } finally {
    target.close();
  }
}

/** If nothing had been interrupted, nothing has been done yet. */
function stateAfterRecovery(operations: number | undefined): Reached {
  return operations === undefined ? 'nothing' : 'part';
}

/** Only an archive loses extended attributes, and has an empty directory for a mount; sockets are removed. */
function leaveOnDisk(plan: Plan): void {
  keepWarnings(plan, ({ code }) => !code.startsWith('xattr') && code !== 'socket');
  const message = 'something is mounted here; left unchanged (--cross-mounts includes it)';
  const { warnings } = plan;
  warnings.splice(
    0,
    warnings.length,
    ...warnings.map((each) => (each.code === 'mount-point' ? { ...each, message } : each)),
  );
}

function keepWarnings({ warnings }: Plan, isKept: (warning: Plan['warnings'][number]) => boolean): void {
  warnings.splice(0, warnings.length, ...warnings.filter(isKept));
}

/** Warnings known before anything is done. */
function draftWarnings({ shared, joined, notGiven, isFaked }: Drafts): Plan['warnings'] {
  return [
    ...notGiven.map(ownerWarning),
    ...shared.map((path) => ({
      code: 'outside-name',
      path,
      message: 'has a hard link outside the tree, which would change too; left unchanged',
    })),
    ...joined.map((path) => ({
      code: 'shared-name',
      path,
      message:
        'is a hard link to a file that has to be treated differently, and cannot be separated from it here; left unchanged',
    })),
    ...(isFaked ? [FAKED_ROOT] : []),
  ];
}

/** Warnings that only the attempt revealed. */
export function noteWarnings({ owners, mounts, attributes }: Notes): Plan['warnings'] {
  return [
    ...[...owners].map(ownerWarning),
    ...[...mounts].map((path) => ({
      code: 'mount-point',
      path,
      message:
        'should be removed, but something is mounted on or below it; unmount that and run finalize again',
    })),
    ...[...attributes].map(([path, names]) => ({
      code: 'xattr-lost',
      path,
      message: `was rewritten, but the extended ${names.length === 1 ? 'attribute' : 'attributes'} ${names.map((name) => showPath(pathFromText(name))).join(', ')} could not be restored`,
    })),
  ];
}

function ownerWarning(path: string): Plan['warnings'][number] {
  const message =
    'has another owner in the archive that pack would write; only root can set that owner on disk';
  return { code: 'owner-not-set', path, message };
}

const FAKED_ROOT: Plan['warnings'][number] = {
  code: 'faked-root',
  path: '',
  message:
    'running under fakeroot or pseudo: owners and devices are invisible to stillroot and stay unchanged, except where a rule sets an owner',
};

// What `finalize` did, as a JSON document: documents/finalize.ts.

/** One line per operation, in the order in which they are performed. */
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

/** What `finalize --json` prints. `archive` is the one written with `--archive`, if any. */
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
          encoder: encoderOf(archive.format),
          ...(archive.cache === undefined ? {} : { cache: cacheDocument(archive.cache) }),
        }),
    profile: PROFILE,
    seconds: documentSeconds(seconds),
  };
}
