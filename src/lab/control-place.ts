/** On which filesystem trees are made where nothing else is said. */
import type { Source } from '../source/source.ts';
import type { Host } from './host.ts';
import type { PlaceName } from './place.ts';

/** Memory that is left alone where trees are made on a tmpfs. */
const SPARE_MEMORY = 512 * 1024 * 1024;

/** What files of the tree take on a disk, with what filesystems round up to. */
export function spaceOf({ tree: { entries } }: Source): number {
  return entries.reduce((sum, { size }) => sum + Math.ceil(size / 4096) * 4096 + 4096, 0);
}

export function choosePlace(host: Host, bytes: number, notes: string[]): PlaceName {
  if (!host.isRoot || !host.hasOwnMounts) {
    notes.push('without root and mounts of its own, inode numbers and the order of names are not held still');
    return 'directory';
  }
  if (host.memoryAvailable < 3 * bytes + SPARE_MEMORY) {
    notes.push('the tree is too large for a filesystem in memory, so inode numbers are not held still');
    return 'directory';
  }
  return 'tmpfs';
}
