import { ATTEST_OPTIONS, OS_PACKAGE_OPTIONS } from '../app/build-options.ts';
import { CACHE_OPTIONS } from '../app/cache-options.ts';
import { chooseImageOutputs, type PackImageOptions, packImage } from '../app/pack-image.ts';
import { packDocument } from '../app/plan-document.ts';
import { FORCE_OPTION, JOBS_OPTION, MANIFEST_OPTIONS, STRICT_OPTION } from '../app/work-options.ts';
import type { PackDocument } from '../documents/pack.ts';
import { StillrootError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Plain } from '../settings/plain.ts';
import {
  ARCHIVE_OPTIONS,
  givenSettings,
  parseRuleFiles,
  resolveSettings,
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

/** The settings that decide how an archive is written; options left out have their defaults. */
export type ArchiveOptions = Plain<typeof ARCHIVE_OPTIONS>;

/** Progress of a call. */
export interface ProgressOptions {
  /**
   * Called now and then, and once at the end.
   *
   * @param done bytes of contents packed so far, at most `total`
   * @param total bytes of all contents
   */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface PackOptions
  extends TreeOptions,
    ArchiveOptions,
    ReadingOptions,
    WatchOptions,
    ProgressOptions {
  /** Directory or archive of a root filesystem; it is never written to. */
  readonly source: string;
  /** File to write; its extension determines the format: `.cpio` or `.tar`, alone or with `.xz`, `.zst` or `.gz`. */
  readonly output: string;
  /** Whether existing outputs are overwritten. Default: false. */
  readonly force?: boolean | undefined;
  /** Encoder threads, 1 to 256; the output is the same for any number. Default: one per processor. */
  readonly jobs?: number | undefined;
  /** Whether a warning is an error (`strict`), before anything is written. Default: false. */
  readonly strict?: boolean | undefined;
  /** File of the manifest; false for none. Default: next to the output, as OUTPUT.manifest.json. */
  readonly manifest?: string | false | undefined;
  /** Whether the manifest lists every entry. Default: false. */
  readonly manifestEntries?: boolean | undefined;
  /** Cache directory with finished blocks of earlier runs; false, the default, for none. */
  readonly cache?: string | false | undefined;
  /** Bytes that the cache may hold. Default: 2 GiB. */
  readonly cacheSize?: number | undefined;
  /** Provenance to write next to the manifest, for signing. */
  readonly attest?: 'slsa' | undefined;
  /** URI of the builder that vouches for the build, for the provenance. */
  readonly builderId?: string | undefined;
  /** Label of an OS package for stboot, which is written in place of the archive; requires `kernel`. */
  readonly ospkg?: string | undefined;
  /** Path of the kernel of the OS package. */
  readonly kernel?: string | undefined;
  /** Command line of that kernel. */
  readonly cmdline?: string | undefined;
  /** URL from which stboot downloads the OS package. */
  readonly ospkgUrl?: string | undefined;
}

const ROWS = {
  ...ARCHIVE_OPTIONS,
  ...TREE_OPTIONS,
  ...FORCE_OPTION,
  ...JOBS_OPTION,
  ...STRICT_OPTION,
  ...MANIFEST_OPTIONS,
  ...CACHE_OPTIONS,
  ...ATTEST_OPTIONS,
  ...OS_PACKAGE_OPTIONS,
  ...READING_ROWS,
};

/**
 * Writes a normalized archive of a tree, with its manifest: what `stillroot pack` does. The outputs appear together or
 * not at all.
 *
 * @returns what `stillroot pack --json` prints: digests, changes, warnings, and where the manifest is
 * @throws StillrootError by its `code`: `usage` for an option, `source-...` and `archive-...` for the tree,
 *   `output-...` for the outputs; the reason of the signal
 */
export async function pack(options: PackOptions): Promise<PackDocument> {
  const started = performance.now();
  const { signal, onWarning, onProgress } = options;
  const { paths, values, words, reading } = checkCall(options, ['source', 'output'], ROWS, [
    'onWarning',
    'onProgress',
  ]);
  const { source, output } = paths;
  if (output === '-') {
    throw new StillrootError('usage', 'is -, wanted the path of a file', { where: 'output' });
  }
  const settings = await resolveSettings(
    values,
    libraryOutside(values.ospkg === undefined ? output : 'os.cpio.xz'),
  );
  const cache = { cache: values.cache ?? (false as const), cacheSize: values.cacheSize, env: {} };
  const choices = chooseImageOutputs({ ...values, output }, settings, cache);
  const { policies } = await parseRuleFiles(settings.ruleFiles);
  const packed = await packImage(source, settings, choices, {
    ...{ jobs: values.jobs, strict: values.strict, cache, manifestEntries: values.manifestEntries },
    clock: clock(),
    open: (path, scan) => openSource(path, { ...reading, ...scan }),
    origin: { given: givenSettings(words, policies, {}) },
    around: watched(signal, onProgress, (plan) => tellWarnings(plan.warnings, onWarning)),
  });
  // The document only needs what is in memory.
  packed.plan.source.close();
  return packDocument({ ...packed, seconds: (performance.now() - started) / 1000 });
}

/** Runs the writing part of packing. @param begin called when the plan is made */
export function watched(
  signal: AbortSignal | undefined,
  onProgress: ProgressOptions['onProgress'],
  begin: (plan: Plan) => void = () => {},
): NonNullable<PackImageOptions['around']> {
  return async (plan, work) => {
    begin(plan);
    signal?.throwIfAborted();
    const total = plan.contentBytes();
    const result = await work({
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress: told(onProgress, total) }),
    });
    onProgress?.(total, total);
    return result;
  };
}

/** Only when something has been done. It includes headers and padding, and the total does not. */
function told(onProgress: NonNullable<ProgressOptions['onProgress']>, total: number): (done: number) => void {
  let last = 0;
  return (done) => {
    if (done > last) onProgress(Math.min(done, total), total);
    last = done;
  };
}
