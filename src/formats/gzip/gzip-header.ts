import { crc32 } from 'node:zlib';
import { damaged, UnknownVariant } from '../damage.ts';
import type { ByteInput } from '../input.ts';

/** Bytes of a header without extra field, name, comment and checksum. */
const GZIP_HEAD_SIZE = 10;
const METHOD_DEFLATE = 8;
const FLAG_HEADER_CRC = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAGS_RESERVED = 0xe0;

/** Where the time is in a header: seconds since 1970 as a 32-bit number, little endian; 0 for none. */
export const GZIP_TIME_OFFSET = 4;

/** A name or comment in a gzip header over this many bytes is refused. */
export const HEADER_TEXT_BYTES_MAX: number = 64 * 1024;

export interface GzipHeader {
  /** Seconds since 1970; 0 for none. */
  readonly mtime: number;
  /** XFL: 2 for the best compression, 4 for the fastest, according to the writer. */
  readonly extraFlags: number;
  /** OS: 3 is Unix. */
  readonly system: number;
  /** Name of the compressed file; a byte string. */
  readonly name: string | undefined;
  /** Offset of the CRC16 of all bytes before it. */
  readonly checksumAt: number | undefined;
  /** Offset of the deflate data. */
  readonly end: number;
}

/** Whether the bytes begin with the magic number of gzip. */
export function startsGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** RFC 1952, section 2.3: neither time nor name, and an unknown system. */
export function gzipHead(): Buffer {
  const head = Buffer.alloc(GZIP_HEAD_SIZE);
  head.writeUInt16BE(0x1f8b, 0); // 0 ID1, ID2
  head[2] = METHOD_DEFLATE; // 2 CM
  // 3 FLG, 4 MTIME, 8 XFL: 0
  head[9] = 255; // 9 OS: unknown
  return head;
}

/**
 * The trailer of a member (RFC 1952, section 2.3).
 *
 * @param check CRC32 of the content
 * @param size bytes of the content
 */
export function gzipTrailer(check: number, size: number): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(check, 0); // 0 CRC32
  trailer.writeUInt32LE(size % 2 ** 32, 4); // 4 ISIZE
  return trailer;
}

/**
 * Header of the gzip member (RFC 1952, section 2.3) at `offset`, its checksum compared.
 * @throws Damage, UnknownVariant
 */
export function readGzipHeader(input: ByteInput, offset: number): GzipHeader {
  const fixed = take(input, offset, GZIP_HEAD_SIZE, 'a gzip header');
  if (!startsGzip(fixed)) damaged(offset, fixed.toString('hex', 0, 2), 'the magic number of gzip, 1f8b');
  // 2 CM, 3 FLG, 4 MTIME, 8 XFL, 9 OS
  if (fixed[2] !== METHOD_DEFLATE) {
    throw new UnknownVariant(offset + 2, `method ${fixed[2]}`, `method ${METHOD_DEFLATE} (deflate)`);
  }
  const flags = fixed.readUInt8(3);
  if ((flags & FLAGS_RESERVED) !== 0) {
    throw new UnknownVariant(offset + 3, `flags 0x${flags.toString(16)}`, 'flags without reserved bits');
  }
  let at = offset + GZIP_HEAD_SIZE;
  if ((flags & FLAG_EXTRA) !== 0) {
    at += 2 + take(input, at, 2, 'the length of the extra field of a gzip header').readUInt16LE();
  }
  const name = (flags & FLAG_NAME) === 0 ? undefined : textAt(input, at, 'file name');
  at += name === undefined ? 0 : name.length + 1;
  if ((flags & FLAG_COMMENT) !== 0) at += textAt(input, at, 'comment').length + 1;
  const hasChecksum = (flags & FLAG_HEADER_CRC) !== 0;
  if (hasChecksum) {
    const found = take(input, at, 2, 'the checksum of a gzip header').readUInt16LE();
    const wanted = gzipHeaderChecksum(take(input, offset, at - offset, 'a gzip header'));
    if (found !== wanted) damaged(at, `the checksum ${found}`, `${wanted}, the checksum of the gzip header`);
  }
  return {
    mtime: fixed.readUInt32LE(GZIP_TIME_OFFSET),
    extraFlags: fixed.readUInt8(8),
    system: fixed.readUInt8(9),
    name,
    checksumAt: hasChecksum ? at : undefined,
    end: hasChecksum ? at + 2 : at,
  };
}

/** The CRC16 that a header may end with. @param header all bytes before it */
export function gzipHeaderChecksum(header: Uint8Array): number {
  return crc32(header) & 0xffff;
}

/** Bytes of the text at `start` up to its NUL, as a byte string. */
function textAt(input: ByteInput, start: number, what: string): string {
  const bytes = view(input.read(start, HEADER_TEXT_BYTES_MAX));
  const nul = bytes.indexOf(0);
  if (nul !== -1) return bytes.toString('latin1', 0, nul);
  if (bytes.length === HEADER_TEXT_BYTES_MAX) {
    const most = `at most ${HEADER_TEXT_BYTES_MAX} bytes`;
    throw new UnknownVariant(start, `a long ${what} in a gzip header`, most);
  }
  return damaged(
    Math.min(start, input.size),
    `no end of the ${what}`,
    `a NUL behind the ${what} of a gzip header`,
  );
}

function take(input: ByteInput, offset: number, length: number, wanted: string): Buffer {
  const bytes = view(input.read(offset, length));
  if (bytes.length === length) return bytes;
  return damaged(Math.min(offset, input.size), `the end of the file at ${input.size}`, wanted);
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
