/** What Berkeley DB leaves in a file besides content: a random id, and remains of earlier content on its pages. */
import { createHash } from 'node:crypto';
import { BDB, type BdbFile } from '../formats/rpm/bdb.ts';

/** Bytes before the content of a btree item: length at 0, type at 2. */
const BTREE_ITEM_HEAD = 3;
/** Types of items: in a hash at 0, in a btree at 2. An item stored elsewhere has 12 bytes. */
const KEY_OR_DATA = 1;
const ELSEWHERE = 3;
const ELSEWHERE_SIZE = 12;

/**
 * Zeroes, in place, the unused bytes of a page: between the index and the items, after the
 * content of an overflow page, between items, and unused fields of items; all of a free page.
 *
 * @param after a copy of the file, which is modified
 * @throws Damage where items do not fit on their page
 */
export function clearPage(file: BdbFile, after: Buffer, page: number): void {
  const base = page * file.pageSize;
  const zero = (from: number, to: number): void => {
    if (from < to) after.fill(0, base + from, base + Math.min(to, file.pageSize));
  };
  const kind = file.kindOf(page);
  if (kind === BDB.KIND.free) zero(BDB.PAGE_HEADER_SIZE, file.pageSize);
  if (kind === BDB.KIND.overflow) zero(BDB.PAGE_HEADER_SIZE + file.u16(base + 22), file.pageSize);
  const isHash = kind === BDB.KIND.hash || kind === BDB.KIND.unsortedHash;
  if (!isHash && kind !== BDB.KIND.btreeLeaf && kind !== BDB.KIND.btreeInternal) return;
  const items = file.itemsOf(page);
  zero(BDB.PAGE_HEADER_SIZE + 2 * items.length, Math.min(file.pageSize, ...items));
  const places = [...new Set(items)].sort((a, b) => a - b);
  for (const [index, at] of places.entries()) {
    const next = places[index + 1] ?? file.pageSize;
    if (isHash) {
      if (file.bytes[base + at] === ELSEWHERE) zero(at + 1, at + 4);
    } else if (kind === BDB.KIND.btreeInternal) zero(at + 3, at + 4);
    else if (((file.bytes[base + at + 2] as number) & 0x7f) === KEY_OR_DATA) {
      zero(at + BTREE_ITEM_HEAD + file.u16(base + at), next);
    } else if (at + ELSEWHERE_SIZE <= next) {
      zero(at, at + 2);
      zero(at + 3, at + 4);
      zero(at + ELSEWHERE_SIZE, next);
    }
  }
}

/**
 * The id of a file, which is random and only has to differ between the files that one program opens together.
 *
 * @param name a byte string
 * @returns 20 bytes, made of name and epoch
 */
export function fileId(name: string, epoch: number): Buffer {
  const seconds = Buffer.alloc(4);
  seconds.writeUInt32BE(epoch);
  const digest = createHash('sha256').update(seconds).update(name, 'latin1').digest();
  return digest.subarray(0, BDB.FILE_ID_SIZE);
}
