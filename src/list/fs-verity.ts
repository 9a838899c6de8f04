/**
 * The digest by which fs-verity and composefs know a file: of a descriptor that holds the root of a tree of
 * SHA-256 digests over blocks of 4096 bytes, without salt. Linux, Documentation/filesystems/fsverity.rst.
 */
import { createHash } from 'node:crypto';

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
