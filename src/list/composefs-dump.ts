/** A tree as text for composefs: composefs-dump(5), which mkcomposefs --from-file reads. */

import { createHash } from 'node:crypto';
import { FILE_TYPE_BITS } from '../formats/cpio/newc.ts';
import type { Entry } from '../tree/entry.ts';

/** Content of up to this many bytes is in the dump itself, as mkcomposefs writes it. */
export const INLINE_MAX = 64;

export type DumpContent =
  /** Of a small file: the bytes. */
  | { readonly inline: Uint8Array }
  /** Its fs-verity digest in hex, which is also its name in the object store. */
  | { readonly digest: string }
  /** Another name of a file: the path of the first one. */
  | { readonly hardLink: string };

/**
 * @param nlink as stat(2) would give it
 * @param content of a file that has any
 * @returns a line with its end
 */
export function dumpLine(entry: Entry, nlink: number, content: DumpContent | undefined): string {
  const { path, type, mode, uid, gid, mtime, nanoseconds } = entry;
  const isOther = content !== undefined && 'hardLink' in content;
  const size = type === 'symlink' ? entry.target.length : entry.size;
  const fields = [
    escapeBytes(`/${path}`),
    size,
    `${isOther ? '@' : ''}${(FILE_TYPE_BITS[type] | mode).toString(8)}`,
    nlink,
    uid,
    gid,
    deviceNumber(entry),
    `${mtime}.${nanoseconds}`,
    ...payload(entry, content),
  ];
  return `${fields.join(' ')}\n`;
}

/** PAYLOAD, CONTENT and DIGEST. */
function payload(
  { type, target }: Entry,
  content: DumpContent | undefined,
): [payload: string, content: string, digest: string] {
  if (type === 'symlink') return [optional(target), '-', '-'];
  if (content === undefined) return ['-', '-', '-'];
  if ('hardLink' in content) return [escapeBytes(`/${content.hardLink}`), '-', '-'];
  if ('inline' in content) return ['-', optional(Buffer.from(content.inline).toString('latin1')), '-'];
  const { digest } = content;
  return [`${digest.slice(0, 2)}/${digest.slice(2)}`, '-', digest];
}

/** st_rdev: 12 bits of the major between 8 and 12 of the minor. */
function deviceNumber({ type, major, minor }: Entry): number {
  if (type !== 'character' && type !== 'block') return 0;
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** A field that is not set is a dash, so one that is a dash is escaped. */
function optional(bytes: string): string {
  if (bytes === '') return '-';
  return bytes === '-' ? '\\x2d' : escapeBytes(bytes);
}

function escapeBytes(bytes: string): string {
  return bytes.replace(
    /[^\x21-\x5b\x5d-\x7e]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

// The digest by which fs-verity and composefs know a file: of a descriptor that holds the root of a tree of
// SHA-256 digests over blocks of 4096 bytes, without salt. Linux, Documentation/filesystems/fsverity.rst.

const BLOCK_SIZE = 4096;
const DIGEST_SIZE = 32;

/** One level of the tree: the digests of the blocks below it, gathered into blocks. */
interface Level {
  readonly block: Buffer;
  filled: number;
}

export class FsVerityHash {
  readonly #data: Buffer = Buffer.alloc(BLOCK_SIZE);
  #filled = 0;
  #size = 0;
  readonly #levels: Level[] = [];

  update(bytes: Uint8Array): void {
    this.#size += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(bytes.length - at, BLOCK_SIZE - this.#filled);
      this.#data.set(bytes.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === BLOCK_SIZE) this.#endBlock();
    }
  }

  /** In hex. To be called once. */
  digest(): string {
    if (this.#filled > 0) this.#endBlock();
    const descriptor = Buffer.alloc(256); // struct fsverity_descriptor
    descriptor.writeUInt8(1, 0); //           0  version
    descriptor.writeUInt8(1, 1); //           1  hash_algorithm: SHA-256
    descriptor.writeUInt8(12, 2); //          2  log_blocksize
    descriptor.writeUInt8(0, 3); //           3  salt_size
    descriptor.writeBigUInt64LE(BigInt(this.#size), 8); // 8 data_size
    descriptor.set(this.#root(), 16); //      16 root_hash, of 64 bytes
    return createHash('sha256').update(descriptor).digest('hex');
  }

  /** The last block of a level is filled up with zeros. */
  #endBlock(): void {
    this.#data.fill(0, this.#filled);
    this.#filled = 0;
    this.#add(0, hashBlock(this.#data));
  }

  #add(depth: number, digest: Buffer): void {
    let level = this.#levels[depth];
    if (level === undefined) {
      level = { block: Buffer.alloc(BLOCK_SIZE), filled: 0 };
      this.#levels.push(level);
    }
    // Only now that one more follows is it sure that the full block is not the root.
    if (level.filled === BLOCK_SIZE) {
      this.#add(depth + 1, hashBlock(level.block));
      level.filled = 0;
    }
    level.block.set(digest, level.filled);
    level.filled += DIGEST_SIZE;
  }

  /** The digest of the only block of the highest level; of a file of one block, that of the block; zeros of an empty one. */
  #root(): Buffer {
    for (let depth = 0; depth < this.#levels.length; depth += 1) {
      const { block, filled } = this.#levels[depth] as Level;
      const isTop = depth === this.#levels.length - 1;
      if (isTop && filled === DIGEST_SIZE) return block.subarray(0, DIGEST_SIZE);
      block.fill(0, filled);
      this.#add(depth + 1, hashBlock(block));
    }
    return Buffer.alloc(DIGEST_SIZE);
  }
}

function hashBlock(block: Buffer): Buffer {
  return createHash('sha256').update(block).digest();
}
