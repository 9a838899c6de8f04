/**
 * Reads the tables of an SQLite database out of its bytes: page, b-tree and record, no SQL.
 * https://www.sqlite.org/fileformat2.html
 */
import { damaged, needBytes } from '../formats/damage.ts';
import { decodeRecord, readVarint, type SqliteValue } from './sqlite-record.ts';
import { readWal, type Wal } from './sqlite-wal.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER_SIZE = 100;
const INTERIOR_TABLE = 5;
const LEAF_TABLE = 13;
/** A table that the number of its pages would fill ten times over is no tree but a loop. */
const MAX_DEPTH = 64;

/** Offset 0, 16 bytes: what every SQLite database begins with. */
export function isSqlite(bytes: Buffer): boolean {
  return bytes.length >= HEADER_SIZE && bytes.toString('latin1', 0, MAGIC.length) === MAGIC;
}

export interface SqliteRow {
  readonly rowid: number;
  /** Columns as stored; an INTEGER PRIMARY KEY is stored as null, its value is the rowid. */
  readonly values: readonly SqliteValue[];
}

export class SqliteReader {
  readonly pageSize: number;
  readonly pageCount: number;
  readonly wal: Wal;
  readonly #bytes: Buffer;
  readonly #walBytes: Buffer;
  /** Bytes of a page that hold content: some formats reserve a few at its end. */
  readonly #usable: number;

  /**
   * @param wal content of `DATABASE-wal`, empty where there is none; its pages count as written
   * @throws Damage where the bytes are no SQLite database
   */
  constructor(bytes: Buffer, wal: Buffer) {
    needBytes(bytes, 0, HEADER_SIZE, 'the header of an SQLite database');
    if (!isSqlite(bytes)) damaged(0, JSON.stringify(bytes.toString('latin1', 0, 15)), 'SQLite format 3');
    this.pageSize = pageSizeOf(bytes);
    this.#bytes = bytes;
    this.#walBytes = wal;
    this.wal = readWal(wal, this.pageSize);
    this.pageCount = this.wal.pageCount || Math.floor(bytes.length / this.pageSize);
    // Offset 20 of page 1: bytes reserved at the end of each page. Offset 56: 1 is UTF-8.
    const first = this.page(1);
    this.#usable = this.pageSize - (first[20] as number);
    if (this.#usable < 480)
      damaged(20, `${first[20]} reserved bytes`, 'at least 480 bytes of each page in use');
    const encoding = first.readUInt32BE(56);
    if (encoding > 1) damaged(56, `text encoding ${encoding}`, '1, UTF-8');
  }

  /** @param number from 1 */
  page(number: number): Buffer {
    const inWal = this.wal.pages.get(number);
    if (inWal !== undefined) return this.#walBytes.subarray(inWal, inWal + this.pageSize);
    const start = (number - 1) * this.pageSize;
    if (number > this.pageCount) damaged(start, `page ${number}`, `a page up to ${this.pageCount}`);
    needBytes(this.#bytes, start, this.pageSize, `page ${number}`);
    return this.#bytes.subarray(start, start + this.pageSize);
  }

  /** Rows by rowid. Nothing where the database has no such table. */
  *table(name: string): Generator<SqliteRow, void, void> {
    for (const { values } of this.#rows(1, new Set())) {
      // Columns of the schema: type, name, table, root page, SQL.
      const [type, found, , root] = values;
      if (type === 'table' && found === name && typeof root === 'number') {
        yield* this.#rows(root, new Set());
        return;
      }
    }
  }

  *#rows(number: number, visited: Set<number>, depth = 0): Generator<SqliteRow, void, void> {
    const base = (number - 1) * this.pageSize;
    if (visited.has(number) || depth > MAX_DEPTH)
      damaged(base, `page ${number} a second time`, 'a tree of pages');
    visited.add(number);
    const page = this.page(number);
    // Page 1 begins with the header of the file.
    const start = number === 1 ? HEADER_SIZE : 0;
    // B-tree page header: kind at 0, number of cells at 3, rightmost child at 8 (interior only).
    const kind = page[start];
    const cells = page.readUInt16BE(start + 3);
    const pointers = start + (kind === INTERIOR_TABLE ? 12 : 8);
    if (kind !== INTERIOR_TABLE && kind !== LEAF_TABLE) {
      damaged(base + start, `a page of kind ${kind}`, 'a page of a table (5 or 13)');
    }
    needBytes(page, pointers, 2 * cells, `${cells} cells on page ${number}`);
    for (let cell = 0; cell < cells; cell += 1) {
      const at = page.readUInt16BE(pointers + 2 * cell);
      needBytes(page, at, 4, `a cell on page ${number}`);
      if (kind === INTERIOR_TABLE) yield* this.#rows(page.readUInt32BE(at), visited, depth + 1);
      else yield this.#row(page, at, base);
    }
    if (kind === INTERIOR_TABLE) yield* this.#rows(page.readUInt32BE(start + 8), visited, depth + 1);
  }

  /** Leaf cell: size of the record, rowid, the record as far as it fits, the page that has the rest. */
  #row(page: Buffer, at: number, base: number): SqliteRow {
    const size = readVarint(page, at);
    const rowid = readVarint(page, at + size.length);
    const start = at + size.length + rowid.length;
    const record = this.#payload(page, start, size.value, base);
    return { rowid: rowid.value, values: decodeRecord(record, base + start) };
  }

  #payload(page: Buffer, start: number, size: number, base: number): Buffer {
    const usable = this.#usable;
    const largest = usable - 35;
    if (size > this.pageCount * this.pageSize + this.pageSize) {
      damaged(base + start, `a record of ${size} bytes`, 'one that fits into the file');
    }
    if (size <= largest) {
      needBytes(page, start, size, `a record of ${size} bytes`);
      return page.subarray(start, start + size);
    }
    const smallest = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = smallest + ((size - smallest) % (usable - 4));
    const local = fitting <= largest ? fitting : smallest;
    needBytes(page, start, local + 4, `a record of ${size} bytes`);
    const record = Buffer.allocUnsafe(size);
    page.copy(record, 0, start, start + local);
    let filled = local;
    let next = page.readUInt32BE(start + local);
    while (filled < size) {
      // Overflow page: number of the next one at 0, then content.
      if (next === 0) damaged(base + start, `${filled} bytes of a record`, `${size} bytes`);
      const overflow = this.page(next);
      const count = Math.min(usable - 4, size - filled);
      overflow.copy(record, filled, 4, 4 + count);
      filled += count;
      next = overflow.readUInt32BE(0);
    }
    return record;
  }
}

/** Offset 16: a power of two from 512; 1 stands for 65536. */
export function pageSizeOf(bytes: Buffer): number {
  const stored = bytes.readUInt16BE(16);
  const size = stored === 1 ? 65536 : stored;
  if (size < 512 || (size & (size - 1)) !== 0)
    damaged(16, `pages of ${size} bytes`, 'a power of two from 512');
  return size;
}

/**
 * One file with the pages of the log in their places, in rollback mode: what a checkpoint would leave.
 *
 * @throws Damage where the bytes are no SQLite database or the log is none
 */
export function applyWal(bytes: Buffer, wal: Buffer): Buffer {
  const reader = new SqliteReader(bytes, wal);
  const whole = Buffer.alloc(reader.pageCount * reader.pageSize);
  for (let number = 1; number <= reader.pageCount; number += 1) {
    reader.page(number).copy(whole, (number - 1) * reader.pageSize);
  }
  // Offsets 18 and 19: which version may write and read; 1 is a rollback journal, 2 a write-ahead log.
  whole[18] = 1;
  whole[19] = 1;
  return whole;
}
