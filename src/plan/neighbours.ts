import { type MtimeSettings, normalizeMtime } from '../normalize/mtime.ts';
import type { Neighbour } from '../rewrite/rewrite.ts';
import type { Source } from '../source/source.ts';
import type { Entry } from '../tree/entry.ts';

export interface NeighbourSettings extends MtimeSettings {
  /** Whether the entry at a path is left out. */
  readonly isDropped: (path: string) => boolean;
  /** Final content of a file. */
  readonly finalContent: (entry: Entry, limit: number) => Buffer;
}

/** What a normalizer may ask about other entries of the tree. */
export function lookUpNeighbour(
  source: Source,
  settings: NeighbourSettings,
  path: string,
): Neighbour | undefined {
  const entry = source.tree.resolve(path);
  if (entry === undefined || settings.isDropped(entry.path)) return undefined;
  return {
    path: entry.path,
    isFile: entry.type === 'file',
    size: entry.size,
    mtime: entry.mtime,
    nanoseconds: entry.nanoseconds,
    finalMtime: normalizeMtime(entry, settings),
    read: (limit) => source.readFile(entry, limit),
    readFinal: (limit) => settings.finalContent(entry, limit),
  };
}
