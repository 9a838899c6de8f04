/** Pages of a Berkeley DB file of either byte order (db_page.h of Berkeley DB 5.3). */
import { damaged, needBytes } from '../formats/damage.ts';

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

export class BdbFile {
  readonly type: 'hash' | 'btree';
  readonly littleEndian: boolean;
  readonly pageSize: number;
  readonly lastPage: number;
  readonly bytes: Buffer;

  /** @throws Damage where the file is no hash or btree, or is cut short */
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
