/** What makes up an archive besides the tree it holds: formats, order and numbers of its headers, compression. */
import { createHash, type Hash } from 'node:crypto';
import type { ArchiveEvents } from '../source/archive.ts';
import type { ArchiveFormatName } from '../source/archive-entry.ts';
import type { ArchiveFile, Compression } from '../source/archive-file.ts';
import { compressionParameters, PARAMETER_BYTES } from './compression-parameters.ts';

/** A compressed or plain member of the file. */
export interface MemberFacts {
  readonly compression: Compression;
  /** The uncompressed sizes of its blocks in order; undefined where it is not made of blocks. */
  readonly blocks: readonly number[] | undefined;
  /** What its header says about how it was compressed, such as `check crc64`. */
  readonly parameters?: readonly string[];
}

/** One header, in archive order. Numbers only: there are as many as entries. */
export interface HeaderFacts {
  /** As in the archive: may begin with `/` or `./`. */
  readonly name: string;
  readonly inode: number;
  readonly nlink: number;
  readonly segment: number;
}

/** What else the headers say, taken together: the first WRITTEN_MAX distinct values of each kind. */
interface WrittenFacts {
  readonly dialects: readonly string[];
  readonly devices: readonly string[];
  readonly owners: readonly string[];
}

/** Further values of one kind are not recorded. */
const WRITTEN_MAX = 100;

export interface ArchiveLayer {
  readonly fileSize: number;
  readonly members: readonly MemberFacts[];
  readonly formats: readonly (ArchiveFormatName | undefined)[];
  readonly headers: readonly HeaderFacts[];
  readonly written?: WrittenFacts;
  /**
   * SHA-256, in hex, of what the compressed members hold or, where there are none, of the file without trailing zeros.
   */
  readonly payloadDigest: string;
  /** How many trailing zeros there are. */
  readonly padding?: number;
  /** SHA-256 of the file, in hex. */
  readonly fileDigest: string;
  /** Text of the boot configuration after the archives, as a byte string; undefined where there is none. */
  readonly bootConfig?: string | undefined;
}

/** Collects the facts while an archive is read for other reasons: `events` receive what the reader receives. */
export class ArchiveLayerReader {
  readonly events: Required<Pick<ArchiveEvents, 'member' | 'entry' | 'end' | 'decompressed'>>;
  readonly #members: { readonly offset: number; readonly compression: Compression }[] = [];
  readonly #formats: (ArchiveFormatName | undefined)[] = [];
  readonly #headers: HeaderFacts[] = [];
  readonly #written = { dialect: new Set<string>(), device: new Set<string>(), owner: new Set<string>() };
  readonly #hash = new TrimmedHash();

  constructor() {
    this.events = {
      member: ({ offset, compression }) => {
        this.#members.push({ offset, compression });
      },
      entry: ({ name, inode, nlink, written }, segment) => {
        this.#headers.push({ name, inode, nlink, segment });
        for (const kind of ['dialect', 'device', 'owner'] as const) {
          const seen = this.#written[kind];
          if (written[kind] !== '' && seen.size < WRITTEN_MAX) seen.add(written[kind]);
        }
      },
      end: ({ format }) => this.#formats.push(format),
      decompressed: (bytes) => this.#hash.update(bytes),
    };
  }

  /** @param file the same */
  finish(file: ArchiveFile): ArchiveLayer {
    // Uncompressed members before compressed ones are early segments, which are compared separately.
    const isPlain = this.#members.every(({ compression }) => compression === 'none');
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    for (let at = 0; at < file.size; at += READ_BYTES) {
      const bytes = buffer.subarray(0, file.readInto(buffer, at));
      hash.update(bytes);
      if (isPlain) this.#hash.update(bytes.subarray(0, Math.max(0, file.end - at)));
    }
    const { digest: payloadDigest, zeros: padding } = this.#hash.finish();
    const sorted = (values: ReadonlySet<string>): string[] => [...values].sort();
    const { dialect, device, owner } = this.#written;
    return {
      fileSize: file.size,
      members: this.#members.map(({ offset, compression }) => {
        const random = file.memberAt(offset)?.random();
        const blocks =
          random?.kind === 'blocks' ? random.blocks.map((block) => block.uncompressedSize) : undefined;
        const parameters = compressionParameters(compression, file.read(offset, PARAMETER_BYTES));
        return { compression, blocks, parameters };
      }),
      formats: this.#formats,
      headers: this.#headers,
      written: { dialects: sorted(dialect), devices: sorted(device), owners: sorted(owner) },
      payloadDigest,
      padding,
      fileDigest: hash.digest('hex'),
      bootConfig: file.bootConfig && Buffer.from(file.bootConfig.text).toString('latin1'),
    };
  }
}

const READ_BYTES = 256 * 1024;

const ZEROS: Uint8Array = new Uint8Array(64 * 1024);

/** SHA-256 of bytes without trailing zeros, and the number of those zeros. */
export class TrimmedHash {
  readonly #hash: Hash = createHash('sha256');
  #zeros = 0;

  update(bytes: Uint8Array): void {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === 0) end -= 1;
    if (end > 0) {
      for (; this.#zeros > 0; this.#zeros -= Math.min(this.#zeros, ZEROS.length)) {
        this.#hash.update(ZEROS.subarray(0, this.#zeros));
      }
      this.#hash.update(end === bytes.length ? bytes : bytes.subarray(0, end));
    }
    this.#zeros += bytes.length - end;
  }

  /** @returns the digest in hex */
  finish(): { readonly digest: string; readonly zeros: number } {
    return { digest: this.#hash.digest('hex'), zeros: this.#zeros };
  }
}
