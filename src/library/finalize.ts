import { finalizeDocument, finalizeTree } from '../app/finalize-tree.ts';
import { STRICT_OPTION } from '../app/work-options.ts';
import type { FinalizeDocument } from '../documents/finalize.ts';
import type { Reached } from '../finalize/steps.ts';
import { flag } from '../settings/option.ts';
import { resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
import {
  checkCall,
  clock,
  libraryOutside,
  type TreeOptions,
  tellWarnings,
  type WatchOptions,
} from './call.ts';

export interface FinalizeOptions extends TreeOptions, WatchOptions {
  /** Directory of a root filesystem, which is changed. */
  readonly root: string;
  /** Whether the operations are only listed. Default: false. */
  readonly dryRun?: boolean | undefined;
  /** Whether a warning is an error (`strict`), before anything is changed. Default: false. */
  readonly strict?: boolean | undefined;
  /** Told how many operations it took to complete an interrupted run first. */
  readonly onRecovered?: ((operations: number) => void) | undefined;
  /**
   * Told when the signal has ended the work how far it got: the tree is as it was (`nothing`), changed in part, so that
   * `finalize` has to be called again to complete it (`part`), or complete (`all`).
   */
  readonly onInterrupted?: ((reached: Reached) => void) | undefined;
}

const ROWS = {
  ...TREE_OPTIONS,
  ...STRICT_OPTION,
  dryRun: flag({ option: 'dry-run', group: 'Reports', text: 'List the operations and perform none' }),
};

/**
 * Does on the directory itself what `pack` would write: what `stillroot finalize ROOT` does. The signal ends it between
 * two operations only; the tree is then as it was, or another call completes it.
 *
 * @returns what `stillroot finalize --json` prints
 * @throws StillrootError by its `code`: `usage` for an option, `source-...` and `tree-unwritable` for the tree; the
 *   reason of the signal
 */
export async function finalize(options: FinalizeOptions): Promise<FinalizeDocument> {
  const { signal, onWarning, onRecovered, onInterrupted } = options;
  const callbacks = ['onWarning', 'onRecovered', 'onInterrupted'];
  const { paths, values } = checkCall(options, ['root'], ROWS, callbacks);
  const settings = await resolveTreeSettings(values, libraryOutside());
  const done = await finalizeTree(paths.root, settings, {
    ...{ dryRun: values.dryRun, strict: values.strict, clock: clock(), env: {} },
    ...(onRecovered === undefined ? {} : { onRecovered }),
    interruptible: (work) => work(signal ?? new AbortController().signal),
    onInterrupted: onInterrupted ?? (() => {}),
  });
  tellWarnings(done.plan.warnings, onWarning);
  return finalizeDocument(done, undefined, values.dryRun);
}
