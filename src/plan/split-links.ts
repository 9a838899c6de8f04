/** Hard links are decided about by name. What comes out differently can no longer be one file. */
import type { HardLinkGroup } from '../tree/entry.ts';

/** The names of one inode, in the groups in which they remain. */
export interface SplitGroup {
  /** In tree order of their first names; two or more, of one name or more each. */
  readonly parts: readonly HardLinkGroup[];
  /** The part that the others are split from: the first with the content that the inode has, else the first. */
  readonly remaining: HardLinkGroup;
}

export interface NameOutcome {
  /** Equal for names that come out as equal files. */
  readonly key: string;
  readonly keepsContent: boolean;
}

/**
 * @param paths names of the group that stay files, in tree order
 * @returns undefined where they all come out the same, and so stay one group
 */
export function splitLinks(
  { outside }: HardLinkGroup,
  paths: readonly string[],
  outcomeOf: (path: string) => NameOutcome,
): SplitGroup | undefined {
  const parts = new Map<string, HardLinkGroup>();
  let remaining: HardLinkGroup | undefined;
  for (const path of paths) {
    const { key, keepsContent } = outcomeOf(path);
    let part = parts.get(key);
    if (part === undefined) {
      part = { paths: [], outside };
      parts.set(key, part);
      if (keepsContent) remaining ??= part;
    }
    part.paths.push(path);
  }
  const [first] = parts.values();
  if (first === undefined || parts.size < 2) return undefined;
  return { parts: [...parts.values()], remaining: remaining ?? first };
}
