import { type LinkData, numberHardLinks } from '../../src/normalize/hard-links.ts';
import type { PlannedEntry } from '../../src/plan/planned-entry.ts';
import { NO_ATTRIBUTES } from '../../src/tree/attributes.ts';
import type { Entry, HardLinkGroup } from '../../src/tree/entry.ts';
import type { Tree } from '../../src/tree/tree.ts';

/** The entry as it is, with one name. */
export function planned(entry: Entry, fields: Partial<PlannedEntry> = {}): PlannedEntry {
  return {
    entry,
    inode: 0,
    nlink: 1,
    content: null,
    attributes: NO_ATTRIBUTES,
    linkTo: null,
    origin: entry,
    ...fields,
  };
}

/** Every entry of a tree as it is, hard links kept. */
export function plannedTree(
  tree: Tree,
  inodeHash: (path: string) => number,
  linkData?: LinkData,
): PlannedEntry[] {
  const groups = new Map<HardLinkGroup, string[]>();
  for (const { links, type } of tree.entries)
    if (links !== null && type === 'file') groups.set(links, links.paths);
  const numbers = numberHardLinks(groups, inodeHash, linkData);
  return tree.entries.map((entry) => {
    const number = entry.links === null ? undefined : numbers.get(entry.links);
    if (number === undefined) return planned(entry);
    const { inode, nlink, dataPath } = number;
    return planned(entry, { inode, nlink, linkTo: dataPath === entry.path ? null : dataPath });
  });
}
