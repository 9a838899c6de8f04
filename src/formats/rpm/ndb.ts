/**
 * `Packages.db`, rpm's own format (lib/backend/ndb/rpmpkg.c). All numbers are little endian, 32 bits.
 * Pages of slots say where the headers are, in blocks of 16 bytes from the beginning of the file.
 */
import { damaged, needBytes } from '../damage.ts';
import type { RpmBlob } from './package-header.ts';

export const NDB = {
  /** Offset 0 of the file: `RpmP`. Then version at 4, generation at 8, pages of slots at 12, next number at 16. */
  MAGIC: 0x506d7052,
  VERSION: 0,
  HEADER_SIZE: 32,
  PAGE_SIZE: 4096,
  BLOCK_SIZE: 16,
  /** Offset 0 of a slot: `Slot`. Then number of the package at 4, first block at 8, blocks at 12; unused slots have 0. */
  SLOT_MAGIC: 0x746f6c53,
  SLOT_SIZE: 16,
  /** Offset 0 of a blob: `BlbS`. Then number at 4, generation at 8, bytes of the header at 12, the header. */
  BLOB_MAGIC: 0x53626c42,
  BLOB_HEAD_SIZE: 16,
  /** The last 12 bytes of the last block: adler32 of all before at 0, bytes of the header at 4, `BlbE` at 8. */
  BLOB_END_MAGIC: 0x45626c42,
  BLOB_TAIL_SIZE: 12,
} as const;

/** Some gigabytes of headers; a damaged count of slot pages is far larger. */
const MAX_SLOT_PAGES = 1 << 16;

/** @returns whether the file begins as a database of this kind */
export function isNdb(bytes: Buffer): boolean {
  return bytes.length >= NDB.HEADER_SIZE && bytes.readUInt32LE(0) === NDB.MAGIC;
}

/**
 * @returns by number
 * @throws Damage
 */
export function readNdbPackages(bytes: Buffer): RpmBlob[] {
  needBytes(bytes, 0, NDB.HEADER_SIZE, 'the header of an ndb database');
  if (!isNdb(bytes)) damaged(0, JSON.stringify(bytes.toString('latin1', 0, 4)), 'RpmP');
  const version = bytes.readUInt32LE(4);
  if (version !== NDB.VERSION) damaged(4, `version ${version}`, `version ${NDB.VERSION}`);
  const slotPages = bytes.readUInt32LE(12);
  if (slotPages > MAX_SLOT_PAGES) damaged(12, `${slotPages} pages of slots`, `up to ${MAX_SLOT_PAGES}`);
  needBytes(bytes, 0, slotPages * NDB.PAGE_SIZE, `${slotPages} pages of slots`);
  const packages = new Map<number, RpmBlob>();
  for (let slot = NDB.HEADER_SIZE; slot < slotPages * NDB.PAGE_SIZE; slot += NDB.SLOT_SIZE) {
    if (bytes.readUInt32LE(slot) !== NDB.SLOT_MAGIC) {
      damaged(slot, JSON.stringify(bytes.toString('latin1', slot, slot + 4)), 'Slot');
    }
    const number = bytes.readUInt32LE(slot + 4);
    const block = bytes.readUInt32LE(slot + 8);
    if (block === 0) continue;
    const blocks = bytes.readUInt32LE(slot + 12);
    const start = block * NDB.BLOCK_SIZE;
    if (number === 0 || packages.has(number))
      damaged(slot + 4, `package ${number}`, 'another one in each slot');
    if (block < slotPages * (NDB.PAGE_SIZE / NDB.BLOCK_SIZE))
      damaged(slot + 8, `block ${block}`, 'one after the slots');
    needBytes(bytes, start, blocks * NDB.BLOCK_SIZE, `${blocks} blocks of package ${number}`);
    packages.set(number, { number, ...readBlob(bytes, start, blocks, number) });
  }
  return [...packages.values()].sort((a, b) => a.number - b.number);
}

function readBlob(
  bytes: Buffer,
  start: number,
  blocks: number,
  number: number,
): Pick<RpmBlob, 'header' | 'offset'> {
  needBytes(bytes, start, NDB.BLOB_HEAD_SIZE, 'a package');
  if (bytes.readUInt32LE(start) !== NDB.BLOB_MAGIC) {
    damaged(start, JSON.stringify(bytes.toString('latin1', start, start + 4)), 'BlbS');
  }
  const own = bytes.readUInt32LE(start + 4);
  if (own !== number) damaged(start + 4, `package ${own}`, `package ${number}, as its slot says`);
  const size = bytes.readUInt32LE(start + 12);
  if (blocksFor(size) !== blocks)
    damaged(start + 12, `a header of ${size} bytes`, `one that fills ${blocks} blocks`);
  const tail = start + blocks * NDB.BLOCK_SIZE - NDB.BLOB_TAIL_SIZE;
  const sum = bytes.readUInt32LE(tail);
  const wanted = adler32(bytes.subarray(start, tail));
  if (sum !== wanted) damaged(tail, `checksum ${sum}`, `${wanted}`);
  if (bytes.readUInt32LE(tail + 4) !== size)
    damaged(tail + 4, `${bytes.readUInt32LE(tail + 4)} bytes`, `${size}`);
  if (bytes.readUInt32LE(tail + 8) !== NDB.BLOB_END_MAGIC) {
    damaged(tail + 8, JSON.stringify(bytes.toString('latin1', tail + 8, tail + 12)), 'BlbE');
  }
  const offset = start + NDB.BLOB_HEAD_SIZE;
  return { header: bytes.subarray(offset, offset + size), offset };
}

/** Blocks that a header of `size` bytes takes, including what surrounds it. */
export function blocksFor(size: number): number {
  return Math.ceil((NDB.BLOB_HEAD_SIZE + size + NDB.BLOB_TAIL_SIZE) / NDB.BLOCK_SIZE);
}

/** RFC 1950, section 9. */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let at = 0; at < bytes.length; ) {
    // The most bytes the sums can take before they exceed 32 bits.
    const end = Math.min(at + 5552, bytes.length);
    for (; at < end; at += 1) {
      low += bytes[at] as number;
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return high * 65536 + low;
}
