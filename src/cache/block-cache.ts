/**
 * Finished blocks of earlier runs. A block is a pure function of its raw bytes and of the recipe, so one from here
 * is the one that would be encoded; any mismatch causes the block to be encoded again.
 *
 * Any number of packers may use one directory: a block appears by renaming a finished file, nothing is changed in place,
 * and a file that disappears is simply a missing block.
 */
import { createHash, hash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  openSync,
  readSync,
  renameSync,
  writevSync,
} from 'node:fs';
import type { InspectBlock } from '../formats/inspected-block.ts';
import { type CacheDirectory, distrust, inDirectory } from './cache-directory.ts';
import {
  blockName,
  CACHE_LEAVES_FREE,
  CACHE_SIZE_DEFAULT,
  type CheckedBlock,
  checkStoredBlock,
  encodeStoredHeader,
  hasSpace,
  makeRoom,
  removeStored,
  storedSizeMax,
} from './stored-block.ts';

export interface BlockCacheOptions {
  readonly recipe: BlockRecipe;
  /** Compares a stored block with its raw bytes. */
  readonly inspect: InspectBlock;
  /** Bytes that the cache may hold; 0 stores nothing. */
  readonly limit?: number;
  /** Bytes of the filesystem that stay free; for tests. */
  readonly leaveFree?: number;
}

export class BlockCache {
  readonly path: string;
  /** Problems found, in words. */
  readonly notes: string[] = [];
  /** Why storing has stopped; undefined while blocks are stored. */
  notStored: string | undefined;
  /** Number of blocks used from the cache, and of those stored. */
  used = 0;
  stored = 0;
  readonly #directory: CacheDirectory;
  readonly #recipe: BlockRecipe;
  readonly #inspect: InspectBlock;
  readonly #limit: number;
  readonly #leaveFree: number;

  constructor(directory: CacheDirectory, options: BlockCacheOptions) {
    this.path = directory.path;
    this.#directory = directory;
    this.#recipe = options.recipe;
    this.#inspect = options.inspect;
    this.#limit = options.limit ?? CACHE_SIZE_DEFAULT;
    this.#leaveFree = options.leaveFree ?? CACHE_LEAVES_FREE;
  }

  /** The key of a block for the other calls; takes as long as its SHA-256. */
  keyOf(raw: Uint8Array): Uint8Array {
    return blockKey(this.#recipe, raw);
  }

  /** @returns the block of these raw bytes; undefined where it must be encoded */
  find(key: Uint8Array, raw: Uint8Array): CheckedBlock | undefined {
    const name = blockName(key);
    const found = this.#read(name, raw.length);
    if (found === undefined) return undefined;
    const checked =
      typeof found === 'string'
        ? found
        : checkStoredBlock(found, { key, raw, dictionary: this.#recipe.dictionary }, this.#inspect);
    if (typeof checked !== 'string') {
      this.used += 1;
      return checked;
    }
    this.notes.push(`${name}: removed, ${checked}`);
    this.#trying(() => removeStored(this.#directory.blocks, name));
    return undefined;
  }

  /** Stores a block. A failure is noted and ends storing: the archive does not depend on it. */
  store(key: Uint8Array, block: CheckedBlock): void {
    if (this.notStored !== undefined || this.#limit === 0) return;
    const header = encodeStoredHeader(key, block);
    const size = header.length + block.bytes.length;
    if (size > this.#limit) return;
    this.#trying(() => {
      const { blocks } = this.#directory;
      makeRoom(blocks, size, this.#limit, Date.now());
      if (!hasSpace(blocks, size, this.#leaveFree)) {
        this.notStored = 'its filesystem is nearly full';
        return;
      }
      writeWhole(blocks, blockName(key), [header, block.bytes]);
      this.stored += 1;
    });
  }

  close(): void {
    this.#directory.close();
  }

  /** @returns the bytes of the file, why it is not trusted, or undefined where there is none */
  #read(name: string, rawSize: number): Buffer<ArrayBuffer> | string | undefined {
    let descriptor: number;
    try {
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      descriptor = openSync(inDirectory(this.#directory.blocks, name), flags);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      return code === 'ENOENT' ? undefined : `it cannot be opened (${code})`;
    }
    try {
      const stats = fstatSync(descriptor);
      const reason = stats.isFile() ? distrust(descriptor) : 'it is not a file';
      if (reason !== undefined) return reason;
      if (stats.size > storedSizeMax(rawSize)) return 'it is too large';
      const bytes = Buffer.from(new ArrayBuffer(stats.size));
      for (let at = 0; at < bytes.length; ) {
        const count = readSync(descriptor, bytes, at, bytes.length - at, at);
        if (count === 0) return 'it is too short';
        at += count;
      }
      // Records the last use: the least recently used blocks are removed first.
      this.#trying(() => futimesSync(descriptor, new Date(), new Date()));
      return bytes;
    } catch (cause) {
      return `it cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    } finally {
      closeSync(descriptor);
    }
  }

  /** A cache that cannot be written to is only read. */
  #trying(work: () => void): void {
    try {
      work();
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === undefined) throw cause;
      this.notStored ??= REASONS[code] ?? `it cannot be written (${code})`;
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'its filesystem is full',
  EDQUOT: 'the disk quota is exceeded',
  EROFS: 'its filesystem is read-only',
  EACCES: 'it cannot be written',
  ENOENT: 'it was removed meanwhile',
};

/** The file appears under its name when it is completely written. It is not synced: its digest shows whether it is intact. */
function writeWhole(blocks: number, name: string, parts: readonly Uint8Array[]): void {
  const unfinished = `${randomBytes(8).toString('hex')}.part`;
  const path = inDirectory(blocks, unfinished);
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    try {
      writeParts(descriptor, parts);
    } finally {
      closeSync(descriptor);
    }
    renameSync(path, inDirectory(blocks, name));
  } catch (error) {
    removeStored(blocks, unfinished);
    throw error;
  }
}

function writeParts(descriptor: number, parts: readonly Uint8Array[]): void {
  let rest = parts;
  while (rest.length > 0) {
    let written = writevSync(descriptor, rest);
    const next: Uint8Array[] = [];
    for (const part of rest) {
      const taken = Math.min(written, part.length);
      written -= taken;
      if (taken < part.length) next.push(part.subarray(taken));
    }
    rest = next;
  }
}

/** What determines a block's bytes besides its content. */
export interface BlockRecipe {
  /** The archive profile: it determines how a block is framed, and how filters are chosen. */
  readonly profile: number;
  /** Name and version. */
  readonly encoder: string;
  readonly preset: number;
  /** Bytes. */
  readonly dictionary: number;
}

/** 32 bytes that identify a block's raw bytes and everything that determines how they are encoded. */
export function blockKey(recipe: BlockRecipe, raw: Uint8Array): Buffer {
  const { profile, encoder, preset, dictionary } = recipe;
  const settings = `stillroot block\nprofile ${profile}\nencoder ${encoder}\npreset ${preset}\ndictionary ${dictionary}\n`;
  return createHash('sha256').update(settings).update(hash('sha256', raw)).digest();
}
