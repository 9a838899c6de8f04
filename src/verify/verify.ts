/**
 * Determines whether a file or directory is what a manifest describes, and if not, how far it matches. The file is
 * digested first, which is enough if it matches; otherwise it is read once for its contents, which are streamed.
 */
import { createHash, type Hash, hash } from 'node:crypto';
import type { Manifest } from '../manifest/manifest.ts';
import { rowOf } from '../pack/formats.ts';
import type { ArchiveEvents } from '../source/archive.ts';
import {
  type ArchiveFile,
  type BlockAccess,
  type Compression,
  openArchiveFile,
} from '../source/archive-file.ts';
import type { ArchiveSource, ArchiveSourceOptions } from '../source/archive-source.ts';
import { encodeBootConfig } from '../source/boot-config.ts';
import { isContainer } from '../source/container/is-container.ts';
import { scanDirectory } from '../source/directory.ts';
import { openArchive } from '../source/open-source.ts';
import {
  type Compared,
  type ComparedBlocks,
  compareSurrounding,
  differingAround,
  type LostBlock,
  type Sized,
  type Surrounding,
  type Verification,
} from './verification.ts';
import { troubleOf, verifyTree } from './verify-tree.ts';

export type VerifyOptions = Pick<ArchiveSourceOptions, 'limits' | 'temporary' | 'signal'>;

/** The tree as it is: if not finalized, its times and owners differ from those of its image. */
export function verifyDirectory(manifest: Manifest, path: string): Verification {
  const source = scanDirectory(path);
  try {
    return verifyTree(manifest, source, false);
  } finally {
    source.close();
  }
}

/**
 * @throws StillrootError where the file cannot be read; one that is damaged or not an archive does not match, and the
 *   result says why
 */
export async function verifyFile(
  manifest: Manifest,
  path: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const file = openArchiveFile(path, options.limits);
  try {
    const { size, digest } = isZip(file) ? (manifest.image.osPackage ?? manifest.image) : manifest.image;
    const found = { size: file.size, digest: fileDigest(file) };
    const same = found.size === size && found.digest === digest;
    const compared = { wanted: { size, digest }, found, same };
    if (same) return { level: 'file', file: compared };
    return { file: compared, ...(await verifyContent(manifest, path, file, options)) };
  } finally {
    file.close();
  }
}

/** Whether it is an OS package, a file that contains the image. */
function isZip(file: ArchiveFile): boolean {
  return Buffer.from(file.read(0, ZIP_MAGIC.length)).equals(ZIP_MAGIC);
}

/** A local file header. */
const ZIP_MAGIC = Buffer.from('PK\x03\x04', 'latin1');

async function verifyContent(
  manifest: Manifest,
  path: string,
  file: ArchiveFile,
  options: VerifyOptions,
): Promise<Verification> {
  // A file that matches is never read as an archive.
  const { openArchiveSource } = await import('../source/archive-source.ts');
  const reader = new PayloadDigest();
  try {
    const source = await openArchiveSource(path, { ...options, observe: reader.events });
    try {
      if (isContainer(source.tree.entries)) {
        const { verifyContainer } = await import('./verify-container.ts');
        return verifyContainer(manifest, await openArchive(path, options));
      }
      const blocks = compareBlocks(manifest, file, blocksAt(file, reader.offset), reader.offset);
      const { size, digest } = manifest.image.payload;
      const found = reader.finish(file);
      const around = {
        front: compareFront(manifest, file, reader.offset),
        bootConfig: compareBootConfig(manifest, source),
      };
      // Anything else that the kernel would unpack is as much part of the image as its last archive.
      const isAlone = source.archives - source.early.count === 1 || around.front.same;
      const payload: Compared<Sized> = {
        wanted: { size, digest },
        found,
        same: isAlone && found.digest === digest && found.size === size,
      };
      if (!payload.same) {
        return {
          ...(blocks === undefined ? {} : { blocks }),
          payload,
          ...verifyTree(manifest, source, true),
        };
      }
      const isSameCompression =
        blocks === undefined ? reader.compression === 'none' : blocks.same === blocks.wanted;
      const differing = differingAround(around, isSameCompression);
      return {
        level: 'payload',
        ...(blocks === undefined ? {} : { blocks }),
        payload,
        ...around,
        around: differing,
      };
    } finally {
      source.close();
    }
  } catch (error) {
    const trouble = troubleOf(error);
    const blocks = compareBlocks(manifest, file, undefined, undefined);
    return { level: 'none', ...(blocks === undefined ? {} : { blocks }), trouble };
  }
}

/** @param end of what precedes the last archive */
function compareFront({ settings }: Manifest, file: ArchiveFile, end: number): Surrounding {
  const found = end === 0 ? undefined : { size: end, digest: fileDigest(file, undefined, end) };
  return compareSurrounding(settings.effective.segment, found);
}

/** As `pack` would write it after the archive. */
function compareBootConfig({ settings }: Manifest, { bootConfig }: ArchiveSource): Surrounding {
  if (bootConfig === undefined) return compareSurrounding(settings.effective.bootConfig, undefined);
  const bytes = encodeBootConfig(bootConfig);
  const found = { size: bytes.length, digest: `sha256:${hash('sha256', bytes)}` };
  return compareSurrounding(settings.effective.bootConfig, found);
}

function blocksAt(file: ArchiveFile, offset: number): BlockAccess | undefined {
  const access = file.memberAt(offset)?.random();
  return access?.kind === 'blocks' ? access : undefined;
}

// Which blocks of an image are in a file, at any position.

/** Maximum bytes of a block, which is digested as a whole: no block that stillroot writes comes near this. */
const BLOCK_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Blocks are looked for where they should be, which also finds those in a truncated file, or around damage; and
 * wherever the file's own index lists them, which also finds those after a block of a different size.
 *
 * @param access how far the file could be read
 * @param begin where its last archive begins
 */
function compareBlocks(
  { image, settings }: Manifest,
  file: ArchiveFile,
  access: BlockAccess | undefined,
  begin: number | undefined,
): ComparedBlocks | undefined {
  if (image.blocks.length === 0) return undefined;
  const digests = new Set<string>();
  const look = (offset: number, size: number): void => {
    if (size > BLOCK_BYTES_MAX || offset + size > file.size) return;
    digests.add(`sha256:${hash('sha256', file.read(offset, size))}`);
  };
  const { segment, format } = settings.effective;
  const head = rowOf(format).compression?.headBytes(image.payload.size) ?? 0;
  for (const start of new Set([segment?.size ?? 0, begin ?? 0])) {
    let offset = start + head;
    for (const { size } of image.blocks) {
      look(offset, size);
      offset += size;
    }
  }
  for (const block of access?.blocks ?? []) look(block.offset, block.packedSize);
  const different: LostBlock[] = [];
  let uncompressedOffset = 0;
  for (const [index, block] of image.blocks.entries()) {
    if (!digests.has(block.digest)) different.push({ ...block, index, uncompressedOffset });
    uncompressedOffset += block.uncompressedSize;
  }
  const wanted = image.blocks.length;
  return { wanted, same: wanted - different.length, different };
}

const READ_BYTES = 1024 * 1024;

/**
 * Digest of the archive that a file holds, taken while the file is read for its tree.
 *
 * Does not include what precedes the payload: uncompressed archives before the last one, which `pack` also leaves out
 * of its payload digest.
 */
class PayloadDigest {
  readonly events: Required<Pick<ArchiveEvents, 'member' | 'start' | 'decompressed'>>;
  /** Digest of what was decompressed since the last compressed member began. */
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

  /** Compression of the last member. */
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

/** @param end where to stop, from the beginning of the file */
function fileDigest(file: ArchiveFile, onTurn: () => void = () => {}, end: number = file.size): string {
  const hash = createHash('sha256');
  for (let at = 0; at < end; at += READ_BYTES) {
    hash.update(file.read(at, Math.min(READ_BYTES, end - at)));
    onTurn();
  }
  return `sha256:${hash.digest('hex')}`;
}
