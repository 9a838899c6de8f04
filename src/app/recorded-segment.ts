/** The early archive that stood in front of an image: a manifest has its digest only. */
import { statSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { readEarlySegment } from '../pack/early-segment.ts';
import { type SegmentFile, segmentOf } from '../settings/setting.ts';

/**
 * That of the option, checked against the manifest. A source that is an archive may bring its own.
 *
 * @param segment path of the option
 * @param source undefined for a tree that a command makes
 * @throws StillrootError `usage` where the file is missing or another one
 */
export function recordedSegment(
  { settings }: Manifest,
  { manifest, segment }: { readonly manifest: string; readonly segment: string | undefined },
  source: string | undefined,
): SegmentFile | undefined {
  const wanted = settings.effective.segment;
  if (wanted === undefined) {
    if (segment === undefined) return undefined;
    throw new StillrootError('usage', 'was not given when the image was made', { where: '--segment' });
  }
  const isArchive = source !== undefined && statSync(source, { throwIfNoEntry: false })?.isFile() === true;
  if (segment === undefined) {
    if (isArchive) return undefined;
    throw new StillrootError('usage', `has an early archive of ${wanted.size} bytes in front of the image`, {
      where: manifest,
      hint: 'Pass it with --segment FILE; the manifest records only its digest.',
    });
  }
  const found = segmentOf(readEarlySegment(segment));
  if (isArchive || found.digest === wanted.digest) return found;
  throw new StillrootError('usage', `has the digest ${found.digest}, wanted ${wanted.digest}`, {
    where: `--segment ${segment}`,
    hint: 'Name the early archive the image was made with.',
  });
}
