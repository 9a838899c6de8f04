import type { ListDocument } from '../documents/list.ts';
import type { ArchiveEntry } from '../source/archive-entry.ts';
import { showPath } from '../tree/path.ts';
import { isDevice } from './long-line.ts';

export function entryRow(entry: ArchiveEntry, segment: number): ListDocument['entries'][number] {
  const { type, name, mode, uid, gid, size, mtime, nanoseconds, target, hardLink } = entry;
  return {
    path: showPath(name),
    type: type ?? 'unknown',
    mode: `0${mode.toString(8)}`,
    uid,
    gid,
    size: type === 'symlink' ? 0 : size,
    mtime,
    ...(nanoseconds === 0 ? {} : { nanoseconds }),
    ...(type === 'symlink' ? { target: showPath(target) } : {}),
    ...(hardLink === undefined ? {} : { hardLink: showPath(hardLink) }),
    links: entry.nlink,
    inode: entry.inode,
    ...(isDevice(type) ? { device: `${entry.major}:${entry.minor}` } : {}),
    ...(entry.attributes.length === 0 ? {} : { attributes: entry.attributes.map(showPath) }),
    segment,
  };
}
