/** Entries that options request and the tree does not have. */
import { type MtimeSettings, normalizeMtime } from '../normalize/mtime.ts';
import type { Entry } from '../tree/entry.ts';
import { pathFromText } from '../tree/path.ts';

/**
 * The root itself, by the name `.`. Unpacking it sets mode and owner of `/`, so both are fixed: a tree made by mktemp
 * has mode 0700, with which only root could use the system. Its time is when a name in it was last added or removed,
 * which is never worth more than the epoch.
 */
export function rootEntry(root: Entry, settings: MtimeSettings): Entry {
  const mtime = settings.mtime === 'keep' ? normalizeMtime(root, settings) : settings.epoch;
  return { ...root, path: '.', mode: 0o755, uid: 0, gid: 0, mtime, nanoseconds: 0 };
}

/** `/init`, which the kernel starts, as a symlink to what the tree has instead. */
export function initEntry(target: string, settings: MtimeSettings): Entry {
  const entry: Entry = {
    path: 'init',
    type: 'symlink',
    mode: 0o777,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    nanoseconds: 0,
    target: pathFromText(target),
    major: 0,
    minor: 0,
    links: null,
  };
  return { ...entry, mtime: normalizeMtime(entry, settings) };
}
