/**
 * Reads the tables of an SQLite database out of its bytes: page, b-tree, record and write-ahead log, no SQL.
 * https://www.sqlite.org/fileformat2.html
 *
 * SQLite itself (rewrite/sqlite-engine.ts) writes databases and is loaded only for that. This reader serves what must work
 * without it: listing the packages of rpm, also in the single-file build, which does not include SQLite.
 */
import { damaged, needBytes } from './damage.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER_SIZE = 100;
const INTERIOR_TABLE = 5;
const LEAF_TABLE = 13;
/** No database has a tree this deep: a deeper one is a loop. */
const MAX_DEPTH = 64;

/** Offset 0, 16 bytes: the magic of every SQLite database. */
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
   * @param wal content of `DATABASE-wal`, empty where there is none; its pages override those of the database
   * @throws Damage where the bytes are not an SQLite database
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

  /** Rows in order of rowid; none where the database has no such table. */
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

  /** Leaf cell: size of the record, rowid, the part of the record that fits, the number of the page with the rest. */
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

/** Offset 16: a power of two from 512; 1 means 65536. */
function pageSizeOf(bytes: Buffer): number {
  const stored = bytes.readUInt16BE(16);
  const size = stored === 1 ? 65536 : stored;
  if (size < 512 || (size & (size - 1)) !== 0)
    damaged(16, `pages of ${size} bytes`, 'a power of two from 512');
  return size;
}

/**
 * One file with the pages of the log merged in, in rollback mode: the result of a checkpoint.
 *
 * @throws Damage where the bytes are not an SQLite database or the log is not a write-ahead log
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

// Records of SQLite: the types of the columns, then their values. https://www.sqlite.org/fileformat2.html#record_format

/** Text as a byte string. Integers outside the safe range are rounded: no table read here has any. */
export type SqliteValue = null | number | string | Buffer;

export interface Varint {
  readonly value: number;
  /** 1..9 bytes. */
  readonly length: number;
}

/** Big endian, seven bits a byte; a ninth byte contributes all eight bits. Precise up to 2^53. */
export function readVarint(bytes: Buffer, offset: number): Varint {
  let value = 0;
  for (let length = 1; length <= 9; length += 1) {
    const byte = bytes[offset + length - 1];
    if (byte === undefined) damaged(offset, 'the end of the page', 'a number of one to nine bytes');
    if (length === 9) return { value: value * 256 + byte, length };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, length };
  }
  return { value, length: 9 };
}

/** Bytes of an integer by its serial type, 1..6. */
const INTEGER_SIZES: readonly number[] = [0, 1, 2, 3, 4, 6, 8];

/** @param base offset of the record in the file, for messages */
export function decodeRecord(record: Buffer, base: number): SqliteValue[] {
  const header = readVarint(record, 0);
  needBytes(record, 0, header.value, 'the header of a record');
  const values: SqliteValue[] = [];
  let body = header.value;
  for (let at = header.length; at < header.value; ) {
    const type = readVarint(record, at);
    at += type.length;
    const size = sizeOf(type.value);
    if (size === undefined || body + size > record.length) {
      damaged(base + at, `a column of type ${type.value}`, 'one that fits into its record');
    }
    values.push(decodeValue(record, body, type.value, size));
    body += size;
  }
  return values;
}

/** Undefined for the types that are reserved. */
function sizeOf(type: number): number | undefined {
  if (type >= 12) return Math.floor((type - 12) / 2);
  if (type === 7) return 8;
  if (type === 0 || type === 8 || type === 9) return 0;
  return INTEGER_SIZES[type];
}

function decodeValue(record: Buffer, at: number, type: number, size: number): SqliteValue {
  if (type === 0) return null;
  if (type === 7) return record.readDoubleBE(at);
  if (type === 8) return 0;
  if (type === 9) return 1;
  if (type === 6) return Number(record.readBigInt64BE(at));
  if (type < 7) return record.readIntBE(at, size);
  const content = record.subarray(at, at + size);
  return type % 2 === 0 ? content : content.toString('latin1');
}

// The write-ahead log of an SQLite database, `DATABASE-wal`: pages that are newer than those in the
// database. https://www.sqlite.org/fileformat2.html#the_write_ahead_log

/** Offset 0: the last bit is the byte order in which the checksums are computed. */
const WAL_MAGIC = 0x377f0682;
/** Offset 4. */
const FORMAT = 3007000;
const WAL_HEADER_SIZE = 32;
const FRAME_HEADER_SIZE = 24;
/** Bytes of the header, and of a frame header, that its checksum covers. */
const HEADER_SUMMED = 24;
const FRAME_SUMMED = 8;

export interface Wal {
  /** Page number to the offset of its newest committed content. */
  readonly pages: ReadonlyMap<number, number>;
  /** Size of the database in pages after the last commit; 0 where nothing was committed. */
  readonly pageCount: number;
}

const EMPTY: Wal = { pages: new Map(), pageCount: 0 };

/**
 * Committed frames only. As in SQLite, everything from the first frame with a wrong salt or checksum on
 * is ignored: it is left over from before the last checkpoint, or was never finished.
 *
 * @throws Damage where a non-empty log is not a write-ahead log, or is for another page size
 */
export function readWal(wal: Buffer, pageSize: number): Wal {
  if (wal.length === 0) return EMPTY;
  needBytes(wal, 0, WAL_HEADER_SIZE, 'the header of a write-ahead log');
  const magic = wal.readUInt32BE(0);
  if ((magic & ~1) >>> 0 !== WAL_MAGIC) {
    damaged(0, `the number 0x${magic.toString(16)}`, `0x${WAL_MAGIC.toString(16)}, a write-ahead log`);
  }
  const format = wal.readUInt32BE(4);
  if (format !== FORMAT) damaged(4, `version ${format}`, `version ${FORMAT}`);
  const walPageSize = wal.readUInt32BE(8);
  if (walPageSize !== pageSize)
    damaged(8, `pages of ${walPageSize} bytes`, `${pageSize} bytes as in the database`);
  // Offset 12 counts checkpoints; 16 and 20 are the salt that every valid frame repeats.
  const sum = new Checksum((magic & 1) === 1);
  sum.add(wal, 0, HEADER_SUMMED);
  if (!sum.equals(wal, HEADER_SUMMED)) return EMPTY;
  const pages = new Map<number, number>();
  let uncommitted = new Map<number, number>();
  let pageCount = 0;
  for (let at = WAL_HEADER_SIZE; at + FRAME_HEADER_SIZE + pageSize <= wal.length; ) {
    const content = at + FRAME_HEADER_SIZE;
    // Frame header: page number at 0, size of the database after a commit at 4, salt at 8, checksum at 16.
    const page = wal.readUInt32BE(at);
    const committed = wal.readUInt32BE(at + 4);
    if (page === 0 || wal.compare(wal, 16, 24, at + 8, at + 16) !== 0) break;
    sum.add(wal, at, FRAME_SUMMED);
    sum.add(wal, content, pageSize);
    if (!sum.equals(wal, at + 16)) break;
    uncommitted.set(page, content);
    if (committed > 0) {
      for (const [number, offset] of uncommitted) pages.set(number, offset);
      uncommitted = new Map();
      pageCount = committed;
    }
    at = content + pageSize;
  }
  return { pages, pageCount };
}

/** Two sums over 32-bit words, carried on from the header through all frames. */
class Checksum {
  #first = 0;
  #second = 0;
  readonly #bigEndian: boolean;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  /** @param length a multiple of 8 */
  add(bytes: Buffer, offset: number, length: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, length);
    let first = this.#first;
    let second = this.#second;
    for (let at = 0; at < length; at += 8) {
      first = (first + view.getUint32(at, !this.#bigEndian) + second) | 0;
      second = (second + view.getUint32(at + 4, !this.#bigEndian) + first) | 0;
    }
    this.#first = first;
    this.#second = second;
  }

  /** The stored sums are big endian, whatever order they were computed in. */
  equals(bytes: Buffer, offset: number): boolean {
    return bytes.readInt32BE(offset) === this.#first && bytes.readInt32BE(offset + 4) === this.#second;
  }
}
