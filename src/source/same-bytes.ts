import type { ArchiveFile } from './archive-file.ts';

/** One of the places that are compared. */
export interface FilePlace {
  readonly file: Pick<ArchiveFile, 'readInto'>;
  readonly offset: number;
}

const READ_BYTES = 256 * 1024;

/** Whether two files have the same bytes at two places. Beyond the end of a file nothing is the same. */
export function areSameBytes(a: FilePlace, b: FilePlace, length: number): boolean {
  const left = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, length));
  const right = Buffer.allocUnsafeSlow(left.length);
  for (let at = 0; at < length; at += READ_BYTES) {
    const count = Math.min(READ_BYTES, length - at);
    const isThere =
      a.file.readInto(left.subarray(0, count), a.offset + at) === count &&
      b.file.readInto(right.subarray(0, count), b.offset + at) === count;
    if (!isThere || left.compare(right, 0, count, 0, count) !== 0) return false;
  }
  return true;
}
