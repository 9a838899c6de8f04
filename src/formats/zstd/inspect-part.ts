import { crc32 } from 'node:zlib';
import type { InspectBlock } from '../inspected-block.ts';
import { decodeMark } from './part.ts';

/** Compares size and check in the mark of a part. */
export const inspectPart: InspectBlock = ({ bytes, unpaddedSize, uncompressedSize }, { raw }) => {
  if (bytes.length !== unpaddedSize) return 'its size is not the one in its header';
  const mark = decodeMark(bytes, 0);
  if (mark === undefined) return 'it contains no block';
  if (mark.size !== raw.length || uncompressedSize !== raw.length) return 'its block has a different size';
  return mark.check === crc32(raw) ? undefined : 'its block has different contents';
};
