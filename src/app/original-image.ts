/** The image that a manifest describes, where it is at hand. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from '../manifest/manifest.ts';
import { openInputFile } from '../source/input-file.ts';

const PIECE_BYTES = 1024 * 1024;

/** The file of the image's name beside its manifest, if it is that image; undefined where there is none. */
export function findOriginal(manifest: Manifest, manifestPath: string): string | undefined {
  const beside = join(dirname(manifestPath), manifest.image.name);
  const stats = statSync(beside, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size !== manifest.image.size) return undefined;
  return digestOf(beside) === manifest.image.digest ? beside : undefined;
}

function digestOf(path: string): string {
  const hash = createHash('sha256');
  const file = openInputFile(path);
  try {
    for (let at = 0; at < file.size; at += PIECE_BYTES) hash.update(file.read(at, PIECE_BYTES));
  } finally {
    file.close();
  }
  return `sha256:${hash.digest('hex')}`;
}
