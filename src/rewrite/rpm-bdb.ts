import { damaged } from '../formats/damage.ts';
import { BDB, BdbFile, type Extent, readBdbPackages } from '../formats/rpm/bdb.ts';
import { RpmHeader } from '../formats/rpm/package-header.ts';
import { nameOf } from '../tree/path.ts';
import { clearPage, fileId } from './bdb-pages.ts';
import { ifChanged, type Rewrite, unlessDamaged } from './rewrite.ts';
import { installTimePatches } from './rpm-packages.ts';

/** Headers of the packages. */
const PACKAGES = 'Packages';
/** Index of transactions: its keys are times, so they follow the headers. */
const TRANSACTIONS = 'Installtid';
/** Bytes of a key of that index, and what precedes it: length at 0, type at 2. */
const KEY_SIZE = 4;
const ITEM_HEAD = 3;

/**
 * The databases of rpm up to EL 8, in place: `Packages` and an index in each of the other files. The
 * id of a file is random and only has to differ between the files of one directory; it is made of
 * the epoch and the name as rpm-ostree does. The numbers of packages stay, and with them the order of
 * installation: only Berkeley DB itself can rebuild the file.
 */
export const rpmdbBdb: Rewrite = {
  what: "In rpm's Berkeley DB files, installation times after the epoch become the epoch, file ids are made of the name, and what no item uses is zeroed.",
  maximumSize: 256 * 1024 * 1024,
  isCostly: true,
  apply(bytes, { path, epoch }) {
    return unlessDamaged(bytes, () => {
      const file = new BdbFile(bytes);
      const after = Buffer.from(bytes);
      fileId(`bdb/${nameOf(path)}`, epoch).copy(after, BDB.FILE_ID);
      for (let page = 1; page <= file.lastPage; page += 1) clearPage(file, after, page);
      if (nameOf(path) === PACKAGES) clampHeaders(bytes, after, epoch);
      if (nameOf(path) === TRANSACTIONS && file.type === 'btree') clampKeys(file, after, epoch);
      return ifChanged(bytes, after);
    });
  },
};

function clampHeaders(bytes: Buffer, after: Buffer, epoch: number): void {
  for (const { header, offset, extents } of readBdbPackages(bytes)) {
    for (const patch of installTimePatches(new RpmHeader(header, offset), epoch)) {
      const value = Buffer.alloc(4);
      value.writeUInt32BE(patch.value);
      // A number may begin on one overflow page and end on the next.
      for (const [index, byte] of value.entries()) after[placeOf(extents, patch.offset + index)] = byte;
    }
  }
}

/** Offset in the file of a byte of a value. */
function placeOf(extents: readonly Extent[], at: number): number {
  let left = at;
  for (const { offset, length } of extents) {
    if (left < length) return offset + left;
    left -= length;
  }
  return damaged(0, 'the end of a header', 'its installation time');
}

/** Keys stay in order where only the last one is after the epoch; two such keys would have to be merged. */
function clampKeys(file: BdbFile, after: Buffer, epoch: number): void {
  const late: number[] = [];
  for (let page = 1; page <= file.lastPage; page += 1) {
    if (file.kindOf(page) !== BDB.KIND.btreeLeaf) continue;
    const base = page * file.pageSize;
    const items = file.itemsOf(page);
    for (let item = 0; item < items.length; item += 2) {
      const at = base + (items[item] as number);
      if (at + ITEM_HEAD + KEY_SIZE > file.bytes.length || file.u16(at) !== KEY_SIZE) {
        damaged(at, `a key of ${file.u16(at)} bytes`, `${KEY_SIZE} bytes`);
      }
      if (file.u32(at + ITEM_HEAD) >= epoch) late.push(at + ITEM_HEAD);
    }
  }
  const [only] = late;
  if (only === undefined) return;
  if (late.length > 1)
    damaged(only, `${late.length} transactions not before the epoch`, 'one, which keeps its place');
  if (file.littleEndian) after.writeUInt32LE(epoch, only);
  else after.writeUInt32BE(epoch, only);
}
