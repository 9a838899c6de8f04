/** An archive that a packer wrote, opened: the tree in it, and what else makes up the file. */
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type ArchiveLayer, ArchiveLayerReader } from '../diff/archive-layer.ts';
import { type LayerSide, NOTHING_AROUND, unchanged } from '../diff/compare-layers.ts';
import { openArchiveFile } from '../source/archive-file.ts';
import { ArchiveSource } from '../source/archive-source.ts';
import { type Blob, Blobs } from '../source/container/blobs.ts';
import { chooseImage } from '../source/container/choose-image.ts';
import { findImages } from '../source/container/images.ts';
import { type ArchivedTree, openArchive } from '../source/open-source.ts';
import { readLimits } from '../source/read-limits.ts';
import type { SourceImage } from '../source/source.ts';
import type { OutputKind } from './result.ts';

export interface OpenedArchive {
  /** The caller closes it. */
  readonly source: ArchivedTree;
  /** Of a container image, the archive that holds its files. */
  readonly side: LayerSide;
  /**
   * SHA-256, in hex, of the archive before compression. Of a container image, of its configuration and the digests of its
   * layers before compression: they make it the same image, however it is stored.
   */
  readonly raw: string;
  readonly output: OutputKind;
}

/**
 * @param temporary a directory for decompressed contents
 * @param asImage false for the files of a container image rather than what the image holds
 * @throws StillrootError where it is not an archive that can be read
 */
export async function openWritten(file: string, temporary: string, asImage = true): Promise<OpenedArchive> {
  const reader = new ArchiveLayerReader();
  const options = { temporary, observe: reader.events, ...(asImage ? {} : { image: false as const }) };
  const source = await openArchive(file, options);
  try {
    const opened = openArchiveFile(file);
    try {
      const layer = reader.finish(opened);
      const { image, hasRoot, tree } = source;
      return {
        source,
        side: {
          layer,
          early: source instanceof ArchiveSource ? unchanged(source.readEarly()) : NOTHING_AROUND,
          root: hasRoot ? tree.root : undefined,
        },
        raw: image === undefined ? layer.payloadDigest : digestOf(image),
        output: image !== undefined ? 'image' : isCompressed(layer) ? 'compressed' : 'plain',
      };
    } finally {
      opened.close();
    }
  } catch (error) {
    source.close();
    throw error;
  }
}

/** An archive may begin with plain parts, as an initramfs with microcode does. */
function isCompressed({ members }: ArchiveLayer): boolean {
  return members.some(({ compression }) => compression !== 'none');
}

function digestOf({ config, layers }: SourceImage): string {
  const digests = layers.map(({ digest }) => digest);
  return createHash('sha256')
    .update(JSON.stringify([config, digests]))
    .digest('hex');
}

// Layers of a container image as files, to be opened in turn.

const PIECE_SIZE = 1024 * 1024;

/**
 * @param temporary in which a directory for the copies is made
 * @returns the directory, for the caller to remove, and the layers in it, from the lowest on
 * @throws StillrootError where it is not a container image that can be read
 */
export async function copyLayers(
  file: string,
  temporary: string,
): Promise<{ readonly directory: string; readonly files: readonly string[] }> {
  const source = await openArchive(file, { temporary, image: false });
  try {
    const blobs = new Blobs(source);
    const image = chooseImage(findImages(blobs, readLimits(undefined).layers), {}, source.name);
    const directory = mkdtempSync(join(temporary, 'layers-'));
    const files = image.layers.map(({ path }, at) => {
      const copy = join(directory, String(at));
      const blob = blobs.open(path);
      if (blob !== undefined) copyBlob(blob, copy);
      return copy;
    });
    return { directory, files };
  } finally {
    source.close();
  }
}

function copyBlob(blob: Blob, copy: string): void {
  const descriptor = openSync(copy, 'wx', 0o600);
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE_SIZE, blob.size));
    for (let at = 0; at < blob.size; ) {
      const count = blob.readInto(buffer, at);
      for (let done = 0; done < count; ) done += writeSync(descriptor, buffer, done, count - done);
      at += count;
    }
  } finally {
    closeSync(descriptor);
    blob.close();
  }
}
