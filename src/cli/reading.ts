/** How verbs read directories and archives. */
import type { OpenTree } from '../app/plan-tree.ts';
import { type ImageOptions, openSource } from '../source/open-source.ts';
import type { ReadLimits } from '../source/read-limits.ts';
import { DEFAULT_SPOOL_DIRECTORY } from '../source/spool.ts';
import type { ShowStep } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** The directory for decompressed data: `$TMPDIR`, else the default. */
export function temporaryDirectory({ env }: Pick<Terminal, 'env'>): string {
  return env.TMPDIR || DEFAULT_SPOOL_DIRECTORY;
}

/** How archives are read, and which image of a container image, for the verbs that plan nothing. */
export function readOptions(
  { limit, image, platform }: { readonly limit: Partial<ReadLimits> } & ImageOptions,
  terminal: Terminal,
): { readonly limits: Partial<ReadLimits>; readonly temporary: string } & ImageOptions {
  return { limits: limit, temporary: temporaryDirectory(terminal), image, platform };
}

/** Opens directories and archives alike. */
export function sourceOpener(
  args: { readonly limit: Partial<ReadLimits> },
  terminal: Terminal,
  show: ShowStep = () => {},
): OpenTree {
  const options = {
    ...readOptions(args, terminal),
    onScanned: (done: number): void => show({ what: 'scanning', done, unit: 'entries' }),
  };
  return (path, scanOptions) => openSource(path, { ...options, ...scanOptions });
}
