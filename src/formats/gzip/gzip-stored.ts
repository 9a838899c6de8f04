import { crc32 } from 'node:zlib';
import { gzipHead, gzipTrailer } from './gzip-header.ts';

/** RFC 1951, section 3.2.4: the length of a stored block has 16 bits. */
const STORED_BYTES_MAX = 0xffff;

/**
 * One gzip member (RFC 1952) that holds its content as it is, in stored blocks of deflate: every reader of gzip takes
 * it, and no compressor decides its bytes. Without time and name.
 */
export function gzipStored(content: Buffer): Buffer {
  const pieces: Uint8Array[] = [gzipHead()];
  let at = 0;
  do {
    const block = content.subarray(at, at + STORED_BYTES_MAX);
    at += block.length;
    pieces.push(storedHead(block.length, at === content.length), block);
  } while (at < content.length);
  pieces.push(gzipTrailer(crc32(content), content.length));
  return Buffer.concat(pieces);
}

function storedHead(length: number, isLast: boolean): Buffer {
  const head = Buffer.alloc(5);
  head[0] = isLast ? 1 : 0; // 0 BFINAL, BTYPE 00, and padding to a byte
  head.writeUInt16LE(length, 1); // 1 LEN
  head.writeUInt16LE(0xffff - length, 3); // 3 NLEN
  return head;
}
