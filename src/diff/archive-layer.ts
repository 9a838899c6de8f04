/** What an archive is beside the tree it holds: formats, order and numbers of its headers, compression. */
import { createHash, type Hash } from 'node:crypto';
import type { ArchiveEvents } from '../source/archive.ts';
import type { ArchiveFormatName } from '../source/archive-entry.ts';
import type { ArchiveFile, Compression } from '../source/archive-file.ts';

/** A compressed or plain member of the file. */
export interface MemberFacts {
  readonly compression: Compression;
  /** Of .xz: sizes of its blocks in order, uncompressed; undefined for other formats. */
  readonly blocks: readonly number[] | undefined;
}

/** One header, in archive order. Numbers only: there are as many as entries. */
export interface HeaderFacts {
  /** As in the archive: may begin with `/` or `./`. */
  readonly name: string;
  readonly inode: number;
  readonly nlink: number;
  readonly segment: number;
}

export interface ArchiveLayer {
  readonly fileSize: number;
  readonly members: readonly MemberFacts[];
  readonly formats: readonly (ArchiveFormatName | undefined)[];
  readonly headers: readonly HeaderFacts[];
  /** SHA-256 of what the compressed members hold or, where there are none, of the file; in hex. */
  readonly payloadDigest: string;
  /** SHA-256 of the file, in hex. */
  readonly fileDigest: string;
}

/** Collects the facts while an archive is read for other reasons: `events` are told what the reader is told. */
export class ArchiveLayerReader {
  readonly events: Required<Pick<ArchiveEvents, 'member' | 'entry' | 'end' | 'decompressed'>>;
  readonly #members: { readonly offset: number; readonly compression: Compression }[] = [];
  readonly #formats: (ArchiveFormatName | undefined)[] = [];
  readonly #headers: HeaderFacts[] = [];
  readonly #hash: Hash = createHash('sha256');

  constructor() {
    this.events = {
      member: ({ offset, compression }) => {
        this.#members.push({ offset, compression });
      },
      entry: ({ name, inode, nlink }, segment) => this.#headers.push({ name, inode, nlink, segment }),
      end: ({ format }) => this.#formats.push(format),
      decompressed: (bytes) => this.#hash.update(bytes),
    };
  }

  /** @param file the same */
  finish(file: ArchiveFile): ArchiveLayer {
    const hash = createHash('sha256');
    for (let at = 0; at < file.size; at += READ_BYTES) hash.update(file.read(at, READ_BYTES));
    const fileDigest = hash.digest('hex');
    // What stands uncompressed in front of compressed members is an early segment, which has its own comparison.
    const isPlain = this.#members.every(({ compression }) => compression === 'none');
    return {
      fileSize: file.size,
      members: this.#members.map(({ offset, compression }) => {
        const random = compression === 'xz' ? file.memberAt(offset)?.random() : undefined;
        const blocks =
          random?.kind === 'blocks' ? random.blocks.map((block) => block.uncompressedSize) : undefined;
        return { compression, blocks };
      }),
      formats: this.#formats,
      headers: this.#headers,
      payloadDigest: isPlain ? fileDigest : this.#hash.digest('hex'),
      fileDigest,
    };
  }
}

const READ_BYTES = 1024 * 1024;
