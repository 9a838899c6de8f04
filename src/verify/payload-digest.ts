/** Digest of the archive that a file holds, taken while the file is read for its tree. */
import { createHash, type Hash } from 'node:crypto';
import type { ArchiveEvents } from '../source/archive.ts';
import type { ArchiveFile, Compression } from '../source/archive-file.ts';
import type { Sized } from './verification.ts';

const READ_BYTES = 1024 * 1024;

/**
 * What precedes it is not part of it: uncompressed archives before the last one, as `pack` leaves them out of the
 * payload that it digests.
 */
export class PayloadDigest {
  readonly events: Required<Pick<ArchiveEvents, 'member' | 'start' | 'decompressed'>>;
  /** Of what was decompressed since the last compressed member began. */
  #hash: Hash = createHash('sha256');
  #size = 0;
  #compression: Compression = 'none';
  /** Where the last archive begins in the file. */
  #offset = 0;

  constructor() {
    this.events = {
      member: ({ compression }) => {
        this.#compression = compression;
        this.#hash = createHash('sha256');
        this.#size = 0;
      },
      start: ({ fileOffset }) => {
        this.#offset = fileOffset;
      },
      decompressed: (bytes) => {
        this.#hash.update(bytes);
        this.#size += bytes.length;
      },
    };
  }

  /** Of the last member. */
  get compression(): Compression {
    return this.#compression;
  }

  /** Offset of the last member, in the file. */
  get offset(): number {
    return this.#offset;
  }

  /** To be called once, after the file was read to its end. */
  finish(file: ArchiveFile): Sized {
    if (this.#compression !== 'none') return { size: this.#size, digest: this.#hex() };
    for (let at = this.#offset; at < file.end; at += READ_BYTES) {
      this.events.decompressed(file.read(at, Math.min(READ_BYTES, file.end - at)));
    }
    return { size: this.#size, digest: this.#hex() };
  }

  #hex(): string {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}

/** @param end of what is digested, from the beginning of the file */
export function fileDigest(
  file: ArchiveFile,
  onTurn: () => void = () => {},
  end: number = file.size,
): string {
  const hash = createHash('sha256');
  for (let at = 0; at < end; at += READ_BYTES) {
    hash.update(file.read(at, Math.min(READ_BYTES, end - at)));
    onTurn();
  }
  return `sha256:${hash.digest('hex')}`;
}
