/**
 * `Packages` of rpm up to EL 8: a Berkeley DB hash. Keys are package numbers, values their headers,
 * mostly too large for a page and therefore in a chain of overflow pages.
 * Pages of either byte order follow db_page.h of Berkeley DB 5.3.
 */
import { damaged, needBytes } from '../damage.ts';
import type { RpmBlob } from './package-header.ts';

/** Metadata, page 0: magic at 12, version at 16, page size at 20, kind at 25, last page at 32, file id at 52. */
const META_SIZE = 72;
const MAGICS = { hash: 0x061561, btree: 0x053162 } as const;
/** Versions that rpm itself reads (lib/backend/bdb_ro.cc). */
const VERSIONS = { hash: [8, 10], btree: [9, 10] } as const;

export const BDB = {
  FILE_ID: 52,
  FILE_ID_SIZE: 20,
  /** Before the items of each page: next page at 16, items at 20, beginning of the last item at 22, kind at 25. */
  PAGE_HEADER_SIZE: 26,
  KIND: { free: 0, unsortedHash: 2, btreeInternal: 3, btreeLeaf: 5, overflow: 7, hash: 13 },
} as const;

/** Whether a file begins like a Berkeley DB hash or btree, in either byte order. */
export function isBerkeleyDb(bytes: Buffer): boolean {
  const magics: readonly number[] = Object.values(MAGICS);
  return (
    bytes.length >= 16 && (magics.includes(bytes.readUInt32LE(12)) || magics.includes(bytes.readUInt32BE(12)))
  );
}

export class BdbFile {
  readonly type: 'hash' | 'btree';
  readonly littleEndian: boolean;
  readonly pageSize: number;
  readonly lastPage: number;
  readonly bytes: Buffer;

  /** @throws Damage where the file is not a hash or btree, or is truncated */
  constructor(bytes: Buffer) {
    needBytes(bytes, 0, META_SIZE, 'the metadata of a Berkeley DB');
    this.bytes = bytes;
    const magics = Object.values(MAGICS) as number[];
    this.littleEndian = magics.includes(bytes.readUInt32LE(12));
    const magic = this.u32(12);
    if (!magics.includes(magic)) damaged(12, `0x${magic.toString(16)}`, 'the magic of a Berkeley DB');
    this.type = magic === MAGICS.hash ? 'hash' : 'btree';
    const version = this.u32(16);
    const [oldest, newest] = VERSIONS[this.type];
    if (version < oldest || version > newest) damaged(16, `version ${version}`, `${oldest} to ${newest}`);
    this.pageSize = this.u32(20);
    const isPower = (this.pageSize & (this.pageSize - 1)) === 0;
    if (!isPower || this.pageSize < 512 || this.pageSize > 65536) {
      damaged(20, `pages of ${this.pageSize} bytes`, 'a power of two from 512 to 65536');
    }
    this.lastPage = this.u32(32);
    needBytes(bytes, 0, (this.lastPage + 1) * this.pageSize, `${this.lastPage + 1} pages`);
  }

  u16(offset: number): number {
    return this.littleEndian ? this.bytes.readUInt16LE(offset) : this.bytes.readUInt16BE(offset);
  }

  u32(offset: number): number {
    return this.littleEndian ? this.bytes.readUInt32LE(offset) : this.bytes.readUInt32BE(offset);
  }

  kindOf(page: number): number {
    return this.bytes[page * this.pageSize + 25] as number;
  }

  /**
   * Where the items of a page begin, in its own bytes, in the order of its index.
   *
   * @throws Damage where they do not fit
   */
  itemsOf(page: number): number[] {
    const base = page * this.pageSize;
    const count = this.u16(base + 20);
    const end = BDB.PAGE_HEADER_SIZE + 2 * count;
    if (end > this.pageSize) damaged(base + 20, `${count} items`, 'as many as a page takes');
    return Array.from({ length: count }, (_, item) => {
      const at = this.u16(base + BDB.PAGE_HEADER_SIZE + 2 * item);
      if (at < end || at >= this.pageSize)
        damaged(base + BDB.PAGE_HEADER_SIZE + 2 * item, `an item at ${at}`, 'one behind the index');
      return at;
    });
  }
}

/** First byte of an item: followed by the value itself, or by its location (page at 4, bytes at 8). */
const ITEM = { here: 1, elsewhere: 3 } as const;

/** A piece of a value and its offset in the file. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

export interface BdbPackage extends RpmBlob {
  /** In order; together they form the header. */
  readonly extents: readonly Extent[];
}

/**
 * @returns by number
 * @throws Damage
 */
export function readBdbPackages(bytes: Buffer): BdbPackage[] {
  const file = new BdbFile(bytes);
  if (file.type !== 'hash') damaged(12, 'a btree', 'a Berkeley DB hash');
  const packages = new Map<number, BdbPackage>();
  for (let page = 1; page <= file.lastPage; page += 1) {
    const kind = file.kindOf(page);
    if (kind !== BDB.KIND.hash && kind !== BDB.KIND.unsortedHash) continue;
    const base = page * file.pageSize;
    const items = file.itemsOf(page);
    // Items come in pairs of key and value, laid out from the end of the page.
    for (let item = 0; item + 1 < items.length; item += 2) {
      const number = numberOf(file, extentsOf(file, base, items, item), base);
      // Number 0 holds the number that the next package will get.
      if (number === 0) continue;
      const extents = extentsOf(file, base, items, item + 1);
      const [first] = extents;
      if (packages.has(number) || first === undefined)
        damaged(base, `package ${number}`, 'each package once');
      const pieces = extents.map(({ offset, length }) => bytes.subarray(offset, offset + length));
      const offset = extents.length === 1 ? first.offset : 0;
      packages.set(number, { number, header: Buffer.concat(pieces), offset, extents });
    }
  }
  return [...packages.values()].sort((a, b) => a.number - b.number);
}

function numberOf(file: BdbFile, key: readonly Extent[], base: number): number {
  const [only] = key;
  if (key.length !== 1 || only?.length !== 4) damaged(base, 'a key of another size', 'a key of four bytes');
  return file.u32(only.offset);
}

function extentsOf(file: BdbFile, base: number, items: readonly number[], item: number): Extent[] {
  const start = items[item] as number;
  const end = item === 0 ? file.pageSize : (items[item - 1] as number);
  if (start >= end) damaged(base + start, `an item from ${start} to ${end}`, 'items in order');
  const kind = file.bytes[base + start];
  if (kind === ITEM.here) return [{ offset: base + start + 1, length: end - start - 1 }];
  if (kind !== ITEM.elsewhere || end - start !== 12) {
    damaged(
      base + start,
      `an item of kind ${kind} and ${end - start} bytes`,
      'kind 1, or kind 3 and 12 bytes',
    );
  }
  return overflowOf(file, file.u32(base + start + 4), file.u32(base + start + 8), base + start);
}

function overflowOf(file: BdbFile, first: number, size: number, where: number): Extent[] {
  if (size > file.bytes.length) damaged(where, `a value of ${size} bytes`, 'one that fits into the file');
  const extents: Extent[] = [];
  let left = size;
  for (let page = first; left > 0; page = file.u32(page * file.pageSize + 16)) {
    const base = page * file.pageSize;
    if (page === 0 || page > file.lastPage)
      damaged(where, `a value that goes on in page ${page}`, `${left} bytes more`);
    // On an overflow page the field holds the number of bytes of the value on that page.
    const used = file.u16(base + 22);
    const fits = used > 0 && used <= left && used + BDB.PAGE_HEADER_SIZE <= file.pageSize;
    if (file.kindOf(page) !== BDB.KIND.overflow || !fits) {
      damaged(
        base + 22,
        `a page of kind ${file.kindOf(page)} with ${used} bytes`,
        `kind 7 with up to ${left}`,
      );
    }
    extents.push({ offset: base + BDB.PAGE_HEADER_SIZE, length: used });
    left -= used;
  }
  return extents;
}
