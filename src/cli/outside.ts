/** What settings and the work get from the process: environment, files, temporary directories. */

import type { OpenTree } from '../app/plan-tree.ts';
import { readRuleFile } from '../app/rule-files.ts';
import { formatOf } from '../settings/output-formats.ts';
import type { Outside } from '../settings/resolve.ts';
import { openSource } from '../source/open-source.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import { DEFAULT_SPOOL_DIRECTORY } from '../source/spool.ts';
import type { Terminal } from './terminal.ts';

/** @param output whose name says the format; undefined where nothing is written */
export function outside({ env }: Pick<Terminal, 'env'>, output?: string): Outside {
  return {
    env,
    formatOfOutput: () => (output === undefined ? 'cpio' : formatOf(output)),
    readRuleFile,
    // Loaded for a segment alone.
    readSegment: async (path) => (await import('../pack/early-segment.ts')).readEarlySegment(path),
  };
}

export function temporaryDirectory({ env }: Pick<Terminal, 'env'>): string {
  return env.TMPDIR || DEFAULT_SPOOL_DIRECTORY;
}

/** How archives are read. */
export function readOptions(
  { limit }: { readonly limit: Partial<ReadLimits> },
  terminal: Terminal,
): { readonly limits: Partial<ReadLimits>; readonly temporary: string } {
  return { limits: limit, temporary: temporaryDirectory(terminal) };
}

/** Opens directories and archives alike. */
export function sourceOpener(
  args: { readonly limit: Partial<ReadLimits> },
  terminal: Terminal,
  signal?: AbortSignal,
): OpenTree {
  const options = readOptions(args, terminal);
  return (path, scanOptions) =>
    openSource(path, { ...options, ...scanOptions, ...(signal === undefined ? {} : { signal }) });
}
