/**
 * The 512-byte header of a tar member: v7, POSIX ustar, GNU ("ustar  "), and star's ustar. tar(5),
 * POSIX.1-2017 pax "ustar Interchange Format", GNU tar's tar.h. Only converts bytes to fields.
 */
import { type HeaderProblems, quote } from './problems.ts';

/** Headers begin at multiples of this, and data is padded to it. */
export const BLOCK_SIZE = 512;

export type Dialect = 'v7' | 'ustar' | 'gnu';

export interface TarHeader {
  readonly dialect: Dialect;
  /** Including the ustar prefix; bytes, up to the first NUL. */
  readonly name: string;
  /** As stored: old writers put the file type in the upper bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** One char; NUL is a regular file in v7. */
  readonly type: string;
  readonly linkName: string;
  /** Device number; 0 for types that are not devices. */
  readonly major: number;
  readonly minor: number;
  /** Names of owner and group on the writer's system; bytes, '' in v7. Not used: the numeric ids decide. */
  readonly userName: string;
  readonly groupName: string;
}

const NAME: Field = { name: 'name', offset: 0, length: 100 };
const MODE: Field = { name: 'mode', offset: 100, length: 8 };
export const UID: Field = { name: 'uid', offset: 108, length: 8 };
export const GID: Field = { name: 'gid', offset: 116, length: 8 };
const SIZE: Field = { name: 'size', offset: 124, length: 12 };
export const MTIME: Field = { name: 'mtime', offset: 136, length: 12 };
const CHECKSUM: Field = { name: 'chksum', offset: 148, length: 8 };
const TYPE: Field = { name: 'typeflag', offset: 156, length: 1 };
const LINK_NAME: Field = { name: 'linkname', offset: 157, length: 100 };
const MAGIC: Field = { name: 'magic', offset: 257, length: 8 }; // with version, offset 263
const USER_NAME: Field = { name: 'uname', offset: 265, length: 32 };
const GROUP_NAME: Field = { name: 'gname', offset: 297, length: 32 };
const MAJOR: Field = { name: 'devmajor', offset: 329, length: 8 };
const MINOR: Field = { name: 'devminor', offset: 337, length: 8 };
const PREFIX: Field = { name: 'prefix', offset: 345, length: 155 };
/** star's ustar has times after a shorter prefix, marked at the end of the block. */
const STAR_PREFIX: Field = { name: 'prefix', offset: 345, length: 131 };
const STAR_MAGIC: Field = { name: 'star magic', offset: 508, length: 4 };

/** 512 bytes of 255 add up to less. */
const CHECKSUM_RANGE = { minimum: 0, maximum: BLOCK_SIZE * 255 };

/** Whether the first 512 bytes are all zero; two such blocks end an archive. */
export function isZeroBlock(block: Uint8Array): boolean {
  for (let at = 0; at < BLOCK_SIZE; at += 1) if (block[at] !== 0) return false;
  return true;
}

/** Bytes from `size` to the next block boundary. Not `& 511` arithmetic: offsets exceed 31 bits. */
export function paddingAfter(size: number): number {
  return (BLOCK_SIZE - (size % BLOCK_SIZE)) % BLOCK_SIZE;
}

/**
 * Sums of all bytes, with the checksum field as spaces. POSIX adds unsigned bytes; some historic
 * writers added signed ones, and every reader takes both.
 */
function checksums(block: Uint8Array): { unsigned: number; signed: number } {
  let unsigned = 0x20 * CHECKSUM.length;
  let negative = 0;
  for (let at = 0; at < BLOCK_SIZE; at += 1) {
    if (at === CHECKSUM.offset) at += CHECKSUM.length;
    const byte = block[at] as number;
    unsigned += byte;
    if (byte >= 0x80) negative += 1;
  }
  return { unsigned, signed: unsigned - 256 * negative };
}

/** Whether the checksum is right, which also distinguishes a tar archive from other files: v7 has no magic. */
export function isHeader(block: Buffer): boolean {
  const [, digits] = /^ *([0-7]+)(?:[ \0]|$)/.exec(text(block, CHECKSUM)) ?? [];
  if (digits === undefined) return false;
  const found = Number.parseInt(digits, 8);
  const { unsigned, signed } = checksums(block);
  return found === unsigned || found === signed;
}

/**
 * @param block 512 bytes that are not all zero
 * @param offset of the block in the archive, for messages
 * @throws archive-malformed for a wrong checksum or a field that is not a number
 */
export function decodeHeader(block: Buffer, offset: number, problems: HeaderProblems): TarHeader {
  if (!isHeader(block)) throw wrongChecksum(block, offset, problems);
  const dialect = dialectOf(block);
  const type = text(block, TYPE);
  const isDevice = (type === '3' || type === '4') && dialect !== 'v7';
  const number = (field: Field, range = ID_RANGE): number =>
    readNumber(block, field, range, offset, problems);
  return {
    dialect,
    name: nameOf(block, dialect),
    mode: number(MODE),
    uid: number(UID),
    gid: number(GID),
    size: number(SIZE, SIZE_RANGE),
    mtime: number(MTIME, TIME_RANGE),
    type,
    linkName: bytesOf(block, LINK_NAME),
    major: isDevice ? number(MAJOR) : 0,
    minor: isDevice ? number(MINOR) : 0,
    userName: dialect === 'v7' ? '' : bytesOf(block, USER_NAME),
    groupName: dialect === 'v7' ? '' : bytesOf(block, GROUP_NAME),
  };
}

/** Not all writers fill in the version, so only GNU's two spaces count. */
function dialectOf(block: Buffer): Dialect {
  const magic = text(block, MAGIC);
  if (magic === 'ustar  \0') return 'gnu';
  return magic.startsWith('ustar') ? 'ustar' : 'v7';
}

/** GNU stores times and sparse segments where ustar has the prefix. */
function nameOf(block: Buffer, dialect: Dialect): string {
  const name = bytesOf(block, NAME);
  if (dialect !== 'ustar') return name;
  const prefix = bytesOf(block, text(block, STAR_MAGIC) === 'tar\0' ? STAR_PREFIX : PREFIX);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function wrongChecksum(block: Buffer, offset: number, problems: HeaderProblems): Error {
  const found = readNumber(block, CHECKSUM, CHECKSUM_RANGE, offset, problems);
  const what = `the header's checksum is ${found}, but its bytes add up to ${checksums(block).unsigned}`;
  if (offset > 0) return problems.malformed(what, offset + CHECKSUM.offset);
  return problems.malformed(what, offset + CHECKSUM.offset, 'It is not a tar archive, or is damaged.');
}

/** A field that is full has no NUL. */
function bytesOf(block: Buffer, field: Field): string {
  const bytes = text(block, field);
  const end = bytes.indexOf('\0');
  return end === -1 ? bytes : bytes.slice(0, end);
}

function text(block: Buffer, { offset, length }: Field): string {
  return block.toString('latin1', offset, offset + length);
}

/**
 * Writes a number with as many octal digits as its field has, and updates the checksum. The field's terminator,
 * NUL or space or both, is kept.
 * @param block changed in place
 * @param value has no more digits than fit
 */
export function setNumber(block: Buffer, field: Field, value: number): void {
  putDigits(block, field, value);
  putDigits(block, CHECKSUM, checksums(block).unsigned);
}

function putDigits(block: Buffer, field: Field, value: number): void {
  const raw = text(block, field);
  const width = (/^[ 0-7]*[0-7]/.exec(raw)?.[0] ?? raw).length;
  block.write(value.toString(8).padStart(width, '0'), field.offset, 'latin1');
}

// Numeric fields of a tar header: octal digits (POSIX.1-1988), or GNU base-256 where the first bit is
// set: a big-endian two's complement number in the remaining bits.

export interface Field {
  /** As the specification calls it, for messages. */
  readonly name: string;
  /** Bytes from the start of the block. */
  readonly offset: number;
  readonly length: number;
}

export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** Sizes and offsets: what a JavaScript number holds exactly. */
export const SIZE_RANGE: NumberRange = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
/** Owners and device numbers. */
export const ID_RANGE: NumberRange = { minimum: 0, maximum: 0xffff_ffff };
/** Times: base-256 ones may be before 1970. */
export const TIME_RANGE: NumberRange = {
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
};

/**
 * A blank field is 0, as in libarchive: writers leave fields blank that a type does not use.
 *
 * @param blockOffset of the block in the archive, for messages
 * @throws archive-malformed
 */
export function readNumber(
  block: Buffer,
  field: Field,
  range: NumberRange,
  blockOffset: number,
  problems: HeaderProblems,
): number {
  const start = field.offset;
  const end = start + field.length;
  if ((block[start] as number) >= 0x80) {
    const value = readBase256(block, start, end);
    if (value < range.minimum || value > range.maximum) {
      throw problems.malformed(
        `${field.name} is ${value} in base-256, wanted ${shown(range)}`,
        blockOffset + start,
      );
    }
    return Number(value);
  }
  const text = block.toString('latin1', start, end);
  // Leading spaces are allowed, and a space or NUL ends the number; whatever follows is ignored.
  const [, digits] = /^[ \t]*([0-7]*)(?:[ \0]|$)/.exec(text) ?? [];
  if (digits === undefined) {
    throw problems.malformed(`${field.name} is ${quote(text)}, wanted octal digits`, blockOffset + start);
  }
  const value = digits === '' ? 0 : Number.parseInt(digits, 8);
  if (value < range.minimum || value > range.maximum) {
    throw problems.malformed(`${field.name} is ${value}, wanted ${shown(range)}`, blockOffset + start);
  }
  return value;
}

/** The first bit marks base-256, the second is the sign. */
function readBase256(block: Buffer, start: number, end: number): bigint {
  const first = block[start] as number;
  const magnitude = BigInt(`0x${block.toString('hex', start + 1, end)}`);
  const shift = BigInt(8 * (end - start - 1));
  const high = BigInt(first & 0x3f) - (first & 0x40 ? 64n : 0n);
  return (high << shift) + magnitude;
}

function shown({ minimum, maximum }: NumberRange): string {
  return `${minimum} to ${maximum}`;
}

/** A decimal number as in pax records and sparse maps; undefined for anything else. */
export function parseDecimal(digits: string, { minimum, maximum }: NumberRange): number | undefined {
  if (!/^[0-9]{1,20}$/.test(digits)) return undefined;
  const value = Number(digits);
  return value >= minimum && value <= maximum ? value : undefined;
}
