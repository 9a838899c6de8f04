/** Records of SQLite: the types of the columns, then their values. https://www.sqlite.org/fileformat2.html#record_format */
import { damaged, needBytes } from '../formats/damage.ts';

/** Text as a byte string. Integers outside the safe range are rounded: no table that is read here has any. */
export type SqliteValue = null | number | string | Buffer;

export interface Varint {
  readonly value: number;
  /** 1..9 bytes. */
  readonly length: number;
}

/** Big endian, seven bits a byte; a ninth byte counts whole. Precise up to 2^53. */
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
