import { damaged } from '../formats/damage.ts';
import { BDB, BdbFile, isBerkeleyDb } from '../formats/rpm/bdb.ts';
import { clearPage, fileId } from './bdb-pages.ts';
import { NO_NAME } from './build-host.ts';
import {
  clampDecimal,
  ifChanged,
  type Rewrite,
  type RewriteContext,
  UNCHANGED,
  unlessDamaged,
} from './rewrite.ts';

/** First byte of an item of a hash whose key or value follows in the page. */
const HERE = 1;

/** Keys that newaliases(1) adds for NIS, which took its maps from the same files. */
const WHEN = 'YP_LAST_MODIFIED';
const WHERE = 'YP_MASTER_NAME';

/**
 * `etc/aliases.db` and other maps that postalias(1) and postmap(1) make: a Berkeley DB hash. The file has a random id, and a map
 * of aliases has two records that nothing reads today and nobody chooses: the time, and the name of the machine. Each
 * map is opened alone, without an environment, so its id may be anything.
 */
export const mailAliases: Rewrite = {
  what: 'In maps of postfix, the time becomes at most the epoch, the name of the build machine `localhost`; the file id is made of the path, and what no item uses is zeroed.',
  maximumSize: 64 * 1024 * 1024,
  apply(bytes, context) {
    // Other programs also name their files `.db`.
    if (!isBerkeleyDb(bytes)) return UNCHANGED;
    return unlessDamaged(bytes, () => {
      const file = new BdbFile(bytes);
      const after = Buffer.from(bytes);
      for (let page = 1; page <= file.lastPage; page += 1) {
        const kind = file.kindOf(page);
        if (kind !== BDB.KIND.hash && kind !== BDB.KIND.unsortedHash) continue;
        const items = itemsOn(file, page);
        if (replaceRecords(items, context)) writeItems(file, after, page, items);
      }
      fileId(context.path, context.epoch).copy(after, BDB.FILE_ID);
      const written = new BdbFile(after);
      for (let page = 1; page <= written.lastPage; page += 1) clearPage(written, after, page);
      return ifChanged(bytes, after);
    });
  },
};

/** The items of a page with their first byte, in the order of its index: keys at even places, values after them. */
function itemsOn(file: BdbFile, page: number): Buffer[] {
  const base = page * file.pageSize;
  let end = file.pageSize;
  return file.itemsOf(page).map((at) => {
    if (at >= end) damaged(base + at, `an item from ${at} to ${end}`, 'items in order');
    const item = file.bytes.subarray(base + at, base + end);
    end = at;
    return item;
  });
}

/** @returns whether an item has changed */
function replaceRecords(items: Buffer[], { epoch, policy }: RewriteContext): boolean {
  let isChanged = false;
  for (let at = 0; at + 1 < items.length; at += 2) {
    const key = textOf(items[at]);
    const value = textOf(items[at + 1]);
    if (value === undefined) continue;
    const wanted =
      key === WHEN && /^\d{1,20}$/.test(value)
        ? clampDecimal(value, epoch)
        : key === WHERE && policy('hostname') === 'drop'
          ? NO_NAME
          : value;
    if (wanted === value) continue;
    items[at + 1] = Buffer.from(`${String.fromCharCode(HERE)}${wanted}`, 'latin1');
    isChanged = true;
  }
  return isChanged;
}

function textOf(item: Buffer | undefined): string | undefined {
  return item?.[0] === HERE ? item.toString('latin1', 1) : undefined;
}

/** Items lie at the end of the page, the first one last; their places are at its beginning. */
function writeItems(file: BdbFile, after: Buffer, page: number, items: readonly Buffer[]): void {
  const base = page * file.pageSize;
  const sum = items.reduce((total, item) => total + item.length, 0);
  const free = file.pageSize - BDB.PAGE_HEADER_SIZE - 2 * items.length;
  if (sum > free) damaged(base, `items of ${sum} bytes with the new values`, `at most ${free}`);
  const write = (value: number, at: number): void => {
    if (file.littleEndian) after.writeUInt16LE(value, base + at);
    else after.writeUInt16BE(value, base + at);
  };
  let end = file.pageSize;
  for (const [index, item] of items.entries()) {
    end -= item.length;
    item.copy(after, base + end);
    write(end, BDB.PAGE_HEADER_SIZE + 2 * index);
  }
  write(end, LOWEST_ITEM);
}

/** Where a page says at which offset its last item begins. */
const LOWEST_ITEM = 22;
