/** What a manifest names by digest, if available: the image itself, and the early archive that precedes it. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StillrootError } from '../errors.ts';
import { INDEX_FILE } from '../formats/oci/layout.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { readEarlySegment } from '../pack/early-segment.ts';
import { type SegmentFile, segmentOf } from '../settings/setting.ts';
import { openInputFile } from '../source/input-file.ts';
import { isFile } from '../system/files.ts';

const PIECE_BYTES = 1024 * 1024;

/** The file with the image's name next to its manifest, if it is that image; undefined otherwise. */
export function findOriginal(manifest: Manifest, manifestPath: string): string | undefined {
  const beside = join(dirname(manifestPath), manifest.image.name);
  const stats = statSync(beside, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return isSameLayout(beside, manifest) ? beside : undefined;
  if (!stats?.isFile() || stats.size !== manifest.image.size) return undefined;
  return digestOf(beside) === manifest.image.digest ? beside : undefined;
}

/** Whether a directory is the layout of that image; what its files hold is checked when they are read. */
function isSameLayout(directory: string, { image }: Manifest): boolean {
  const index = join(directory, INDEX_FILE);
  return image.containerImage !== undefined && isFile(index) && digestOf(index) === image.digest;
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

// The early archive that preceded an image: a manifest only has its digest.

/**
 * The segment of the option, checked against the manifest. A source that is an archive may have its own.
 *
 * @param segment path of the option
 * @param source undefined for a tree that a command builds
 * @throws StillrootError `usage` where the file is missing or a different one
 */
export async function recordedSegment(
  { settings }: Manifest,
  { manifest, segment }: { readonly manifest: string; readonly segment: string | undefined },
  source: string | undefined,
): Promise<SegmentFile | undefined> {
  const wanted = settings.effective.segment;
  if (wanted === undefined) {
    if (segment === undefined) return undefined;
    throw new StillrootError('usage', 'was not given when the image was made', { where: '--segment' });
  }
  const isArchive = source !== undefined && isFile(source);
  if (segment === undefined) {
    if (isArchive) return undefined;
    throw new StillrootError('usage', `has an early archive of ${wanted.size} bytes in front of the image`, {
      where: manifest,
      hint: 'Pass it with --segment FILE; the manifest records only its digest.',
    });
  }
  const found = segmentOf(await readEarlySegment(segment));
  if (isArchive || found.digest === wanted.digest) return found;
  throw new StillrootError('usage', `has the digest ${found.digest}, wanted ${wanted.digest}`, {
    where: `--segment ${segment}`,
    hint: 'Name the early archive the image was made with.',
  });
}
