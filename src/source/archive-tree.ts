/**
 * Builds a Tree from entries of archives, as the kernel or tar would unpack them: a later entry replaces
 * an earlier one, and names of one file share it. Metadata only; no I/O.
 */
import type { StillrootError } from '../errors.ts';
import type { Attributes } from '../tree/attributes.ts';
import type { Entry, EntryType, HardLinkGroup } from '../tree/entry.ts';
import { comparePaths, parentOf } from '../tree/path.ts';
import { Tree } from '../tree/tree.ts';
import { type ArchiveEntry, pathOfName, showName } from './archive-entry.ts';
import {
  type ArchivePlace,
  type ContentPlace,
  checkedType,
  impliedDirectory,
  makeNode,
  malformedEntry,
  type Node,
  setContent,
  toEntry,
} from './archive-node.ts';
import { EntryWarnings } from './entry-warnings.ts';
import { LinkedDirectories } from './linked-directories.ts';
import { MetadataSums } from './metadata-sums.ts';
import type { ReadLimits } from './read-limits.ts';
import type { Warning } from './source.ts';

export interface ArchiveTree {
  /** Attributes of the entries that have any, including the root if the archive has one. */
  readonly attributes: ReadonlyMap<Entry, Attributes>;
  readonly tree: Tree;
  /** Places of the files that have content; all names of one file have the same. */
  readonly places: ReadonlyMap<Entry, ContentPlace>;
  readonly warnings: readonly Warning[];
  /** Whether an archive has an entry for the root itself. */
  readonly hasRoot: boolean;
}

type TreeLimits = Pick<ReadLimits, 'entries' | 'uncompressedSize' | 'metadataSize' | 'sparseSegments'>;

export class ArchiveTreeBuilder {
  /** Limit for one file; the total is counted when files are read, see Expansion. */
  readonly #fileSize: number;
  readonly #sums: MetadataSums;
  readonly #nodes = new Map<string, Node>();
  readonly #directories = new LinkedDirectories((path) => {
    const node = this.#nodes.get(path);
    return node?.type === 'symlink' ? node.target : undefined;
  });
  readonly #warnings = new EntryWarnings();
  #root: Node | undefined;
  #archive: ArchivePlace = { name: '', base: 0, spooled: false };
  /** By type, device and inode. The kernel forgets them at a trailer, since the next archive may use the same numbers. */
  readonly #links = new Map<string, Node>();

  /** @param name of the file, for messages */
  constructor(name: string, limits: TreeLimits) {
    this.#fileSize = limits.uncompressedSize;
    this.#sums = new MetadataSums(name, limits);
  }

  /**
   * The entries that follow belong to this archive.
   *
   * @param isContinued whether the archive before it had no trailer, so that both may name the same file
   */
  begin(archive: ArchivePlace, isContinued = false): void {
    this.#archive = archive;
    if (!isContinued) this.#links.clear();
  }

  /** @throws archive-malformed, archive-not-supported */
  add(entry: ArchiveEntry): void {
    const where = this.#where(entry.offset);
    const path = this.#place(pathOfName(entry.name, where), where);
    this.#warnings.see(entry.name);
    const type = checkedType(entry, path, this.#fileSize, where);
    this.#sums.add(entry, where);
    if (path === '') this.#setRoot(entry, where);
    else if (entry.hardLink !== undefined) this.#addHardLink(path, entry, entry.hardLink, where);
    else if (type === 'socket') this.#warnings.socket(path);
    else this.#addNode(path, entry, type);
  }

  /** @throws archive-malformed, archive-limit */
  finish(): ArchiveTree {
    const paths = this.#sortedPaths();
    const groups = new Map<Node, HardLinkGroup>();
    for (const path of paths) {
      const node = this.#nodes.get(path) as Node;
      if (node.names < 2 && node.nlink < 2) continue;
      const group = groups.get(node);
      if (group !== undefined) group.paths.push(path);
      else groups.set(node, { paths: [path], outside: Math.max(0, node.nlink - node.names) });
    }
    const places = new Map<Entry, ContentPlace>();
    const attributes = new Map<Entry, Attributes>();
    const entries = paths.map((path) => {
      const node = this.#nodes.get(path) as Node;
      if (node.type === 'symlink' && node.target === '') throw this.#emptyTarget(path, node);
      const entry = toEntry(path, node, groups.get(node) ?? null);
      if (node.place !== null && node.type === 'file') places.set(entry, node.place);
      if (node.attributes.size > 0) {
        attributes.set(entry, node.attributes);
        this.#warnings.attributes(path, node.attributes);
      }
      return entry;
    });
    const root = toEntry('', this.#root ?? impliedDirectory(), null);
    if (this.#root !== undefined) attributes.set(root, this.#root.attributes);
    return {
      tree: new Tree(root, entries),
      places,
      attributes,
      warnings: this.#warnings.list(),
      hasRoot: this.#root !== undefined,
    };
  }

  /** Where a name leads through the symlinks that exist now. */
  #place(path: string, where: string): string {
    const place = this.#directories.placeOf(path);
    if (place === undefined) {
      throw malformedEntry(
        `${showName(path)} lies below a symlink that loops, or through more than 40 others`,
        where,
        'Linux does not follow such a link either; leave it or the entry out when you write the archive.',
      );
    }
    if (place !== path) {
      // A short name may lead to a long one, and millions of them.
      this.#sums.addPlace(place, where);
      this.#warnings.throughLink(path, place);
    }
    return place;
  }

  #setRoot(entry: ArchiveEntry, where: string): void {
    if (entry.type !== 'directory' || entry.hardLink !== undefined) {
      throw malformedEntry(`the root of the tree is a ${entry.type}, wanted a directory`, where);
    }
    this.#root = makeNode(entry, 'directory', this.#archive);
  }

  /** tar: another name of an earlier entry. Its own metadata is the same, or out of date. */
  #addHardLink(path: string, entry: ArchiveEntry, hardLink: string, where: string): void {
    const target = this.#place(pathOfName(hardLink, where), where);
    const node = this.#nodes.get(target);
    const link = `${showName(path)} is a hard link to ${showName(target)}`;
    if (node === undefined) {
      throw malformedEntry(`${link}, which is not in the archive before it`, where);
    }
    if (node.type === 'directory') throw malformedEntry(`${link}, which is a directory`, where);
    if (path === target) return;
    this.#replace(path);
    node.names += 1;
    // Some writers store the content with every name; it is the same.
    if (entry.size > 0) setContent(node, entry, this.#archive);
    this.#set(path, node);
  }

  #addNode(path: string, entry: ArchiveEntry, type: EntryType): void {
    const existing = this.#nodes.get(path);
    if (entry.size > 0 && type !== 'file' && type !== 'symlink') {
      this.#warnings.ignoredData(path, type, entry.size);
    }
    if (type === 'directory' && existing?.type === 'directory') {
      if (existing.mode !== entry.mode || existing.uid !== entry.uid || existing.gid !== entry.gid) {
        this.#warnings.duplicateDirectory(path);
      }
      this.#nodes.set(path, makeNode(entry, type, this.#archive));
      return;
    }
    const key = type === 'directory' || entry.identity === '' ? '' : `${type} ${entry.identity}`;
    const linked = this.#sameFile(key, entry);
    const isAgain = linked !== undefined && existing === linked;
    // mkinitcpio puts the links of its tree into both of its archives.
    const isSameLink = existing?.type === 'symlink' && type === 'symlink' && isSame(existing, entry);
    this.#replace(path, isSameLink);
    const node = makeNode(entry, type, this.#archive);
    // Unlinked again: this was its only name.
    if (linked === undefined || (isAgain && linked.names === 0)) {
      if (linked !== undefined && entry.size === 0) this.#keepContent(node, linked);
      if (key !== '') this.#links.set(key, node);
      this.#set(path, node);
      return;
    }
    const names = linked.names + 1;
    // As in the kernel: metadata of the last name, content of the last name that has any; special files are only linked.
    if (type === 'file' || type === 'symlink') {
      const { size, place, target } = linked;
      Object.assign(linked, node, { names }, entry.size > 0 ? {} : { size, place, target });
    } else linked.names = names;
    this.#set(path, linked);
  }

  /** The file that the entry is a hard link to. busybox stores the target of a symlink with its last name only. */
  #sameFile(key: string, { target }: ArchiveEntry): Node | undefined {
    const linked = key === '' ? undefined : this.#links.get(key);
    const isOther = linked !== undefined && linked.target !== '' && target !== '' && linked.target !== target;
    return isOther ? undefined : linked;
  }

  #set(path: string, node: Node): void {
    if (node.type === 'symlink') this.#directories.forget();
    this.#nodes.set(path, node);
  }

  #keepContent(node: Node, from: Node): void {
    node.size = from.size;
    node.place = from.place;
    node.target = from.target;
  }

  /** Removes whatever has this name. Whether anything is below it is checked at the end. */
  #replace(path: string, isSame = false): void {
    const existing = this.#nodes.get(path);
    if (existing === undefined) return;
    existing.names -= 1;
    if (existing.type === 'symlink') this.#directories.forget();
    if (!isSame) this.#warnings.duplicate(path);
  }

  /** In tree order, with directories that the archive implies. */
  #sortedPaths(): string[] {
    const nodes = this.#nodes;
    let isSorted = true;
    let previous = '';
    for (const path of [...nodes.keys()]) {
      isSorted &&= comparePaths(previous, path) < 0;
      previous = path;
      let at = path;
      for (let parent = parentOf(at); parent !== ''; parent = parentOf(at)) {
        const found = nodes.get(parent);
        if (found !== undefined) {
          if (found.type !== 'directory') throw this.#belowFile(at, nodes.get(path) as Node, parent, found);
          break;
        }
        this.#sums.addImplied(parent);
        nodes.set(parent, impliedDirectory());
        isSorted = false;
        this.#warnings.impliedDirectory(parent);
        at = parent;
      }
    }
    const paths = [...nodes.keys()];
    return isSorted ? paths : sortPaths(paths);
  }

  #belowFile(path: string, node: Node, parent: string, found: Node): StillrootError {
    return malformedEntry(
      `${showName(path)} lies below ${showName(parent)}, which is a ${found.type}, not a directory`,
      this.#whereOf(node),
      `Linux drops one of the two when it unpacks them; leave out the ${found.type}, or everything below it, when you write the archive.`,
    );
  }

  #emptyTarget(path: string, node: Node): StillrootError {
    return malformedEntry(
      `${showName(path)} is a symlink with an empty target, which Linux cannot create`,
      this.#whereOf(node),
      'Leave it out when you write the archive, or give it a target.',
    );
  }

  #whereOf({ archive = this.#archive, offset }: Node): string {
    return `${archive.name}: byte ${offset} of the archive`;
  }

  #where(offset: number): string {
    return `${this.#archive.name}: byte ${offset} of the archive`;
  }
}

/**
 * Sorts into tree order, see comparePaths. With NUL, which no path contains, in place of the slash, the native comparison
 * gives that order, and is many times faster than a comparison function.
 */
export function sortPaths(paths: readonly string[]): string[] {
  return paths.map(toKey).sort().map(fromKey);
}

function toKey(path: string): string {
  return path.replaceAll('/', '\0');
}

function fromKey(key: string): string {
  return key.replaceAll('\0', '/');
}

function isSame(link: Node, { target, uid, gid }: ArchiveEntry): boolean {
  return link.target === target && link.uid === uid && link.gid === gid;
}
