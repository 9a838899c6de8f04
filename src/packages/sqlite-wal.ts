/**
 * The write-ahead log of an SQLite database, `DATABASE-wal`: pages that are newer than those in the
 * database. https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
import { damaged, needBytes } from '../formats/damage.ts';

/** Offset 0: the last bit says in which byte order the checksums are computed. */
const MAGIC = 0x377f0682;
/** Offset 4. */
const FORMAT = 3007000;
const HEADER_SIZE = 32;
const FRAME_HEADER_SIZE = 24;
/** Of the header, the part that its checksum covers; of a frame header likewise. */
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
 * Committed frames only. As SQLite does, everything from the first frame on whose salt or checksum is
 * wrong is left out: it is left over from before the last checkpoint, or was never finished.
 *
 * @throws Damage where a log that is not empty is none, or is for another page size
 */
export function readWal(wal: Buffer, pageSize: number): Wal {
  if (wal.length === 0) return EMPTY;
  needBytes(wal, 0, HEADER_SIZE, 'the header of a write-ahead log');
  const magic = wal.readUInt32BE(0);
  if ((magic & ~1) >>> 0 !== MAGIC) {
    damaged(0, `the number 0x${magic.toString(16)}`, `0x${MAGIC.toString(16)}, a write-ahead log`);
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
  for (let at = HEADER_SIZE; at + FRAME_HEADER_SIZE + pageSize <= wal.length; ) {
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
