/** Reads the layers of a container image: each is verified, decompressed if need be, and laid over those before it. */
import { StillrootError } from '../../errors.ts';
import { type ReadOptions, readArchiveFile } from '../archive.ts';
import type { ArchiveEntry } from '../archive-entry.ts';
import { archiveFileOf } from '../archive-file.ts';
import type { Expansion } from '../expansion.ts';
import { readLimits } from '../read-limits.ts';
import { Spool } from '../spool.ts';
import { type Blob, type Blobs, hashFor, requireDigest, verifyBlob } from './blobs.ts';
import type { LayerReference } from './images.ts';
import { type FlattenedTree, LayeredTree } from './layered-tree.ts';

export interface LayerOptions extends ReadOptions {
  /** Directory for decompressed layers. */
  readonly temporary: string;
}

/** Where the bytes of a layer are. */
interface LayerBytes {
  /** Undefined for a decompressed layer, which is in the spool. */
  readonly blob: Blob | undefined;
  /** Its first byte: in the spool, or in all plain layers one behind the other. */
  readonly base: number;
  readonly size: number;
}

/** The contents of all layers that have been read. */
export class LayerContents {
  readonly #plain: { readonly blob: Blob; readonly base: number }[] = [];
  #plainSize = 0;
  #spool: Spool | undefined;

  /** A layer that is read where it is. */
  addPlain(blob: Blob): LayerBytes {
    const base = this.#plainSize;
    this.#plain.push({ blob, base });
    this.#plainSize += blob.size;
    return { blob, base, size: blob.size };
  }

  /** The temporary file for decompressed layers. */
  spool(directory: string, name: string): Spool {
    this.#spool ??= new Spool(directory, name);
    return this.#spool;
  }

  /** @param position as a ContentPlace has it */
  readAt(spooled: boolean, target: Uint8Array, position: number): number {
    if (spooled) return this.#spool?.read(target, position) ?? 0;
    const { blob, base } = this.#plainAt(position);
    return blob.readInto(target, position - base);
  }

  /** @throws source-changed where the plain layer at a position has changed */
  requireUnchanged(position: number): void {
    this.#plainAt(position).blob.requireUnchanged();
  }

  close(): void {
    for (const { blob } of this.#plain) blob.close();
    this.#spool?.close();
  }

  #plainAt(position: number): { readonly blob: Blob; readonly base: number } {
    const found = this.#plain.findLast(({ base }) => base <= position);
    if (found === undefined) throw new RangeError(`no layer at ${position}`);
    return found;
  }
}

/**
 * @param name of the image, for messages
 * @param expansion counts what comes out of the file; `scale` is what a byte of a blob counts in it
 * @throws archive-malformed, archive-not-supported, archive-limit, output-failed; whatever the signal was aborted with
 */
export async function readLayers(
  name: string,
  layers: readonly LayerReference[],
  blobs: Blobs,
  contents: LayerContents,
  { expansion, scale }: { readonly expansion: Expansion; readonly scale: number },
  options: LayerOptions,
): Promise<FlattenedTree> {
  const tree = new LayeredTree(name, readLimits(options.limits));
  /** Bytes of layers that occur more than once. */
  const known = new Map<string, LayerBytes & { readonly diffId: string }>();
  for (const [at, layer] of layers.entries()) {
    const label = `${name}: layer ${at + 1} of ${layers.length}`;
    const again = known.get(layer.path);
    if (again !== undefined) {
      requireSameDigest(again.diffId, layer.diffId, label);
      await readAgain(tree, again, contents, expansion.inner(label, scale), label, options);
      continue;
    }
    const blob = blobs.open(layer.path);
    if (blob === undefined) throw missing(layer, blobs.nameOf(layer.path), label);
    const reader = new LayerReader(tree, blob, contents, label, options);
    const bytes = await reader.read(layer, expansion.inner(label, scale));
    known.set(layer.path, { ...bytes, diffId: layer.diffId });
  }
  return tree.finish();
}

class LayerReader {
  readonly #tree: LayeredTree;
  readonly #blob: Blob;
  readonly #contents: LayerContents;
  readonly #label: string;
  readonly #options: LayerOptions;

  constructor(tree: LayeredTree, blob: Blob, contents: LayerContents, label: string, options: LayerOptions) {
    this.#tree = tree;
    this.#blob = blob;
    this.#contents = contents;
    this.#label = label;
    this.#options = options;
  }

  /** The blob is closed, unless the contents are read from it. */
  async read({ claim, diffId }: LayerReference, expansion: Expansion): Promise<LayerBytes> {
    const blob = this.#blob;
    let bytes: LayerBytes | undefined;
    try {
      const { signal } = this.#options;
      await verifyBlob(blob, claim, signal);
      const file = archiveFileOf(this.#label, blob, expansion);
      const isPlain = (file.memberAt(0)?.compression ?? 'none') === 'none';
      if (isPlain && diffId !== claim.digest) {
        await verifyBlob(blob, { digest: diffId, size: undefined }, signal);
      }
      if (isPlain) bytes = this.#contents.addPlain(blob);
      const spool = isPlain ? undefined : this.#contents.spool(this.#options.temporary, this.#label);
      const base = bytes?.base ?? spool?.size ?? 0;
      const hash = hashFor(diffId);
      this.#tree.beginLayer({ name: this.#label, base, spooled: !isPlain });
      await readLayer(file, this.#tree, this.#label, this.#options, (piece) => {
        hash.update(piece);
        spool?.write(piece);
      });
      if (!isPlain) requireDigest(hash.digest('hex'), diffId, `${this.#label}, decompressed`);
      this.#tree.endLayer();
      bytes ??= { blob: undefined, base, size: (spool?.size ?? 0) - base };
      return bytes;
    } finally {
      if (bytes?.blob === undefined) blob.close();
    }
  }
}

/** A layer that has been verified, and maybe decompressed, before. */
async function readAgain(
  tree: LayeredTree,
  { blob, base, size }: LayerBytes,
  contents: LayerContents,
  expansion: Expansion,
  label: string,
  options: LayerOptions,
): Promise<void> {
  const spooled = blob === undefined;
  const readInto = (target: Uint8Array, offset: number): number => {
    const room = target.subarray(0, Math.max(0, Math.min(target.length, size - offset)));
    return contents.readAt(spooled, room, base + offset);
  };
  const read = (offset: number, length: number): Uint8Array => {
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)));
    return buffer.subarray(0, readInto(buffer, offset));
  };
  const file = archiveFileOf(label, { size, read, readInto, close: () => {} }, expansion);
  tree.beginLayer({ name: label, base, spooled });
  await readLayer(file, tree, label, options, () => {});
  tree.endLayer();
}

/** Exactly one tar archive, or nothing but zeros, as of a layer that changes nothing. */
async function readLayer(
  file: ReturnType<typeof archiveFileOf>,
  tree: LayeredTree,
  label: string,
  options: LayerOptions,
  decompressed: (bytes: Uint8Array) => void,
): Promise<void> {
  const entry = (each: ArchiveEntry): void => tree.add(each);
  await readArchiveFile(
    file,
    {
      entry,
      decompressed,
      start({ fileOffset, memberOffset }) {
        if (fileOffset === 0 && memberOffset === 0) return;
        throw malformed(label, 'begins with zeros, which is where a layer ends');
      },
      end({ format }) {
        if (format === undefined || format === 'tar') return;
        throw malformed(label, `is a cpio archive (${format}), wanted a tar archive`);
      },
    },
    { ...options, isEmptyAllowed: true },
  );
}

function requireSameDigest(found: string, claimed: string, label: string): void {
  if (found === claimed) return;
  throw malformed(
    label,
    `is the same file as a layer below, but has another digest: ${claimed}, not ${found}`,
  );
}

function missing({ elsewhere }: LayerReference, where: string, label: string): StillrootError {
  if (elsewhere === undefined) {
    return new StillrootError('archive-malformed', 'is missing from the image', {
      where: `${label} (${where})`,
      hint: 'The image is incomplete; save or copy it again.',
    });
  }
  return new StillrootError('archive-not-supported', `is not in the image, but at ${elsewhere}`, {
    where: label,
    hint: 'Nothing is downloaded: copy the image with the layers that may not be distributed.',
  });
}

function malformed(where: string, what: string): StillrootError {
  return new StillrootError('archive-malformed', what, {
    where,
    hint: 'The image is damaged or crafted; get it again.',
  });
}
