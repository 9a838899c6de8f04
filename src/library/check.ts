import { checkDocument, checkTree } from '../app/check-tree.ts';
import { STRICT_OPTION } from '../app/work-options.ts';
import type { CheckDocument } from '../documents/pack.ts';
import { resolveTreeSettings, TREE_OPTIONS } from '../settings/resolve.ts';
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

export interface CheckOptions extends TreeOptions, ReadingOptions, WatchOptions {
  /** Directory or archive of a root filesystem. */
  readonly source: string;
  /** Whether a warning is an error (`strict`). Default: false. */
  readonly strict?: boolean | undefined;
}

const ROWS = { ...TREE_OPTIONS, ...STRICT_OPTION, ...READING_ROWS };

/**
 * Lists what `pack` would change, and why; writes nothing: what `stillroot check` does.
 *
 * @returns what `stillroot check --json` prints; no `changes` where there is nothing to change
 * @throws StillrootError as `pack` would for this tree; the reason of the signal
 */
export async function check(options: CheckOptions): Promise<CheckDocument> {
  const { onWarning } = options;
  const { paths, values, reading } = checkCall(options, ['source'], ROWS);
  const settings = await resolveTreeSettings(values, libraryOutside());
  const how = {
    ...{ strict: values.strict, clock: clock() },
    open: (path: string, scan: object) => openSource(path, { ...reading, ...scan }),
  };
  return await checkTree(paths.source, settings, how, (checked) => {
    tellWarnings(checked.plan.warnings, onWarning);
    return checkDocument(checked);
  });
}
