import { readManifestFile } from '../app/manifest-file.ts';
import { verifyDocument, verifyImage } from '../app/verify-image.ts';
import type { VerifyDocument } from '../documents/verify.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkCall, READING_ROWS, type ReadingOptions, type WatchOptions } from './call.ts';

export interface VerifyOptions extends ReadingOptions, Pick<WatchOptions, 'signal'> {
  /** Path of the manifest that `pack` wrote beside an image. */
  readonly manifest: string;
  /** The image, or a directory that was finalized. */
  readonly file: string;
}

/**
 * Says whether a file or directory is the image that a manifest describes, and if not, how far it is the same: what
 * `stillroot verify` does.
 *
 * @returns what `stillroot verify --json` prints; `same` where it is
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
