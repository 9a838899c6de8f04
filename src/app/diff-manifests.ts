/** Compares two images by their manifests; where one side is a tree or archive, by packing it as the other one records. */
import type { SideName } from '../diff/finding.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { compareImages } from '../reproduce/compare-images.ts';
import { entryCauses } from '../reproduce/entry-causes.ts';
import type { Settings } from '../settings/settings.ts';
import { type ComparedManifests, differentSettings } from './diff-manifests-document.ts';
import { isManifest } from './is-manifest.ts';
import { readManifestFile } from './manifest-file.ts';
import { findOriginal } from './original-image.ts';
import type { RebuildRequest } from './rebuild-image.ts';
import { recordedSegment } from './recorded-segment.ts';

interface DiffManifestsOptions<E> {
  /** Directory for what is temporary. */
  readonly temporary: string;
  readonly pack: RebuildRequest['pack'];
  /** Called with both images where they differ and the original is at hand. */
  readonly explain: (original: string, rebuilt: string, settings: Settings) => Promise<E>;
}

interface OpenedManifests<E> {
  readonly a: Manifest;
  readonly b: Manifest;
  readonly repacked: SideName | undefined;
  readonly explanation: E | undefined;
}

/**
 * @param left at least one of the two names a manifest; the other may be a directory or an archive
 * @throws StillrootError as `readManifestFile`, `recordedSegment` and `rebuildImage` do
 */
export async function compareManifests<E>(
  left: string,
  right: string,
  options: DiffManifestsOptions<E>,
): Promise<ComparedManifests<E>> {
  const started = performance.now();
  const { a, b, repacked, explanation } = await openSides(left, right, options);
  const comparison = compareImages(a, b);
  return {
    ...{ names: { a: left, b: right }, a, b, repacked, comparison, explanation },
    settings: differentSettings(a, b),
    causes: entryCauses(a, b, comparison),
    seconds: (performance.now() - started) / 1000,
  };
}

async function openSides<E>(
  left: string,
  right: string,
  options: DiffManifestsOptions<E>,
): Promise<OpenedManifests<E>> {
  if (isManifest(left) && isManifest(right)) {
    const [a, b] = [left, right].map((path) => readManifestFile(path).manifest) as [Manifest, Manifest];
    return { a, b, repacked: undefined, explanation: undefined };
  }
  const isLeft = isManifest(left);
  const [path, source] = isLeft ? [left, right] : [right, left];
  const { manifest } = readManifestFile(path);
  const segment = recordedSegment(manifest, { manifest: path, segment: undefined }, source);
  // Loaded for one manifest and a tree: packing it again takes most of the program.
  const { rebuildImage } = await import('./rebuild-image.ts');
  const request: RebuildRequest = {
    ...{ where: path, output: undefined, force: false, segment, bootstrap: undefined },
    ...{ temporary: options.temporary, pack: options.pack },
    original: findOriginal(manifest, path),
    withTree: (work) => work(source),
  };
  const { found, explanation } = await rebuildImage(manifest, request, options.explain);
  return isLeft
    ? { a: manifest, b: found, repacked: 'b', explanation }
    : { a: found, b: manifest, repacked: 'a', explanation };
}
