/** An image and its manifest, of which the user named one, or both in any order. */
import { dirname, join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { isDirectory, isFile } from '../system/files.ts';
import { STANDARD_INPUT } from '../system/streams.ts';
import { isManifest } from './is-manifest.ts';
import { readManifestFile } from './manifest-file.ts';

/** What `pack` adds to the name of an image. */
const MANIFEST_EXTENSION = '.manifest.json';

/** Manifests begin with a brace, and no image does, so the order says nothing. */
export function manifestFirst(a: string, b: string): readonly [manifest: string, other: string] {
  return !isManifest(a) && isManifest(b) ? [b, a] : [a, b];
}

/**
 * The manifest that an argument names: itself, or the one beside the image that it names.
 *
 * @throws StillrootError `source-missing` for an image without one; anything else that is no manifest is given back, to be
 *   refused by what reads it
 */
export function manifestOf(named: string): string {
  if (isManifest(named)) return named;
  if (named === STANDARD_INPUT) {
    throw new StillrootError('manifest-malformed', 'is not a manifest', {
      where: named,
      hint: 'Name the manifest as well: stillroot verify MANIFEST -.',
    });
  }
  const beside = `${named.replace(/(?<=.)\/+$/, '')}${MANIFEST_EXTENSION}`;
  if (isManifest(beside)) return beside;
  if (!(isFile(named) || isDirectory(named)) || named.endsWith('.json')) return named;
  throw new StillrootError('source-missing', `no such file, and ${JSON.stringify(named)} is not a manifest`, {
    where: beside,
    hint: 'Name the manifest that stillroot pack wrote beside the image (IMAGE.manifest.json).',
  });
}

/**
 * Both of them.
 *
 * @param other undefined where only one is named
 * @throws StillrootError like `manifestOf`, and `source-missing` for a manifest without its image beside it
 */
export function imageAndManifest(
  named: string,
  other: string | undefined,
): { readonly manifest: string; readonly file: string } {
  if (other !== undefined) {
    const [manifest, file] = manifestFirst(named, other);
    return { manifest, file };
  }
  const manifest = manifestOf(named);
  if (manifest !== named) return { manifest, file: named };
  const file = join(dirname(manifest), readManifestFile(manifest).manifest.image.name);
  if (isFile(file) || isDirectory(file)) return { manifest, file };
  throw new StillrootError('source-missing', 'no such file; the manifest describes an image of this name', {
    where: file,
    hint: 'Name the image after the manifest.',
  });
}
