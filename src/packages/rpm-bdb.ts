/**
 * `Packages` of rpm up to EL 8: a Berkeley DB hash. Keys are the number of the package, values its
 * header, mostly too large for a page and so in a chain of overflow pages. Of either byte order.
 * Layout as in db_page.h of Berkeley DB and lib/backend/bdb_ro.cc of rpm.
 */
import { damaged, needBytes } from './damage.ts';
import type { RpmBlob } from './rpm-blob.ts';

/** Metadata, page 0: magic at 12, version at 16, page size at 20, last page at 32. */
const META_SIZE = 72;
const HASH_MAGIC = 0x061561;
/** Bytes before the items of each page: next page at 16, items at 20, used bytes at 22, kind at 25. */
const PAGE_HEADER_SIZE = 26;
const KIND = { unsortedHash: 2, overflow: 7, hash: 13 } as const;
/** First byte of an item: the value follows, or where it is (page at 4, bytes at 8). */
const ITEM = { here: 1, elsewhere: 3 } as const;

/** A piece of a value and where in the file it stands. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

export interface BdbPackage extends RpmBlob {
  /** In order; together the header. */
  readonly extents: readonly Extent[];
}

/** @returns whether the file begins as a Berkeley DB hash of either byte order */
export function isBdbHash(bytes: Buffer): boolean {
  if (bytes.length < META_SIZE) return false;
  return bytes.readUInt32LE(12) === HASH_MAGIC || bytes.readUInt32BE(12) === HASH_MAGIC;
}

/**
 * @returns by number
 * @throws Damage
 */
export function readBdbPackages(bytes: Buffer): BdbPackage[] {
  needBytes(bytes, 0, META_SIZE, 'the metadata of a Berkeley DB');
  if (!isBdbHash(bytes))
    damaged(12, `0x${bytes.readUInt32LE(12).toString(16)}`, 'the magic of a Berkeley DB hash');
  return new BdbHash(bytes).packages();
}

class BdbHash {
  readonly #bytes: Buffer;
  readonly #little: boolean;
  readonly #pageSize: number;
  readonly #lastPage: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#little = bytes.readUInt32LE(12) === HASH_MAGIC;
    const version = this.#u32(16);
    if (version < 8 || version > 10) damaged(16, `version ${version}`, '8 to 10');
    this.#pageSize = this.#u32(20);
    const isPower = (this.#pageSize & (this.#pageSize - 1)) === 0;
    if (!isPower || this.#pageSize < 512 || this.#pageSize > 65536) {
      damaged(20, `pages of ${this.#pageSize} bytes`, 'a power of two from 512 to 65536');
    }
    this.#lastPage = this.#u32(32);
    needBytes(bytes, 0, (this.#lastPage + 1) * this.#pageSize, `${this.#lastPage + 1} pages`);
  }

  packages(): BdbPackage[] {
    const packages = new Map<number, BdbPackage>();
    for (let page = 1; page <= this.#lastPage; page += 1) {
      const base = page * this.#pageSize;
      const kind = this.#bytes[base + 25];
      if (kind !== KIND.hash && kind !== KIND.unsortedHash) continue;
      const items = this.#u16(base + 20);
      if (PAGE_HEADER_SIZE + 2 * items > this.#pageSize)
        damaged(base + 20, `${items} items`, 'as many as a page takes');
      // Items come in pairs of key and value, laid out from the end of the page.
      for (let item = 0; item + 1 < items; item += 2) {
        const key = this.#item(base, item);
        const extents = this.#item(base, item + 1);
        const number = this.#keyOf(key, base);
        // Number 0 holds the number that the next package will get.
        if (number === 0) continue;
        const first = extents[0];
        if (packages.has(number) || first === undefined)
          damaged(base, `package ${number}`, 'each package once');
        const header = Buffer.concat(
          extents.map(({ offset, length }) => this.#bytes.subarray(offset, offset + length)),
        );
        packages.set(number, { number, header, offset: extents.length === 1 ? first.offset : 0, extents });
      }
    }
    return [...packages.values()].sort((a, b) => a.number - b.number);
  }

  #keyOf(key: readonly Extent[], base: number): number {
    const [only] = key;
    if (key.length !== 1 || only?.length !== 4) damaged(base, 'a key of another size', 'a key of four bytes');
    return this.#u32(only.offset);
  }

  #item(base: number, item: number): Extent[] {
    const at = PAGE_HEADER_SIZE + 2 * item;
    const start = this.#u16(base + at);
    const end = item === 0 ? this.#pageSize : this.#u16(base + at - 2);
    if (start >= end || end > this.#pageSize)
      damaged(base + at, `an item from ${start} to ${end}`, 'one on its page');
    const kind = this.#bytes[base + start];
    if (kind === ITEM.here) return [{ offset: base + start + 1, length: end - start - 1 }];
    if (kind !== ITEM.elsewhere || end - start !== 12) {
      damaged(
        base + start,
        `an item of kind ${kind} and ${end - start} bytes`,
        'kind 1, or kind 3 and 12 bytes',
      );
    }
    return this.#overflow(this.#u32(base + start + 4), this.#u32(base + start + 8), base + start);
  }

  #overflow(first: number, size: number, where: number): Extent[] {
    const extents: Extent[] = [];
    if (size > this.#bytes.length) damaged(where, `a value of ${size} bytes`, 'one that fits into the file');
    let left = size;
    for (let page = first; left > 0; page = this.#u32(page * this.#pageSize + 16)) {
      const base = page * this.#pageSize;
      if (page === 0 || page > this.#lastPage)
        damaged(where, `a value that goes on in page ${page}`, `${left} bytes more`);
      const used = this.#u16(base + 22);
      const fits = used > 0 && used <= left && used + PAGE_HEADER_SIZE <= this.#pageSize;
      if (this.#bytes[base + 25] !== KIND.overflow || !fits) {
        damaged(
          base + 22,
          `a page of kind ${this.#bytes[base + 25]} with ${used} bytes`,
          `kind 7 with up to ${left}`,
        );
      }
      extents.push({ offset: base + PAGE_HEADER_SIZE, length: used });
      left -= used;
    }
    return extents;
  }

  #u16(offset: number): number {
    return this.#little ? this.#bytes.readUInt16LE(offset) : this.#bytes.readUInt16BE(offset);
  }

  #u32(offset: number): number {
    return this.#little ? this.#bytes.readUInt32LE(offset) : this.#bytes.readUInt32BE(offset);
  }
}
