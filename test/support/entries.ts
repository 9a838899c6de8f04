import type { Entry, EntryType } from '../../src/tree/entry.ts';
import { comparePaths } from '../../src/tree/path.ts';
import { Tree } from '../../src/tree/tree.ts';

/** An entry with plain values for what a test does not care about. */
export function makeEntry(path: string, type: EntryType = 'file', fields: Partial<Entry> = {}): Entry {
  return {
    path,
    type,
    mode: type === 'directory' ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    nanoseconds: 0,
    target: '',
    major: 0,
    minor: 0,
    links: null,
    ...fields,
  };
}

export function symlink(path: string, target: string): Entry {
  return makeEntry(path, 'symlink', { target, mode: 0o777 });
}

/** A tree of these entries, sorted, with the directories that they need. */
export function makeTree(entries: readonly Entry[]): Tree {
  const all = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
      const parent = path.slice(0, at);
      if (!all.has(parent)) all.set(parent, makeEntry(parent, 'directory'));
    }
  }
  const sorted = [...all.values()].sort((a, b) => comparePaths(a.path, b.path));
  return new Tree(makeEntry('', 'directory'), sorted);
}
