/**
 * Lays the layers of a container image one over the other, as the OCI image-spec has it (layer.md, "Applying Changesets"),
 * in memory: names, links and places of contents only. Where the specification is silent, names mean what umoci and
 * containerd make of them: links among the directories of a name are followed inside the tree, and the last
 * component never is.
 */
import type { StillrootError } from '../../errors.ts';
import type { Attributes } from '../../tree/attributes.ts';
import type { Entry, EntryType, HardLinkGroup } from '../../tree/entry.ts';
import { joinPath, nameOf, parentOf } from '../../tree/path.ts';
import { Tree } from '../../tree/tree.ts';
import { type ArchiveEntry, pathOfName, showName } from '../archive-entry.ts';
import {
  type ArchivePlace,
  checkedType,
  impliedDirectory,
  makeNode,
  malformedEntry,
  type Node,
  setContent,
  toEntry,
} from '../archive-node.ts';
import { EntryWarnings } from '../entry-warnings.ts';
import { MetadataSums } from '../metadata-sums.ts';
import type { ReadLimits } from '../read-limits.ts';
import type { Warning } from '../source.ts';
import { type Branch, childrenOf, collect, type Place, walk } from './branch.ts';
import { type Deletion, deletionOf, isAufsMetadata } from './whiteouts.ts';

/** What is known of a path of the flattened tree besides its entry. */
export interface LayeredEntry {
  /** Index of the layer that the path comes from. */
  readonly layer: number;
  readonly node: Node;
}

export interface FlattenedTree {
  readonly tree: Tree;
  readonly origins: ReadonlyMap<Entry, LayeredEntry>;
  readonly attributes: ReadonlyMap<Entry, Attributes>;
  readonly warnings: readonly Warning[];
  /** Whether any layer has an entry for the root itself. */
  readonly hasRoot: boolean;
  /** Index of the layer that removed a path last; undefined where none did. Whatever is below such a path went with it. */
  removedIn(path: string): number | undefined;
}

export class LayeredTree {
  readonly #fileSize: number;
  readonly #sums: MetadataSums;
  readonly #root: Branch = { node: impliedDirectory(), layer: 0, children: new Map() };
  readonly #warnings = new EntryWarnings();
  #archive: ArchivePlace = { name: '', base: 0, spooled: false };
  #layer = -1;
  /** Entries of the current layer, in order, until the deletions among them are known. */
  #entries: ArchiveEntry[] = [];
  #deletions: { readonly deletion: Deletion; readonly where: string }[] = [];
  /** What this layer has removed from those below, for hard links to it. */
  #removed = new Map<string, Branch>();
  /** Files that old AUFS layers keep aside as targets of hard links, by path. */
  #aside = new Map<string, Node>();
  /** Last layer that removed a path, and that emptied a directory. */
  readonly #removedIn = new Map<string, number>();
  readonly #emptiedIn = new Map<string, number>();
  /** Most entries share their directory with the one before. Cleared when a link or a directory is replaced. */
  readonly #places = new Map<string, Place>();

  /** @param name of the image, for messages */
  constructor(
    name: string,
    limits: Pick<ReadLimits, 'entries' | 'uncompressedSize' | 'metadataSize' | 'sparseSegments'>,
  ) {
    this.#fileSize = limits.uncompressedSize;
    this.#sums = new MetadataSums(name, limits);
  }

  /** The entries that follow belong to the next layer, whose contents are there. */
  beginLayer(archive: ArchivePlace): void {
    this.#archive = archive;
    this.#layer += 1;
    this.#entries = [];
    this.#deletions = [];
    this.#removed = new Map();
    this.#aside = new Map();
  }

  /** @throws archive-malformed, archive-limit */
  add(entry: ArchiveEntry): void {
    const where = this.#where(entry.offset);
    const path = pathOfName(entry.name, where);
    const deletion = deletionOf(path, where);
    this.#sums.add(entry, where);
    if (isAufsMetadata(path)) {
      if (entry.type === 'file') this.#aside.set(path, makeNode(entry, 'file', this.#archive));
    } else if (deletion !== undefined) this.#deletions.push({ deletion, where });
    else this.#entries.push(entry);
  }

  /**
   * Applies the layer: first what it deletes, which is only ever of lower layers wherever it stands, then its entries.
   *
   * @throws archive-malformed, archive-not-supported, archive-limit
   */
  endLayer(): void {
    if (this.#deletions.length > 0) this.#delete();
    for (const entry of this.#entries) this.#apply(entry);
    this.#entries = [];
  }

  /** @throws archive-malformed */
  finish(): FlattenedTree {
    const found: { readonly path: string; readonly branch: Branch }[] = [];
    collect(this.#root, '', (path, branch) => void found.push({ path, branch }));
    const names = new Map<Node, HardLinkGroup>();
    for (const { path, branch } of found) {
      if (branch.node.type === 'directory') continue;
      const group = names.get(branch.node);
      if (group === undefined) names.set(branch.node, { paths: [path], outside: 0 });
      else group.paths.push(path);
    }
    const origins = new Map<Entry, LayeredEntry>();
    const attributes = new Map<Entry, Attributes>();
    const entryOf = (path: string, { node, layer }: Branch): Entry => {
      const group = names.get(node);
      const entry = toEntry(path, node, group !== undefined && group.paths.length > 1 ? group : null);
      origins.set(entry, { layer, node });
      if (node.attributes.size > 0) {
        attributes.set(entry, node.attributes);
        if (path !== '') this.#warnings.attributes(path, node.attributes);
      }
      if (node.archive === undefined && path !== '') this.#warnings.impliedDirectory(path);
      return entry;
    };
    const root = entryOf('', this.#root);
    const tree = new Tree(
      root,
      found.map(({ path, branch }) => entryOf(path, branch)),
    );
    return {
      tree,
      origins,
      attributes,
      warnings: this.#warnings.list(),
      hasRoot: this.#root.node.archive !== undefined,
      removedIn: (path) => this.#layerThatRemoved(path),
    };
  }

  #delete(): void {
    // Lower links that this layer replaces by directories lead nowhere for it.
    const own = new Set<string>();
    for (const { name, type, offset } of this.#entries) {
      if (type === 'directory') own.add(pathOfName(name, this.#where(offset)));
    }
    for (const { deletion, where } of this.#deletions) {
      const { directory } = deletion;
      const place = this.#find(directory, where, own);
      const children = place?.branch?.children;
      if (place === undefined || children === undefined) continue;
      if (deletion.kind === 'opaque') {
        for (const [name, branch] of children) this.#removed.set(joinPath(place.path, name), branch);
        children.clear();
        this.#emptiedIn.set(place.path, this.#layer);
      } else {
        const path = joinPath(place.path, deletion.name);
        const branch = children.get(deletion.name);
        if (branch === undefined) continue;
        this.#removed.set(path, branch);
        children.delete(deletion.name);
        this.#removedIn.set(path, this.#layer);
      }
      this.#places.clear();
    }
  }

  #apply(entry: ArchiveEntry): void {
    const where = this.#where(entry.offset);
    const named = pathOfName(entry.name, where);
    const type = checkedType(entry, named, this.#fileSize, where);
    this.#warnings.see(entry.name);
    if (named === '') {
      this.#setRoot(entry, type, where);
      return;
    }
    if (type === 'socket' && entry.hardLink === undefined) {
      this.#warnings.socket(named);
      return;
    }
    const directory = this.#make(parentOf(named), where);
    const path = joinPath(directory.path, nameOf(named));
    if (path !== named) {
      this.#sums.addPlace(path, where);
      this.#warnings.throughLink(named, path);
    }
    const { branch } = directory;
    if (branch?.children === undefined) throw belowFile(path, directory, where);
    if (entry.hardLink === undefined) this.#set(branch.children, path, entry, type);
    else this.#link(branch.children, path, entry, entry.hardLink, where);
  }

  #setRoot(entry: ArchiveEntry, type: EntryType, where: string): void {
    if (type !== 'directory' || entry.hardLink !== undefined) {
      throw malformedEntry(`the root of the tree is a ${type}, wanted a directory`, where);
    }
    this.#root.node = makeNode(entry, type, this.#archive);
    this.#root.layer = this.#layer;
  }

  #set(children: Map<string, Branch>, path: string, entry: ArchiveEntry, type: EntryType): void {
    const name = nameOf(path);
    const existing = children.get(name);
    if (entry.size > 0 && type !== 'file' && type !== 'symlink') {
      this.#warnings.ignoredData(path, type, entry.size);
    }
    const node = makeNode(entry, type, this.#archive);
    if (type === 'directory' && existing?.children !== undefined) {
      // Its children stay: a layer names a directory again for its metadata.
      const { mode, uid, gid } = existing.node;
      const isAgain = existing.layer === this.#layer && existing.node.archive !== undefined;
      if (isAgain && (mode !== node.mode || uid !== node.uid || gid !== node.gid)) {
        this.#warnings.duplicateDirectory(path);
      }
      existing.node = node;
      existing.layer = this.#layer;
      return;
    }
    this.#replace(children, path, { node, layer: this.#layer, children: childrenOf(type) });
  }

  /** Another name of a file of this layer or of one below it. Its own metadata is the same, or out of date. */
  #link(
    children: Map<string, Branch>,
    path: string,
    entry: ArchiveEntry,
    target: string,
    where: string,
  ): void {
    const named = pathOfName(target, where);
    const place = this.#find(parentOf(named), where);
    const at = joinPath(place?.path ?? parentOf(named), nameOf(named));
    const node =
      this.#aside.get(named) ??
      place?.branch?.children?.get(nameOf(named))?.node ??
      this.#removedAt(at)?.node;
    const link = `${showName(path)} is a hard link to ${showName(at)}`;
    if (node === undefined) {
      throw malformedEntry(`${link}, which is in no layer before it`, where);
    }
    if (node.type === 'directory') throw malformedEntry(`${link}, which is a directory`, where);
    // What has the name is removed first: with it, itself and what is below it.
    if (at === path || at.startsWith(`${path}/`)) throw malformedEntry(`${link}, which it replaces`, where);
    if (children.get(nameOf(path))?.node === node) return;
    // Some writers store the content with every name; it is the same.
    if (entry.size > 0 && node.type === 'file') setContent(node, entry, this.#archive);
    this.#replace(children, path, { node, layer: this.#layer, children: undefined });
  }

  #replace(children: Map<string, Branch>, path: string, branch: Branch): void {
    const name = nameOf(path);
    const existing = children.get(name);
    if (existing !== undefined) {
      if (existing.layer === this.#layer) this.#warnings.duplicate(path);
      if (existing.children !== undefined) this.#emptiedIn.set(path, this.#layer);
    }
    const isWay = (each: Branch | undefined): boolean =>
      each !== undefined && (each.node.type === 'symlink' || each.children !== undefined);
    if (isWay(existing) || branch.node.type === 'symlink') this.#places.clear();
    children.set(name, branch);
  }

  /** What this layer has removed at a path, or above it. */
  #removedAt(path: string): Branch | undefined {
    for (let above = path; above !== ''; above = parentOf(above)) {
      const branch = this.#removed.get(above);
      if (branch === undefined) continue;
      if (above === path) return branch;
      let at: Branch | undefined = branch;
      for (const name of path.slice(above.length + 1).split('/')) at = at?.children?.get(name);
      if (at !== undefined) return at;
    }
    return undefined;
  }

  #layerThatRemoved(path: string): number | undefined {
    let found: number | undefined;
    const note = (layer: number | undefined): void => {
      if (layer !== undefined && (found === undefined || layer > found)) found = layer;
    };
    for (let above = path; above !== ''; above = parentOf(above)) {
      note(this.#removedIn.get(above));
      note(this.#emptiedIn.get(parentOf(above)));
    }
    return found;
  }

  /**
   * The directory that a path leads to; undefined where it leads nowhere.
   *
   * @param blocked see WalkOptions
   */
  #find(directory: string, where: string, blocked?: ReadonlySet<string>): Place | undefined {
    const place = walk(this.#root, directory, { blocked });
    if (place === 'loop') throw loopingLink(directory, where);
    return place;
  }

  /** The same, with directories made that no layer names. */
  #make(directory: string, where: string): Place {
    const known = this.#places.get(directory);
    if (known !== undefined) return known;
    const make = (path: string, siblings: Map<string, Branch>): Branch => {
      this.#sums.addImplied(path);
      const branch = { node: impliedDirectory(), layer: this.#layer, children: new Map<string, Branch>() };
      siblings.set(nameOf(path), branch);
      return branch;
    };
    const place = walk(this.#root, directory, { make });
    if (place === 'loop' || place === undefined) throw loopingLink(directory, where);
    this.#places.set(directory, place);
    return place;
  }

  #where(offset: number): string {
    return `${this.#archive.name}: byte ${offset} of the layer`;
  }
}

function belowFile(path: string, { path: file }: Place, where: string): StillrootError {
  return malformedEntry(
    `${showName(path)} lies below ${showName(file)}, which is not a directory`,
    where,
    'No layer makes a directory of it; the image is damaged or crafted.',
  );
}

function loopingLink(directory: string, where: string): StillrootError {
  return malformedEntry(
    `${showName(directory)} leads through a symlink that loops, or through more than 40 others`,
    where,
    'Linux does not follow such a link either; the image is damaged or crafted.',
  );
}
