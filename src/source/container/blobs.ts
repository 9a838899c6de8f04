/** The files inside a container image, be it a directory or an archive, as blobs that are read at any offset. */
import { createHash } from 'node:crypto';
import { StillrootError } from '../../errors.ts';
import { DOCUMENT_BYTES_MAX } from '../../formats/oci/read-document.ts';
import type { Entry } from '../../tree/entry.ts';
import { pathFromText, showPath } from '../../tree/path.ts';
import type { InputFile } from '../input-file.ts';
import type { RandomAccessFile, Source } from '../source.ts';

/** What holds the files of an image. */
export interface Container extends Source {
  open(entry: Entry): RandomAccessFile;
}

export interface Blob extends InputFile {
  /** For messages: the image and the path in it. */
  readonly name: string;
  /** @throws source-changed where it has changed since the image was opened */
  requireUnchanged(): void;
}

/** What a document says about a blob. */
export interface BlobClaim {
  /** `ALGORITHM:HEX`; undefined where none is known. */
  readonly digest: string | undefined;
  readonly size: number | undefined;
}

export class Blobs {
  readonly #container: Container;

  /** @param container is not closed here */
  constructor(container: Container) {
    this.#container = container;
  }

  /** Where a file of the image is, for messages. */
  nameOf(path: string): string {
    return `${this.#container.name}: ${showPath(path)}`;
  }

  /** Whether the image has a file of this path. */
  has(path: string): boolean {
    return this.#container.tree.resolve(pathFromText(path))?.type === 'file';
  }

  /**
   * A file of the image; links are followed inside the image only. The caller closes it.
   *
   * @param path text, as documents name it
   * @returns undefined where there is none
   */
  open(path: string): Blob | undefined {
    const entry = this.#container.tree.resolve(pathFromText(path));
    if (entry?.type !== 'file') return undefined;
    const file = this.#container.open(entry);
    const { size } = entry;
    const name = this.nameOf(pathFromText(path));
    const readInto = (target: Uint8Array, offset: number): number => {
      const wanted = Math.max(0, Math.min(target.length, size - offset));
      for (let filled = 0; filled < wanted; ) {
        const count = file.readAt(target.subarray(filled, wanted), offset + filled);
        if (count === 0) throw shrank(name, offset + filled, size);
        filled += count;
      }
      return wanted;
    };
    return {
      name,
      size,
      readInto,
      read(offset, length) {
        const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)));
        readInto(buffer, offset);
        return buffer;
      },
      requireUnchanged: () => file.requireUnchanged(),
      close: () => file.close(),
    };
  }

  /**
   * The bytes of a document, checked.
   *
   * @returns undefined where there is no such file
   * @throws archive-malformed where it is not what was claimed
   */
  readDocument(path: string, claim: BlobClaim): Uint8Array | undefined {
    const blob = this.open(path);
    if (blob === undefined) return undefined;
    try {
      requireSize(blob, claim);
      // One byte more than is allowed tells the codec that there are too many.
      const bytes = blob.read(0, DOCUMENT_BYTES_MAX + 1);
      if (bytes.length > DOCUMENT_BYTES_MAX || claim.digest === undefined) return bytes;
      const hash = hashFor(claim.digest);
      requireDigest(hash.update(bytes).digest('hex'), claim.digest, blob.name);
      return bytes;
    } finally {
      blob.close();
    }
  }
}

const READ_BYTES = 1024 * 1024;

/**
 * Compares a blob with what a document says about it. All of it is read.
 *
 * @throws archive-malformed where it differs; whatever the signal was aborted with
 */
export async function verifyBlob(
  blob: Blob,
  claim: BlobClaim,
  signal: AbortSignal | undefined,
): Promise<void> {
  requireSize(blob, claim);
  if (claim.digest === undefined) return;
  const hash = hashFor(claim.digest);
  const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, blob.size));
  for (let at = 0; at < blob.size; at += READ_BYTES) {
    hash.update(buffer.subarray(0, blob.readInto(buffer, at)));
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
  requireDigest(hash.digest('hex'), claim.digest, blob.name);
}

function requireSize({ size, name }: Blob, claim: BlobClaim): void {
  if (claim.size === undefined || claim.size === size) return;
  throw lie(name, `has ${size} bytes, but the image says ${claim.size}`);
}

/** A new hash of the algorithm of a digest. */
export function hashFor(digest: string): ReturnType<typeof createHash> {
  return createHash(digest.slice(0, digest.indexOf(':')));
}

/** @param found in hex @throws archive-malformed where it is not the claimed one */
export function requireDigest(found: string, claimed: string, where: string): void {
  const algorithm = claimed.slice(0, claimed.indexOf(':'));
  if (`${algorithm}:${found}` === claimed) return;
  throw lie(where, `has the digest ${algorithm}:${found}, but the image says ${claimed}`);
}

function lie(where: string, what: string): StillrootError {
  return new StillrootError('archive-malformed', what, {
    where,
    hint: 'The image is damaged or was changed; get it again.',
  });
}

function shrank(where: string, at: number, size: number): StillrootError {
  return new StillrootError('source-changed', `file shrank while it was read (${size} -> ${at} bytes)`, {
    where,
    hint: 'Wait until nothing writes to the image.',
  });
}
