import { crc32 } from 'node:zlib';
import { fail, need, orMalformed } from './malformation.ts';
import { type Rewrite, type RewriteResult, rewritten, UNCHANGED } from './rewrite.ts';

/** RFC 1952: 0 ID1 ID2, 2 CM, 3 FLG, 4 MTIME u32 little endian, 8 XFL, 9 OS, then what FLG announces. */
const MTIME = 4;
const FIXED_HEADER = 10;
/** 8 bytes of checksum and length, and at least 2 of compressed data. */
const SMALLEST_REST = 10;
const DEFLATE = 8;
const FHCRC = 0x02;
const FEXTRA = 0x04;
const FNAME = 0x08;
const FCOMMENT = 0x10;
const RESERVED = 0xe0;

/**
 * The header of a gzip file holds the mtime of what was compressed. Times after the epoch become the
 * epoch; 0 stands for no time and stays, and so does the name. Only the first member of a file is
 * looked at, since where the next begins is known only after decompression.
 */
export const gzipHeader: Rewrite = {
  what: 'In gzip files, a time after the epoch becomes the epoch.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { epoch }) {
    if (bytes.length === 0) return UNCHANGED;
    return orMalformed(() => rewrite(bytes, epoch));
  },
};

function rewrite(bytes: Buffer, epoch: number): RewriteResult {
  need(bytes, 0, FIXED_HEADER, 'a gzip header');
  if (bytes.readUInt16BE(0) !== 0x1f8b)
    fail(0, bytes.toString('hex', 0, 2), 'the magic number of gzip, 1f8b');
  if (bytes[2] !== DEFLATE) fail(2, `method ${bytes[2]}`, `method ${DEFLATE} (deflate)`);
  const flags = bytes.readUInt8(3);
  if ((flags & RESERVED) !== 0) fail(3, `flags 0x${flags.toString(16)}`, 'flags without reserved bits');
  const end = headerEnd(bytes, flags);
  const mtime = bytes.readUInt32LE(MTIME);
  const hasChecksum = (flags & FHCRC) !== 0;
  if (hasChecksum && bytes.readUInt16LE(end) !== headerChecksum(bytes, end)) {
    fail(end, 'another checksum', 'the checksum of the header');
  }
  need(bytes, end + (hasChecksum ? 2 : 0), SMALLEST_REST, 'compressed data');
  if (mtime <= epoch) return UNCHANGED;
  const after = Buffer.from(bytes);
  after.writeUInt32LE(epoch, MTIME);
  if (hasChecksum) after.writeUInt16LE(headerChecksum(after, end), end);
  return rewritten(after);
}

/** Offset behind the optional fields, where the header's checksum stands if there is one. */
function headerEnd(bytes: Buffer, flags: number): number {
  let at = FIXED_HEADER;
  if ((flags & FEXTRA) !== 0) {
    need(bytes, at, 2, 'the length of the extra field');
    at += 2 + bytes.readUInt16LE(at);
    need(bytes, at, 0, 'the extra field');
  }
  for (const flag of [FNAME, FCOMMENT]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) fail(at, 'no end of the text', 'a NUL after name or comment');
    at = end + 1;
  }
  if ((flags & FHCRC) !== 0) need(bytes, at, 2, 'the checksum of the header');
  return at;
}

function headerChecksum(bytes: Buffer, end: number): number {
  return crc32(bytes.subarray(0, end)) & 0xffff;
}
