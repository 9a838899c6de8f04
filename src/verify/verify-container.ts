/**
 * Determines whether a container image is the one that a manifest describes. The index of a layout names everything else by
 * digest, so a directory is the same if its index has the recorded digest, every blob has the digest that it is named by,
 * and there is nothing more.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { digestOf, encodeDocument } from '../formats/oci/build-image.ts';
import { BLOBS_DIRECTORY, INDEX_FILE, LAYOUT_FILE, SAVED_FILE } from '../formats/oci/layout.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { scanDirectory } from '../source/directory.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';
import { compareSurrounding, type Sized, type Verification } from './verification.ts';
import { troubleOf, verifyTree } from './verify-tree.ts';

/** Files of a layout that no digest names. `manifest.json` repeats what the others say. */
const DOCUMENTS: ReadonlySet<string> = new Set([INDEX_FILE, SAVED_FILE, LAYOUT_FILE]);
const BLOB_NAME = new RegExp(`^${BLOBS_DIRECTORY}/sha256/([0-9a-f]{64})$`);

/** @param openImage opens the image in the layout as a tree; called only where it is another one */
export async function verifyLayout(
  manifest: Manifest,
  path: string,
  openImage: () => Promise<Source>,
): Promise<Verification> {
  const { image } = manifest;
  const { found, isSound } = readLayout(path);
  const wanted: Sized = { size: image.size, digest: image.digest };
  const same = isSound && found.digest === wanted.digest && found.size === wanted.size;
  const file = { wanted, found, same };
  if (same) return { level: 'file', file };
  try {
    return { file, ...verifyContainer(manifest, await openImage()) };
  } catch (error) {
    return { level: 'none', file, trouble: troubleOf(error) };
  }
}

/**
 * Compares an image whose file or layout is not the recorded one: it may have the same layer under another name, or with
 * another configuration or compression.
 *
 * @param source is closed
 */
export function verifyContainer(manifest: Manifest, source: Source): Verification {
  try {
    const { payload: recorded, containerImage } = manifest.image;
    const { image } = source;
    const wanted: Sized = { size: recorded.size, digest: recorded.digest };
    const [layer, ...others] = image?.layers ?? [];
    if (image === undefined || layer?.digest !== wanted.digest || others.length > 0) {
      return verifyTree(manifest, source, true);
    }
    const isSameConfig = digestOf(encodeDocument(image.config)) === containerImage?.config.digest;
    const isSameImage = image.manifest === containerImage?.manifest.digest;
    const nothing = compareSurrounding(undefined, undefined);
    return {
      ...{ level: 'payload', payload: { wanted, found: wanted, same: true } },
      ...{ front: nothing, bootConfig: nothing },
      around: isSameConfig && !isSameImage ? ['compression'] : ['image'],
    };
  } finally {
    source.close();
  }
}

interface ReadLayout {
  /** Bytes of all files, and digest of the index. */
  readonly found: Sized;
  /** Whether every blob has the digest of its name, and nothing else is there. */
  readonly isSound: boolean;
}

function readLayout(path: string): ReadLayout {
  const source = scanDirectory(path);
  try {
    let [size, digest, isSound] = [0, '', true];
    for (const entry of source.tree.entries) {
      if (entry.type === 'directory') continue;
      size += entry.size;
      const [, name] = BLOB_NAME.exec(entry.path) ?? [];
      const isDocument = DOCUMENTS.has(entry.path);
      if (entry.type !== 'file' || (name === undefined && !isDocument)) {
        isSound = false;
        continue;
      }
      const content = digestOfFile(source, entry);
      if (entry.path === INDEX_FILE) digest = content;
      if (name === undefined) continue;
      isSound &&= content === `sha256:${name}`;
    }
    return { found: { size, digest }, isSound };
  } finally {
    source.close();
  }
}

const READ_BYTES = 1024 * 1024;

function digestOfFile(source: Source, entry: Entry): string {
  const hash = createHash('sha256');
  const file = source.open(entry);
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (let count = file.read(buffer); count > 0; count = file.read(buffer))
      hash.update(buffer.subarray(0, count));
    file.verify();
    return `sha256:${hash.digest('hex')}`;
  } finally {
    file.close();
  }
}

/** Whether a directory is an image layout. */
export function isLayout(path: string, isFile: (path: string) => boolean): boolean {
  return isFile(join(path, INDEX_FILE)) && isFile(join(path, LAYOUT_FILE));
}
