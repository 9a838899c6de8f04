/**
 * One gzip member (RFC 1952) whose deflate data (RFC 1951) are made of blocks that were compressed alone. Node's zlib
 * writes other bytes in other versions and on other processors, so the encoder is one in plain JavaScript.
 */
import { inflateRawSync } from 'node:zlib';
import pako from 'pako/package.json' with { type: 'json' };
import { StillrootError } from '../../errors.ts';
import type { WholeBlock } from '../block-thread.ts';
import { GZIP_ENCODER } from '../encoders.ts';
import type { InspectBlock } from '../inspected-block.ts';
import { gzipTrailer } from './gzip-header.ts';

/** An empty last block with the fixed codes: RFC 1951, section 3.2.6. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

/** Fails unless the installed encoder is the one pinned by the archive profile. */
export function assertEncoder(version: string = pako.version): void {
  if (version === GZIP_ENCODER.version) return;
  throw new StillrootError(
    'internal',
    `version ${version} is installed, the archive profile needs ${GZIP_ENCODER.version}`,
    {
      where: GZIP_ENCODER.name,
      hint: 'Another version may write other bytes. Reinstall stillroot with its lock file.',
    },
  );
}

/**
 * The end of the deflate data, and the trailer.
 *
 * @param check CRC32 of the content
 * @param size bytes of the content
 */
export function gzipTail(check: number, size: number): Buffer {
  return Buffer.concat([LAST_BLOCK, gzipTrailer(check, size)]);
}

/**
 * Deflate data that end at a byte and refer to nothing before them, so that any such pieces can follow one another.
 *
 * @param content at least one byte
 * @param level 1..9, zlib's own scale
 */
export async function encodeDeflate(content: Uint8Array, level: number): Promise<WholeBlock> {
  const { Deflate, Z_FULL_FLUSH } = await import('pako');
  // Room for all output at once: a flush that has to be continued might write its marker twice.
  const chunkSize = content.length + (content.length >>> 8) + 1024;
  const encoder = new Deflate({ raw: true, level: level as 1, chunkSize });
  if (!encoder.push(content, Z_FULL_FLUSH) || encoder.chunks.length !== 1) {
    throw new StillrootError('internal', `the encoder of gzip failed (${encoder.err} ${encoder.msg})`);
  }
  const bytes = Uint8Array.from(encoder.chunks[0]!);
  return { bytes, unpaddedSize: bytes.length, uncompressedSize: content.length };
}

/** Decodes a block: it says nothing about itself, and decoding takes little of the time of encoding. */
export const inspectDeflate: InspectBlock = ({ bytes, unpaddedSize, uncompressedSize }, { raw }) => {
  if (bytes.length !== unpaddedSize) return 'its size is not the one in its header';
  if (uncompressedSize !== raw.length) return 'its block has a different size';
  let content: Buffer;
  try {
    content = inflateRawSync(Buffer.concat([bytes, LAST_BLOCK]), {
      maxOutputLength: raw.length,
      chunkSize: Math.max(raw.length, 64),
    });
  } catch {
    return 'it contains no block';
  }
  return content.equals(raw) ? undefined : 'its block has different contents';
};
