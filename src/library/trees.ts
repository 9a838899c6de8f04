/** What can be done with a tree besides packing it: checking it, listing its packages, and finalizing it in place. */
import { checkDocument, checkTree } from '../app/check-tree.ts';
import { finalizeDocument, finalizeTree } from '../app/finalize-tree.ts';
import { packagesDocument, readInstalled } from '../app/list-packages.ts';
import { STRICT_OPTION } from '../app/work-options.ts';
import type { FinalizeDocument } from '../documents/finalize.ts';
import type { CheckDocument } from '../documents/pack.ts';
import type { PackagesDocument } from '../documents/packages.ts';
import type { Reached } from '../finalize/steps.ts';
import { flag } from '../settings/option.ts';
import {
  ARCHIVE_OPTIONS,
  DIRECTORY_OPTIONS,
  IMAGE_OPTIONS,
  NO_IMAGE,
  resolveTreeSettings,
  TREE_OPTIONS,
} from '../settings/resolve.ts';
import { openSource } from '../source/open-source.ts';
import {
  checkCall,
  clock,
  libraryOutside,
  READING_ROWS,
  type ReadingOptions,
  type TreeOptions,
  tellWarnings,
  type WatchOptions,
} from './call.ts';
import type { ArchiveOptions } from './pack.ts';

/** With the format of the archive that the tree is checked for; cpio by default. */
export interface CheckOptions
  extends TreeOptions,
    Pick<ArchiveOptions, 'format'>,
    ReadingOptions,
    WatchOptions {
  /** Directory or archive of a root filesystem. */
  readonly source: string;
  /** Whether a warning is an error (`strict`). Default: false. */
  readonly strict?: boolean | undefined;
}

const CHECK_ROWS = { ...TREE_OPTIONS, format: ARCHIVE_OPTIONS.format, ...STRICT_OPTION, ...READING_ROWS };

/**
 * Lists what `pack` would change, and why; writes nothing: what `stillroot check` does.
 *
 * @returns what `stillroot check --json` prints; without `changes` where there is nothing to change
 * @throws StillrootError as `pack` would for this tree; the reason of the signal
 */
export async function check(options: CheckOptions): Promise<CheckDocument> {
  const { onWarning } = options;
  const { paths, values, reading } = checkCall(options, ['source'], CHECK_ROWS);
  const settings = await resolveTreeSettings(values, libraryOutside());
  const how = {
    ...{ strict: values.strict, format: values.format, clock: clock() },
    open: (path: string, scan: object) => openSource(path, { ...reading, ...scan }),
  };
  return await checkTree(paths.source, settings, how, (checked) => {
    tellWarnings(checked.plan.warnings, onWarning);
    return checkDocument(checked);
  });
}

export interface PackagesOptions
  extends Pick<TreeOptions, 'crossMounts' | 'image' | 'platform'>,
    ReadingOptions,
    WatchOptions {
  /** Directory or archive of a root filesystem. */
  readonly source: string;
}

const PACKAGES_ROWS = { crossMounts: TREE_OPTIONS.crossMounts, ...IMAGE_OPTIONS, ...READING_ROWS };

/**
 * Lists what is installed according to the package databases: what `stillroot packages` does.
 *
 * @returns what `stillroot packages --json` prints
 * @throws StillrootError by its `code`: `source-...`, `archive-...`; the reason of the signal
 */
export async function packages(options: PackagesOptions): Promise<PackagesDocument> {
  const { onWarning } = options;
  const { paths, values, reading } = checkCall(options, ['source'], PACKAGES_ROWS);
  const { crossMounts, image, platform } = values;
  const source = await openSource(paths.source, { crossMounts, image, platform, ...reading });
  try {
    // The time is for a bill of materials, which is not needed here.
    const installed = readInstalled(source, 0);
    tellWarnings(installed.warnings, onWarning);
    return packagesDocument(installed);
  } finally {
    source.close();
  }
}

export interface FinalizeOptions extends TreeOptions, WatchOptions {
  /** Directory of a root filesystem, which is changed in place. */
  readonly root: string;
  /** Whether to only list the operations. Default: false. */
  readonly dryRun?: boolean | undefined;
  /** Whether a warning is an error (`strict`), before anything is changed. Default: false. */
  readonly strict?: boolean | undefined;
  /** Called with the number of operations that completed an interrupted run first. */
  readonly onRecovered?: ((operations: number) => void) | undefined;
  /**
   * Called when the signal has stopped the work, with how far it got: the tree is unchanged (`nothing`), partly
   * changed, so that `finalize` has to be called again to complete it (`part`), or complete (`all`).
   */
  readonly onInterrupted?: ((reached: Reached) => void) | undefined;
}

const FINALIZE_ROWS = {
  ...DIRECTORY_OPTIONS,
  ...STRICT_OPTION,
  dryRun: flag({ option: 'dry-run', group: 'Reports', text: 'List the operations and perform none' }),
};

/**
 * Applies to the directory itself what `pack` would write: what `stillroot finalize ROOT` does. The signal only stops
 * it between two operations; the tree is then unchanged, or another call completes it.
 *
 * @returns what `stillroot finalize --json` prints
 * @throws StillrootError by its `code`: `usage` for an option, `source-...` and `tree-unwritable` for the tree; the
 *   reason of the signal
 */
export async function finalize(options: FinalizeOptions): Promise<FinalizeDocument> {
  const { signal, onWarning, onRecovered, onInterrupted } = options;
  const callbacks = ['onWarning', 'onRecovered', 'onInterrupted'];
  const { paths, values } = checkCall(options, ['root'], FINALIZE_ROWS, callbacks);
  const settings = await resolveTreeSettings({ ...values, ...NO_IMAGE }, libraryOutside());
  const done = await finalizeTree(paths.root, settings, {
    ...{ dryRun: values.dryRun, strict: values.strict, clock: clock(), env: {} },
    ...(onRecovered === undefined ? {} : { onRecovered }),
    interruptible: (work) => work(signal ?? new AbortController().signal),
    onInterrupted: onInterrupted ?? (() => {}),
  });
  tellWarnings(done.plan.warnings, onWarning);
  return finalizeDocument(done, undefined, values.dryRun);
}
