/**
 * `Packages` of rpm up to EL 8: a Berkeley DB hash. Keys are the number of the package, values its
 * header, mostly too large for a page and so in a chain of overflow pages.
 */
import { damaged } from '../formats/damage.ts';
import { BDB, BdbFile } from './rpm-bdb-file.ts';
import type { RpmBlob } from './rpm-blob.ts';

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
    // On an overflow page the field counts the bytes of the value that are here.
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
