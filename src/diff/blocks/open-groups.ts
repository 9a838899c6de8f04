import type { ArchiveEntry } from '../../source/archive-entry.ts';

/**
 * Files of which not all names are among these entries: what is known of each, by path. In blocks that both archives
 * have, the other names are the same, and so is the content if it stands there; so two sides that say the same here have
 * the same file.
 */
export function openGroups(entries: readonly ArchiveEntry[]): Map<string, string> {
  const groups = new Map<string, ArchiveEntry[]>();
  for (const entry of entries) {
    if (entry.type !== 'file' || entry.identity === '') continue;
    const others = groups.get(entry.identity);
    if (others === undefined) groups.set(entry.identity, [entry]);
    else others.push(entry);
  }
  const open = new Map<string, string>();
  for (const [identity, members] of groups) {
    if (members.every(({ nlink }) => nlink <= members.length)) continue;
    const known = members.map(({ name, nlink, size }) => [name, nlink, size]);
    for (const { name } of members) open.set(name, JSON.stringify([identity, known]));
  }
  return open;
}

/** @param differing paths of which something differs */
export function areSameGroups(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
  differing: ReadonlySet<string>,
): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([path, known]) => b.get(path) === known && !differing.has(path));
}
