/** `finalize --archive`: the finalized tree, packed into the output directory of the builder. */
import { join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { readPrivileges } from '../finalize/privileges.ts';
import { rowOf } from '../pack/formats.ts';
import { requireWritableDirectory } from '../pack/output-kind.ts';
import { refuseOutputInside } from '../pack/output-place.ts';
import type { Plan } from '../plan/plan.ts';
import type { Settings } from '../settings/settings.ts';
import { outputFailed } from '../system/files.ts';
import { checkCache, type WantedCache } from './image-cache.ts';
import type { ImageOrigin } from './manifest-output.ts';
import { type PackedImage, packImage, refuseUnusableSettings, type Watch } from './pack-image.ts';

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

export interface WrittenArchive extends Pick<PackedImage, 'format' | 'result' | 'cache' | 'manifestFile'> {
  readonly path: string;
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
  refuseUnusableSettings(settings);
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
    requireWritableDirectory(path);
  } catch (cause) {
    throw outputFailed(path, cause);
  }
}

/**
 * Builders start with an empty output directory and keep what a previous run left, so an old file is replaced.
 *
 * @param origin `earlier` is what finalizing has done to the tree
 * @param watching what interrupts the writing, and who is told of its progress
 */
export async function writeArchive(
  root: string,
  settings: Settings,
  wanted: WantedArchive,
  origin: ImageOrigin,
  watching: (plan: Plan) => Watch = () => ({}),
): Promise<WrittenArchive> {
  const path = join(wanted.directory ?? '', wanted.name);
  const manifest = wanted.manifest ? `${path}.manifest.json` : undefined;
  const choices = {
    outputs: { archive: path, manifest, force: true },
    format: settings.format,
    ...{ attestation: undefined, osPackage: undefined },
  };
  const { jobs, cache, clock, manifestEntries } = wanted;
  const packed = await packImage(root, settings, choices, {
    ...{ jobs, cache, clock, manifestEntries, origin, strict: false },
    around: (plan, work) => work(watching(plan)),
  });
  packed.plan.source.close();
  return { ...packed, path };
}
