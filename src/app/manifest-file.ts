/** A manifest named on the command line. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { StillrootError } from '../errors.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { MANIFEST_BYTES_MAX, parseManifest } from '../manifest/read-manifest.ts';
import { openInputFile, type WantedFile } from '../source/input-file.ts';
import { showText } from '../text/format.ts';

export interface ManifestFile {
  readonly manifest: Manifest;
  /** Without directories. */
  readonly name: string;
  /** `sha256:HEX` of its bytes. */
  readonly digest: string;
}

const WRITTEN_BY_PACK = 'Name a manifest that stillroot pack wrote beside an image.';
const NAME_IT = 'Name the manifest that stillroot pack wrote beside the image (IMAGE.manifest.json).';
const MANIFEST_FILE: WantedFile = { unreadable: NAME_IT, irregular: NAME_IT };

/**
 * @throws source-missing, source-unreadable, source-not-supported where it is not a regular file
 * @throws manifest-malformed, manifest-version
 */
export function readManifestFile(path: string): ManifestFile {
  const bytes = readBytes(path);
  const where = showText(path);
  const manifest = parseManifest(textOf(bytes, where), where);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { manifest, name: basename(path), digest };
}

function readBytes(path: string): Uint8Array {
  const file = openInputFile(path, MANIFEST_FILE);
  try {
    if (file.size <= MANIFEST_BYTES_MAX) return file.read(0, file.size);
    throw new StillrootError(
      'manifest-malformed',
      `has ${file.size} bytes, wanted at most ${MANIFEST_BYTES_MAX}`,
      { where: showText(path), hint: WRITTEN_BY_PACK },
    );
  } finally {
    file.close();
  }
}

/** JSON is UTF-8 without a byte order mark. */
function textOf(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new StillrootError('manifest-malformed', 'is not UTF-8', {
      where,
      hint: WRITTEN_BY_PACK,
      cause,
    });
  }
}
