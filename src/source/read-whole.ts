import { StillrootError } from '../errors.ts';
import type { Entry } from '../tree/entry.ts';
import { placeOf } from './read-failed.ts';
import type { OpenFile } from './source.ts';

/**
 * The whole content of a file, which is verified and closed.
 *
 * @param source its name, for messages
 * @param open called only where the file is not larger than `limit` bytes
 * @throws source-unreadable, source-changed
 */
export function readWhole(source: string, entry: Entry, limit: number, open: () => OpenFile): Buffer {
  if (entry.size > limit) {
    throw new StillrootError(
      'source-unreadable',
      `has ${entry.size} bytes, more than the limit of ${limit}`,
      {
        where: placeOf(source, entry.path),
        hint: 'Check the file; such a file should never be that large.',
      },
    );
  }
  const content = Buffer.allocUnsafe(entry.size);
  const file = open();
  try {
    let filled = 0;
    while (filled < content.length) {
      const count = file.read(content.subarray(filled));
      if (count === 0) break;
      filled += count;
    }
    file.verify();
    if (filled === content.length) return content;
    throw new StillrootError('source-changed', `ended after ${filled} of ${content.length} bytes`, {
      where: placeOf(source, entry.path),
      hint: 'Make sure that nothing writes to the tree.',
    });
  } finally {
    file.close();
  }
}
