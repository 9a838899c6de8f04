/** What a manifest is for: checking an image against it, and packing a tree again with its settings. */
import { REBUILD_ATTEST_OPTION } from '../app/build-options.ts';
import { explainDifference } from '../app/diff-trees.ts';
import { readManifestFile } from '../app/manifest-file.ts';
import { checkReproduction, reproduceDocument, reproduceImage } from '../app/reproduce-image.ts';
import { verifyDocument, verifyImage } from '../app/verify-image.ts';
import { FORCE_OPTION, JOBS_OPTION } from '../app/work-options.ts';
import type { ReproduceDocument } from '../documents/reproduce.ts';
import type { VerifyDocument } from '../documents/verify.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { text } from '../settings/option.ts';
import { ARCHIVE_OPTIONS } from '../settings/resolve.ts';
import { openSource } from '../source/open-source.ts';
import { checkCall, clock, READING_ROWS, type ReadingOptions, type WatchOptions } from './call.ts';
import { type ProgressOptions, watched } from './pack.ts';

export interface VerifyOptions extends ReadingOptions, Pick<WatchOptions, 'signal'> {
  /** Path of the manifest that `pack` wrote next to an image. */
  readonly manifest: string;
  /** The image, or a directory that was finalized. */
  readonly file: string;
}

/**
 * Determines whether a file or directory is the image that a manifest describes, and if not, how far it matches: what
 * `stillroot verify` does.
 *
 * @returns what `stillroot verify --json` prints; `same` if it is
 * @throws StillrootError by its `code`: `manifest-malformed`, `manifest-version`, `source-...`; the reason of the signal
 */
export async function verify(options: VerifyOptions): Promise<VerifyDocument> {
  const started = performance.now();
  const { paths, reading } = checkCall(options, ['manifest', 'file'], READING_ROWS, []);
  const manifest = readManifest(paths.manifest);
  const found = await verifyImage(manifest, paths.file, reading);
  return verifyDocument(paths, found, (performance.now() - started) / 1000);
}

/**
 * Reads and checks a manifest.
 *
 * @throws StillrootError `source-missing`, `source-unreadable`, `source-not-supported`, `manifest-malformed`,
 *   `manifest-version`
 */
export function readManifest(path: string): Manifest {
  return readManifestFile(path).manifest;
}

export interface ReproduceOptions extends ReadingOptions, Pick<WatchOptions, 'signal'>, ProgressOptions {
  /** Path of the manifest that `pack` wrote next to an image. */
  readonly manifest: string;
  /** Directory or archive to pack again, with the settings of the manifest. */
  readonly source: string;
  /** File in which to keep the rebuilt image. Default: it is not kept. */
  readonly output?: string | undefined;
  /** Whether existing outputs are overwritten. Default: false. */
  readonly force?: boolean | undefined;
  /** Encoder threads, 1 to 256; the output is the same for any number. Default: one per processor. */
  readonly jobs?: number | undefined;
  /** Path of the early cpio that precedes the image; a manifest only has its digest. */
  readonly segment?: string | undefined;
  /** The original image, to explain differences. Default: the one next to the manifest, if there is one. */
  readonly against?: string | undefined;
  /** Attestations of the result to write, for signing. */
  readonly attest?: readonly ('link' | 'test-result')[] | undefined;
}

const REPRODUCE_ROWS = {
  output: text({ option: 'output', group: 'Output', metavar: 'FILE', text: 'Keep the rebuilt image' }),
  ...FORCE_OPTION,
  ...JOBS_OPTION,
  segment: ARCHIVE_OPTIONS.segment,
  against: text({ option: 'against', group: 'Input', metavar: 'FILE', text: 'The original image' }),
  ...REBUILD_ATTEST_OPTION,
  ...READING_ROWS,
};

/**
 * Packs a tree with the settings of a manifest and reports how far the result matches the recorded image: what
 * `stillroot reproduce MANIFEST SOURCE` does. It runs no recorded command.
 *
 * @returns what `stillroot reproduce --json` prints; `same` if it is the same file
 * @throws StillrootError by its `code`: `usage` for an option, `manifest-...`, `source-...`, `archive-...`,
 *   `output-...`; the reason of the signal
 */
export async function reproduce(options: ReproduceOptions): Promise<ReproduceDocument> {
  const started = performance.now();
  const { signal, onProgress } = options;
  const { paths, values, reading } = checkCall(options, ['manifest', 'source'], REPRODUCE_ROWS, [
    'onProgress',
  ]);
  const file = readManifestFile(paths.manifest);
  const wanted = { ...values, ...paths };
  const done = await reproduceImage(file, wanted, {
    rebuild: undefined,
    segment: await checkReproduction(file.manifest, wanted),
    temporary: reading.temporary,
    withTree: (work) => work(paths.source),
    pack: {
      ...{ jobs: values.jobs, clock: clock(), around: watched(signal, onProgress) },
      open: (path, scan) => openSource(path, { ...reading, ...scan }),
    },
    explain: (original, rebuilt, settings) =>
      explainDifference(original, rebuilt, settings, reading, ({ document }) => ({ document })),
  });
  const seconds = (performance.now() - started) / 1000;
  return reproduceDocument({ args: wanted, rebuild: undefined, seconds, ...done });
}
