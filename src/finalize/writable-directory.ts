import { chmodSync, fstatSync } from 'node:fs';

const OWNER_WRITE_AND_ENTER = 0o300;

/**
 * Runs `work`, which makes or removes a name in an open directory. Its owner may have to allow himself
 * that first: Fedora's root directory has mode 0555. Root is always allowed.
 */
export function inWritable<T>(directory: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
  }
  const place = `/proc/self/fd/${directory}`;
  const mode = fstatSync(directory).mode & 0o7777;
  chmodSync(place, mode | OWNER_WRITE_AND_ENTER);
  try {
    return work();
  } finally {
    chmodSync(place, mode);
  }
}
