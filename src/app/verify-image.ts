/** Determines whether a file or a directory is the image that a manifest describes. */
import type { VerifyDocument } from '../documents/verify.ts';
import { documentSeconds } from '../json/document.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { openSource } from '../source/open-source.ts';
import { isDirectory, isFile } from '../system/files.ts';
import { isMatch, type Verification } from '../verify/verification.ts';
import { type VerifyOptions, verifyDirectory, verifyFile } from '../verify/verify.ts';
import { isLayout, verifyLayout } from '../verify/verify-container.ts';

/**
 * @param file an image, or a directory that was finalized
 * @throws StillrootError where it cannot be read; whatever the signal was aborted with
 */
export async function verifyImage(
  manifest: Manifest,
  file: string,
  options: VerifyOptions,
): Promise<Verification> {
  options.signal?.throwIfAborted();
  if (!isDirectory(file)) return await verifyFile(manifest, file, options);
  if (manifest.image.containerImage === undefined || !isLayout(file, isFile)) {
    return verifyDirectory(manifest, file);
  }
  return await verifyLayout(manifest, file, () => openSource(file, options));
}

/** What `verify --json` prints; `names` are the files as typed. */
export function verifyDocument(
  names: { readonly manifest: string; readonly file: string },
  found: Verification,
  seconds: number,
): VerifyDocument {
  const { level, ...rest } = found;
  return {
    schema: 'stillroot/verify/1',
    manifest: names.manifest,
    source: names.file,
    same: isMatch(found),
    level,
    ...rest,
    seconds: documentSeconds(seconds),
  };
}
