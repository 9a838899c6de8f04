/** `finalize --archive`: the finalized tree, packed into the output directory of the builder. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { readPrivileges } from '../finalize/privileges.ts';
import { PackedTree } from '../manifest/describe-tree.ts';
import { refuseOutputInside } from '../pack/output-place.ts';
import { type PackResult, pack } from '../pack/pack.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { openFileSink } from '../pack/sink.ts';
import { pairWith } from '../pack/sink-pair.ts';
import type { Change } from '../plan/changes.ts';
import { outputFailed } from '../system/output-failed.ts';
import { assertEncoder } from '../xz/encoder.ts';
import { formatOf, parseJobs, parseLevel } from './archive-choices.ts';
import { type CacheReport, type ChosenCache, checkCache, openCache } from './cache-options.ts';
import type { FinalizeArguments } from './finalize.ts';
import { imageManifest } from './image-manifest.ts';
import { manifestBytes } from './manifest-output.ts';
import { preparePlan } from './prepare.ts';
import { withSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';

export interface WrittenArchive {
  readonly path: string;
  readonly result: PackResult;
  /** Undefined for an uncompressed archive. */
  readonly cache: CacheReport | undefined;
  /** Undefined where none was wanted. */
  readonly manifestFile: string | undefined;
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
  if (formatOf(name) === 'cpio.xz') checkCache(args, root);
  const path = join(env.OUTPUTDIR, name);
  refuseOutputInside(root, path);
  try {
    accessSync(`${env.OUTPUTDIR}/.`, constants.W_OK);
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}

/**
 * Builders start with an empty output directory and keep what a run before left, so an old file is replaced.
 *
 * @param earlier what finalizing the tree has done to it
 * @param given names of the options that the user wrote
 */
export async function writeArchive(
  root: string,
  args: FinalizeArguments,
  terminal: Terminal,
  earlier: readonly Change[],
  given: ReadonlySet<string>,
): Promise<WrittenArchive> {
  const name = args.archive ?? '';
  const path = join(terminal.env.OUTPUTDIR ?? '', name);
  const manifestFile = args.manifest ? `${path}.manifest.json` : undefined;
  const hashes = await loadPathHashes();
  const prepared = await preparePlan({ ...args, source: root }, terminal, hashes.forInode);
  const { plan } = prepared;
  let cache: ChosenCache | undefined;
  try {
    refuseOutputInside(root, path);
    const format = formatOf(path);
    const { number, level } = parseLevel(args.level);
    cache = format === 'cpio' ? undefined : openCache(args, terminal, root, level);
    const store = cache?.store === undefined ? {} : { store: cache.store };
    const options = { format, level, jobs: parseJobs(args.jobs), hashes, ...store };
    const tree = new PackedTree(args['manifest-entries']);
    const result = await withSignals((signal) => {
      const companion = manifestFile === undefined ? undefined : openFileSink(manifestFile, true);
      const beforeCommit = (written: PackResult): void => {
        const image = {
          ...prepared,
          name,
          format,
          level: number,
          segment: undefined,
          bootConfig: undefined,
          earlier,
        };
        const manifest = imageManifest(args, terminal, { given }, { ...image, result: written, tree });
        companion?.write(manifestBytes(manifest));
      };
      const sink = pairWith(companion, () => openFileSink(path, true));
      const observed =
        companion === undefined
          ? {}
          : { beforeCommit, onEntry: (...seen: Parameters<PackedTree['add']>) => tree.add(...seen) };
      return pack(plan.counted(), plan.source, sink, { ...options, ...observed, signal });
    });
    return { path, result, cache: cache?.report(), manifestFile };
  } finally {
    cache?.close();
    plan.source.close();
  }
}
