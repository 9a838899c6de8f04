import { needBytes } from '../formats/damage.ts';
import { GZIP_TIME_OFFSET, gzipHeaderChecksum, readGzipHeader } from '../formats/gzip/gzip-header.ts';
import { bytesInput } from '../formats/input.ts';
import { type Rewrite, type RewriteResult, rewritten, UNCHANGED, unlessDamaged } from './rewrite.ts';

/** 8 bytes of checksum and length, and at least 2 of compressed data. */
const SMALLEST_REST = 10;

/**
 * The header of a gzip file holds the mtime of what was compressed. Times after the epoch become the
 * epoch; 0 stands for no time and stays, and so does the name. Only the first member of a file is
 * looked at, since where the next begins is known only after decompression.
 */
export const gzipHeader: Rewrite = {
  what: 'In gzip files, a time after the epoch becomes the epoch.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => rewrite(bytes, epoch));
  },
};

function rewrite(bytes: Buffer, epoch: number): RewriteResult {
  const { mtime, checksumAt, end } = readGzipHeader(bytesInput(bytes), 0);
  needBytes(bytes, end, SMALLEST_REST, 'compressed data');
  if (mtime <= epoch) return UNCHANGED;
  const after = Buffer.from(bytes);
  after.writeUInt32LE(epoch, GZIP_TIME_OFFSET);
  if (checksumAt !== undefined) {
    after.writeUInt16LE(gzipHeaderChecksum(after.subarray(0, checksumAt)), checksumAt);
  }
  return rewritten(after);
}
