/**
 * Hard links in the archive. Rules decide about single names, so the names of one file may come out differently, and then
 * are no longer one file.
 */
import {
  type HardLinkPolicy,
  type LinkData,
  type LinkNumbers,
  type NameOutcome,
  numberHardLinks,
  type PathHash,
  splitLinks,
} from '../normalize/hard-links.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import type { Tree } from '../tree/tree.ts';

export interface LinkSettings {
  readonly hardLinks: HardLinkPolicy;
  /** The name of a group that has the data in the archive that is written. Default: the last, as in newc. */
  readonly linkData?: LinkData;
}

/** What happens to the names of the tree. */
export interface NameDecisions {
  /** Paths that rules decide about; the names of a group without any come out the same. */
  readonly decided: Iterable<string>;
  /** Whether a file reaches the archive as a file. */
  staysFile(path: string): boolean;
  outcomeOf(origin: Entry): NameOutcome;
}

export class PlannedLinks {
  readonly #tree: Tree;
  /** For names of groups with different outcomes: the names that stay one file with each. */
  readonly #parts = new Map<string, HardLinkGroup>();
  readonly #numbers: ReadonlyMap<HardLinkGroup, LinkNumbers>;

  /** @param onSplit is called for each name that is split from the rest of its group */
  constructor(
    tree: Tree,
    decisions: NameDecisions,
    settings: LinkSettings,
    hash: PathHash,
    onSplit: (path: string) => void,
  ) {
    this.#tree = tree;
    const keeps = settings.hardLinks === 'keep';
    if (keeps) this.#split(decisions, onSplit);
    this.#numbers = keeps ? numberHardLinks(this.#kept(decisions), hash, settings.linkData) : new Map();
  }

  /** The names that are one file with this one in the archive; null for a name split off from all others. */
  groupOf({ path, links }: Entry): HardLinkGroup | null {
    const part = this.#parts.get(path);
    if (part === undefined) return links;
    return part.paths.length === 1 ? null : part;
  }

  /** @returns undefined for a group of which fewer than two names reach the archive */
  numbersOf(group: HardLinkGroup): LinkNumbers | undefined {
    return this.#numbers.get(group);
  }

  /** Names that share an inode with this one in the source but are separate files in the archive, in tree order. */
  splitFrom(path: string): readonly string[] {
    const own = this.#parts.get(path);
    if (own === undefined) return [];
    const names = this.#tree.get(path)?.links?.paths ?? [];
    return names.filter((name) => this.#parts.has(name) && this.#parts.get(name) !== own);
  }

  #split(decisions: NameDecisions, onSplit: (path: string) => void): void {
    const tree = this.#tree;
    const seen = new Set<HardLinkGroup>();
    for (const path of decisions.decided) {
      const origin = tree.get(path);
      const links = origin?.links ?? null;
      if (links === null || origin?.type !== 'file' || seen.has(links)) continue;
      seen.add(links);
      const staying = links.paths.filter((name) => decisions.staysFile(name));
      const split = splitLinks(links, staying, (name) => decisions.outcomeOf(tree.get(name) as Entry));
      for (const part of split?.parts ?? []) {
        for (const name of part.paths) {
          this.#parts.set(name, part);
          if (part !== split?.remaining) onSplit(name);
        }
      }
    }
  }

  /** The groups of the archive with their names there, in tree order. */
  #kept({ staysFile }: NameDecisions): Map<HardLinkGroup, string[]> {
    const kept = new Map<HardLinkGroup, string[]>();
    for (const entry of this.#tree.entries) {
      const { path, type } = entry;
      const links = entry.links === null ? null : this.groupOf(entry);
      if (links === null || type !== 'file' || !staysFile(path)) continue;
      const paths = kept.get(links);
      if (paths === undefined) kept.set(links, [path]);
      else paths.push(path);
    }
    return kept;
  }
}
