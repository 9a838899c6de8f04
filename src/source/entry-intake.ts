import { type ArchiveEnd, type ArchiveEntry, type ArchiveStart, pathOfName } from './archive-entry.ts';
import type { ArchivePlace } from './archive-node.ts';
import type { ArchiveTreeBuilder } from './archive-tree.ts';
import {
  EarlyArchiveFinder,
  type EarlyArchives,
  isLookedForEarly,
  NO_EARLY_ARCHIVES,
} from './early-archives.ts';
import type { EarlyFile } from './early-files.ts';

interface HeldArchive {
  readonly place: ArchivePlace;
  readonly isContinued: boolean;
  readonly entries: ArchiveEntry[];
}

/**
 * Passes the entries of archives on to the tree, except those of early archives. What an archive is may only be known
 * at its end, so entries are held back as long as it may be an early one.
 */
export class EntryIntake {
  readonly #builder: ArchiveTreeBuilder;
  readonly #isMerged: boolean;
  readonly #finder = new EarlyArchiveFinder();
  #current: HeldArchive | undefined;
  #isHolding = false;
  /** Early archives. */
  readonly #held: HeldArchive[] = [];
  #hasTree = false;
  /** Whether the last archive had no trailer, so that the next one may continue its files. */
  #isUnmarked = false;

  /** @param early see ArchiveSourceOptions */
  constructor(builder: ArchiveTreeBuilder, early: 'apart' | 'merged') {
    this.#builder = builder;
    this.#isMerged = early === 'merged';
  }

  start(start: ArchiveStart, place: ArchivePlace): void {
    this.#current = { place, isContinued: this.#isUnmarked, entries: [] };
    this.#isHolding = this.#finder.start(start) && !this.#isMerged;
    if (!this.#isHolding) this.#beginTree();
  }

  /** @throws archive-malformed, archive-not-supported */
  entry(entry: ArchiveEntry): void {
    const { place, entries } = this.#current as HeldArchive;
    if (this.#isHolding) {
      const path = pathOfName(entry.name, `${place.name}: byte ${entry.offset} of the archive`);
      if (!this.#finder.entry(path, entry.type)) {
        entries.push(entry);
        return;
      }
      this.#beginTree();
    }
    this.#take(entry, place);
  }

  end(end: ArchiveEnd): void {
    this.#isUnmarked = !end.endMarked;
    const verdict = this.#finder.end(end);
    if (!this.#isHolding) return;
    if (verdict === 'early') this.#held.push(this.#current as HeldArchive);
    else this.#beginTree();
    this.#isHolding = false;
  }

  /**
   * @param end end of the last archive and its trailing zeros
   * @returns the archives left out of the tree: none where there are only early archives, which then are the tree
   */
  finish(end: number): EarlyArchives {
    if (this.#isMerged) return NO_EARLY_ARCHIVES;
    const found = this.#finder.finish(end);
    if (this.#hasTree) return found;
    for (const { place, isContinued, entries } of this.#held) {
      this.#builder.begin(place, isContinued);
      for (const entry of entries) this.#builder.add(entry);
    }
    return NO_EARLY_ARCHIVES;
  }

  #beginTree(): void {
    this.#isHolding = false;
    this.#hasTree = true;
    this.#add(this.#current as HeldArchive);
  }

  #add({ place, isContinued, entries }: HeldArchive): void {
    this.#builder.begin(place, isContinued);
    for (const entry of entries) this.#take(entry, place);
  }

  #take(entry: ArchiveEntry, place: ArchivePlace): void {
    const file = this.#isMerged ? undefined : this.#earlyFile(entry, place);
    if (file === undefined) this.#builder.add(entry);
    else this.#finder.add(file);
  }

  /** A file that the kernel looks for, in an archive where it does. */
  #earlyFile(entry: ArchiveEntry, { name, base }: ArchivePlace): EarlyFile | undefined {
    const { type, nlink, uid, gid, mtime, size, offset, dataOffset } = entry;
    if (!this.#finder.isFront || type !== 'file' || nlink > 1 || !entry.name.includes('kernel/'))
      return undefined;
    const path = pathOfName(entry.name, `${name}: byte ${offset} of the archive`);
    const start = base + dataOffset;
    return isLookedForEarly(path)
      ? { path, uid, gid, mtime, content: { start, end: start + size } }
      : undefined;
  }
}
