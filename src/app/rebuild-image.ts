/** Rebuilds the image of a manifest, and compares it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StillrootError } from '../errors.ts';
import type { Manifest, ManifestBootstrap } from '../manifest/manifest.ts';
import { rowOf } from '../pack/formats.ts';
import type { OutputFile } from '../pack/sink-pair.ts';
import { type Comparison, compareImages } from '../reproduce/compare-images.ts';
import { restoreSettings } from '../settings/record.ts';
import type { SegmentFile } from '../settings/setting.ts';
import type { Settings } from '../settings/settings.ts';
import { chooseImageOutputs, type PackImageOptions, packImage } from './pack-image.ts';

export interface RebuildRequest {
  /** Name of the manifest, for messages. */
  readonly where: string;
  /** Directory for temporary files. */
  readonly temporary: string;
  /** Where to keep the rebuilt image; undefined where only its digests are wanted. */
  readonly output: string | undefined;
  readonly force: boolean;
  readonly segment: SegmentFile | undefined;
  /** The command that builds the tree, for the manifest of the rebuilt image. */
  readonly bootstrap: ManifestBootstrap | undefined;
  /** Calls the work with the tree, which exists until the work has ended. */
  readonly withTree: <T>(work: (tree: string) => Promise<T>) => Promise<T>;
  readonly pack: Pick<PackImageOptions, 'jobs' | 'clock' | 'open' | 'around'>;
  /** Files written together with the image, or not at all. */
  readonly attested?: (found: Manifest, comparison: Comparison) => readonly OutputFile[];
  /** Undefined without an original image to explain differences with. */
  readonly original: string | undefined;
}

export interface RebuiltImage<E> {
  readonly found: Manifest;
  readonly comparison: Comparison;
  readonly explanation: E | undefined;
}

/**
 * Packs with the recorded settings, and compares. Temporary files are removed in every case.
 *
 * @param explain called with both images if they differ and the original is available
 * @throws StillrootError `manifest-malformed` for a setting that this version of stillroot does not know
 */
export async function rebuildImage<E>(
  manifest: Manifest,
  request: RebuildRequest,
  explain: (original: string, rebuilt: string, settings: Settings) => Promise<E>,
): Promise<RebuiltImage<E>> {
  const scratch = makeScratch(request.temporary);
  try {
    const { output, original, where } = request;
    const recorded = restoreSettings(manifest.settings.effective, `${where}: settings.effective`);
    const settings = { ...recorded, segment: request.segment };
    // Without an original to compare with, only the digests of the image are needed.
    const isFile = rowOf(settings.format).container?.kind !== 'directory';
    const kept = output ?? (original === undefined && isFile ? '/dev/null' : join(scratch, 'rebuilt'));
    const found = await packAgain(manifest, settings, kept, request);
    const comparison = compareImages(manifest, found);
    if (original === undefined || comparison.level === 'file') {
      return { found, comparison, explanation: undefined };
    }
    return { found, comparison, explanation: await explain(original, kept, settings) };
  } finally {
    // It only holds an archive written here.
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function packAgain(
  manifest: Manifest,
  settings: Settings,
  output: string,
  request: RebuildRequest,
): Promise<Manifest> {
  // Blocks left by an earlier run would prove nothing about this one.
  const cache = { cache: false, cacheSize: 0, env: {} } as const;
  const wanted = {
    ...{ output, force: request.force },
    // Kept only together with the image.
    manifest: request.output === undefined ? (false as const) : undefined,
    ...{ attest: undefined, builderId: undefined },
    ...{ ospkg: undefined, kernel: undefined, cmdline: undefined, ospkgUrl: undefined },
  };
  const choices = chooseImageOutputs(wanted, settings, cache);
  const { bootstrap, attested } = request;
  const packed = await request.withTree((tree) =>
    packImage(tree, settings, choices, {
      ...request.pack,
      ...{ cache, strict: false, needsManifest: true, manifestEntries: manifest.entries !== undefined },
      alongside: (made) => attested?.(made, compareImages(manifest, made)) ?? [],
      origin: {
        given: manifest.settings.given,
        epochOrigin: manifest.inputs.epoch.origin,
        ...(bootstrap === undefined ? {} : { bootstrap }),
      },
    }).then((image) => {
      image.plan.source.close();
      return image;
    }),
  );
  if (packed.manifest === undefined) throw new Error('packImage made no manifest, which was wanted');
  return packed.manifest;
}

function makeScratch(parent: string): string {
  try {
    return mkdtempSync(join(parent, 'stillroot-reproduce-'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StillrootError('output-failed', `is not writable (${code})`, {
      where: parent,
      hint: 'Set TMPDIR to a directory with room for the image.',
      cause,
    });
  }
}
