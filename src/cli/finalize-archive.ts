/** `finalize --archive`: the finalized tree, packed into the output directory of the builder. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { readPrivileges } from '../finalize/privileges.ts';
import { outputFailed } from '../pack/output-failed.ts';
import { refuseOutputInside } from '../pack/output-place.ts';
import { type PackResult, pack } from '../pack/pack.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { openFileSink } from '../pack/sink.ts';
import { assertEncoder } from '../xz/encoder.ts';
import { formatOf, parseJobs, parseLevel } from './archive-choices.ts';
import type { FinalizeArguments } from './finalize.ts';
import { preparePlan } from './prepare.ts';
import { withSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';

export interface WrittenArchive {
  readonly path: string;
  readonly result: PackResult;
}

/** Says what is wrong with the options before the tree is changed. */
export function checkArchive(root: string, args: FinalizeArguments, { env }: Terminal): void {
  const name = args.archive ?? '';
  if (name === '' || name.includes('/')) {
    throw new StillrootError('usage', `is ${JSON.stringify(name)}, wanted a file name without a slash`, {
      where: '--archive',
      hint: 'The file is written into the directory that $OUTPUTDIR names.',
    });
  }
  if (!env.OUTPUTDIR) {
    throw new StillrootError('usage', 'needs the variable OUTPUTDIR', {
      where: '--archive',
      hint: 'mkosi sets it; elsewhere use pack after finalize.',
    });
  }
  if (readPrivileges().isFaked) {
    throw new StillrootError('usage', 'cannot be done under fakeroot, which hides owners and devices', {
      where: '--archive',
      hint: 'Let the builder write the archive, or use pack outside of fakeroot.',
    });
  }
  if (formatOf(name) === 'cpio.xz') assertEncoder();
  parseLevel(args.level);
  parseJobs(args.jobs);
  const path = join(env.OUTPUTDIR, name);
  refuseOutputInside(root, path);
  try {
    accessSync(`${env.OUTPUTDIR}/.`, constants.W_OK);
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}

/** Builders start with an empty output directory and keep what a run before left, so an old file is replaced. */
export async function writeArchive(
  root: string,
  args: FinalizeArguments,
  terminal: Terminal,
): Promise<WrittenArchive> {
  const path = join(terminal.env.OUTPUTDIR ?? '', args.archive ?? '');
  const hashes = await loadPathHashes();
  const { plan } = await preparePlan({ ...args, source: root }, terminal, hashes.forInode);
  try {
    refuseOutputInside(root, path);
    const format = formatOf(path);
    const options = { format, level: parseLevel(args.level).level, jobs: parseJobs(args.jobs), hashes };
    const result = await withSignals((signal) =>
      pack(plan.entries(), plan.source, openFileSink(path, true), { ...options, signal }),
    );
    return { path, result };
  } finally {
    plan.source.close();
  }
}
