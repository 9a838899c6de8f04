/** `finalize --archive`: the finalized tree, packed into the output directory of the builder. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { readPrivileges } from '../finalize/privileges.ts';
import { PackedTree } from '../manifest/describe-tree.ts';
import { type ArchiveFormat, levelOf, rowOf } from '../pack/formats.ts';
import type { ImageOutput } from '../pack/image-sink.ts';
import { refuseOutputInside } from '../pack/output-place.ts';
import { type PackResult, pack } from '../pack/pack.ts';
import { loadPathHashes } from '../pack/path-hash.ts';
import { openFileSink } from '../pack/sink.ts';
import { pairWith } from '../pack/sink-pair.ts';
import type { Change } from '../plan/changes.ts';
import type { GivenSetting } from '../settings/resolve.ts';
import type { Settings } from '../settings/settings.ts';
import { outputFailed } from '../system/files.ts';
import {
  containerImageOf,
  type FinishedImage,
  finishContainerImage,
  refuseImageSettings,
} from './container-image.ts';
import {
  type CacheReport,
  type ChosenCache,
  checkCache,
  openCache,
  type WantedCache,
} from './image-cache.ts';
import { imageManifest, manifestBytes, openContainerImage } from './manifest-output.ts';
import { planTree } from './plan-tree.ts';

export interface WantedArchive {
  /** File name without a slash. */
  readonly name: string;
  /** The builder's output directory; undefined if it names none. */
  readonly directory: string | undefined;
  /** Whether to write a manifest, and whether that lists every entry. */
  readonly manifest: boolean;
  readonly manifestEntries: boolean;
  readonly jobs: number;
  /** Seconds since 1970; only warnings depend on it. */
  readonly clock: number;
  readonly cache: WantedCache;
}

export interface WrittenArchive {
  readonly path: string;
  readonly format: ArchiveFormat;
  readonly result: PackResult;
  /** Undefined for an uncompressed archive. */
  readonly cache: CacheReport | undefined;
  /** Undefined if none was requested. */
  readonly manifestFile: string | undefined;
}

/** @throws StillrootError `usage` for anything but a file name, before its format is determined */
export function checkArchiveName({ name }: Pick<WantedArchive, 'name'>): void {
  if (name === '' || name.includes('/')) {
    throw new StillrootError(
      'usage',
      `invalid value ${JSON.stringify(name)}, wanted a file name without a slash`,
      {
        where: '--archive',
        hint: 'The file is written into the directory that $OUTPUTDIR names.',
      },
    );
  }
}

/**
 * Reports problems before the tree is changed.
 *
 * @throws StillrootError `usage`, `output-refused`, `output-failed`, `cache-refused`
 */
export async function checkArchive(root: string, settings: Settings, wanted: WantedArchive): Promise<void> {
  const { name, directory } = wanted;
  const { format } = settings;
  refuseImageSettings(settings);
  if (directory === undefined || directory === '') {
    throw new StillrootError('usage', 'needs the environment variable OUTPUTDIR', {
      where: '--archive',
      hint: 'mkosi sets it. With other builders, run pack after finalize.',
    });
  }
  if (readPrivileges().isFaked) {
    throw new StillrootError('usage', 'cannot be written under fakeroot, which hides owners and devices', {
      where: '--archive',
      hint: 'Let the builder write the archive, or run pack outside of fakeroot.',
    });
  }
  const { compression } = rowOf(format);
  if (compression !== undefined) {
    (await compression.load()).assertUsable();
    checkCache(wanted.cache, root);
  }
  const path = join(directory, name);
  refuseOutputInside(root, path);
  try {
    accessSync(`${directory}/.`, constants.W_OK);
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}

/**
 * Builders start with an empty output directory and keep what a previous run left, so an old file is replaced.
 *
 * @param earlier what finalizing has done to the tree
 */
export async function writeArchive(
  root: string,
  settings: Settings,
  wanted: WantedArchive,
  origin: { readonly given: readonly GivenSetting[]; readonly earlier: readonly Change[] },
  signal?: AbortSignal,
): Promise<WrittenArchive> {
  const { name } = wanted;
  const path = join(wanted.directory ?? '', name);
  const manifestFile = wanted.manifest ? `${path}.manifest.json` : undefined;
  const hashes = await loadPathHashes();
  const planned = await planTree(root, settings, hashes.forInode, wanted);
  const { plan } = planned;
  let cache: ChosenCache | undefined;
  try {
    refuseOutputInside(root, path);
    const { format } = settings;
    const compressor = await rowOf(format).compression?.load();
    const level = levelOf(settings);
    cache = compressor && level && openCache(wanted.cache, root, { format, compressor, level });
    const tree = new PackedTree(wanted.manifestEntries);
    const companion = manifestFile === undefined ? undefined : openFileSink(manifestFile, true);
    const image = containerImageOf(planned, settings);
    const written: { output?: ImageOutput | undefined; container?: FinishedImage } = {};
    const beforeCommit = (packed: PackResult): void => {
      if (written.output !== undefined && image !== undefined) {
        written.container = finishContainerImage(written.output, image, settings, packed);
      }
      const { container } = written;
      if (companion === undefined) return;
      const facts = {
        ...{ name, settings, result: container?.result ?? packed, tree, earlier: origin.earlier },
        ...(container === undefined ? {} : { containerImage: container.recorded }),
      };
      companion.write(manifestBytes(imageManifest(planned, facts, { given: origin.given })));
    };
    const sink = pairWith(companion, () => {
      written.output = openContainerImage({ archive: path, manifest: manifestFile, force: true }, format);
      return written.output ?? openFileSink(path, true);
    });
    const packed = await pack(plan.counted(), plan.source, sink, {
      format,
      ...(level === undefined ? {} : { level }),
      jobs: wanted.jobs,
      hashes,
      preview: () => plan.entries(),
      ...(cache?.store === undefined ? {} : { store: cache.store }),
      beforeCommit,
      ...(companion === undefined
        ? {}
        : { onEntry: (...seen: Parameters<PackedTree['add']>) => tree.add(...seen) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const result = written.container?.result ?? packed;
    return { path, format, result, cache: cache?.report(), manifestFile };
  } finally {
    cache?.close();
    plan.source.close();
  }
}
