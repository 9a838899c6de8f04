import { packagesDocument, readInstalled } from '../app/list-packages.ts';
import type { PackagesDocument } from '../documents/packages.ts';
import { TREE_OPTIONS } from '../settings/resolve.ts';
import { openSource } from '../source/open-source.ts';
import {
  checkCall,
  READING_ROWS,
  type ReadingOptions,
  type TreeOptions,
  tellWarnings,
  type WatchOptions,
} from './call.ts';

export interface PackagesOptions extends Pick<TreeOptions, 'crossMounts'>, ReadingOptions, WatchOptions {
  /** Directory or archive of a root filesystem. */
  readonly source: string;
}

const ROWS = { crossMounts: TREE_OPTIONS.crossMounts, ...READING_ROWS };

/**
 * Lists what is installed, by the package databases: what `stillroot packages` does.
 *
 * @returns what `stillroot packages --json` prints
 * @throws StillrootError by its `code`: `source-...`, `archive-...`; the reason of the signal
 */
export async function packages(options: PackagesOptions): Promise<PackagesDocument> {
  const { onWarning } = options;
  const { paths, values, reading } = checkCall(options, ['source'], ROWS);
  const { crossMounts } = values;
  const source = await openSource(paths.source, { crossMounts, ...reading });
  try {
    // The time of a bill of materials, which is not asked for here.
    const installed = readInstalled(source, 0);
    tellWarnings(installed.warnings, onWarning);
    return packagesDocument(installed);
  } finally {
    source.close();
  }
}
