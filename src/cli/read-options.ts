/** Options of the verbs that read archives. */

import { openSource } from '../source/open-source.ts';
import { parseLimit, type ReadLimits } from '../source/read-limits.ts';
import { DEFAULT_SPOOL_DIRECTORY } from '../source/spool.ts';
import type { OptionTable } from './options.ts';
import type { Scan } from './prepare.ts';
import type { Terminal } from './terminal.ts';

export interface ReadArguments {
  readonly limit?: readonly string[];
}

export const SOURCE_TEXT = 'Directory or archive of a root filesystem';

export const READ_OPTIONS: OptionTable = {
  limit: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'NAME=VALUE of an archive limit; repeatable',
  },
};

/** @throws usage */
export function readOptions(
  args: ReadArguments,
  { env }: Terminal,
): { readonly limits: Partial<ReadLimits>; readonly temporary: string } {
  const limits = Object.assign({}, ...(args.limit ?? []).map(parseLimit)) as Partial<ReadLimits>;
  return { limits, temporary: env.TMPDIR || DEFAULT_SPOOL_DIRECTORY };
}

/** Opens directories and archives alike, for `preparePlan`. */
export function sourceOpener(args: ReadArguments, terminal: Terminal, signal?: AbortSignal): Scan {
  const options = readOptions(args, terminal);
  return (path, scanOptions) =>
    openSource(path, { ...options, ...scanOptions, ...(signal === undefined ? {} : { signal }) });
}
