/** Determines whether a file or a directory is the image that a manifest describes. */
import { statSync } from 'node:fs';
import type { VerifyDocument } from '../documents/verify.ts';
import { documentSeconds } from '../json/document.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { isMatch, type Verification } from '../verify/verification.ts';
import { type VerifyOptions, verifyDirectory, verifyFile } from '../verify/verify.ts';

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
  return isDirectory(file) ? verifyDirectory(manifest, file) : await verifyFile(manifest, file, options);
}

/** A missing or unreadable file is reported when it is opened. */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
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
