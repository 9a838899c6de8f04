import { parentOf } from '../tree/path.ts';
import type { Operation } from './operation.ts';

/**
 * Directories in which a list of operations makes, replaces or removes names, and those it makes, in byte order. Some may
 * be gone when the list has been carried out.
 */
export function changedDirectories(operations: readonly Operation[]): string[] {
  const paths = new Set<string>();
  for (const { do: name, path } of operations) {
    // These change inodes only.
    if (name === 'set' || name === 'unlock' || name === 'fill') continue;
    paths.add(parentOf(path));
    if (name === 'directory') paths.add(path);
  }
  return [...paths].sort();
}
