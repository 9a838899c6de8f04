import { crc32 } from 'node:zlib';
import { StillrootError } from '../../errors.ts';
import type { InspectBlock } from '../inspected-block.ts';
import { blockHeaderSize, decodeBlockHeader } from './block-header.ts';
import { paddedSize } from './block-index.ts';

/** Bytes of the check: the last field of the block, see the .xz file format 1.2, section 3.4. */
const CHECK_SIZE = 4;

/** Compares sizes, filters and dictionary in the header of a block, and its check. */
export const inspectXzBlock: InspectBlock = (
  { bytes, unpaddedSize, uncompressedSize },
  { raw, dictionary },
) => {
  if (bytes.length !== paddedSize(unpaddedSize)) return 'its size is not the one in its header';
  const size = blockHeaderSize(bytes[0] ?? 0);
  if (size === undefined || size + CHECK_SIZE > unpaddedSize) return 'it contains no block';
  let header: ReturnType<typeof decodeBlockHeader>;
  try {
    header = decodeBlockHeader(bytes.subarray(0, size), 'a stored block', 0);
  } catch (error) {
    if (error instanceof StillrootError) return 'it contains no block';
    throw error;
  }
  const compressedSize = unpaddedSize - size - CHECK_SIZE;
  const isOfSize = header.compressedSize === compressedSize && header.uncompressedSize === uncompressedSize;
  if (!isOfSize || uncompressedSize !== raw.length) return 'its block has a different size';
  if (header.dictionary !== dictionary) return 'its block has a different dictionary';
  const check = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - CHECK_SIZE).getUint32(0, true);
  return check === crc32(raw) ? undefined : 'its block has different contents';
};
