/** Writes entries of an archive into a directory: never through a symlink, never above it. */
import { closeSync, fchmodSync } from 'node:fs';
import type { AttributeSettings } from '../normalize/attributes.ts';
import { childPath, DescriptorStack } from '../source/descriptors.ts';
import type { ArchivedTree } from '../source/open-source.ts';
import { JOURNAL_DIRECTORY, type Warning } from '../source/source.ts';
import { loadXattrPackage, type XattrPackage } from '../source/xattr-package.ts';
import type { Entry, HardLinkGroup } from '../tree/entry.ts';
import { nameOf, parentOf } from '../tree/path.ts';
import { ExtractedAttributes } from './attributes.ts';
import { type FileIdentity, FileWriter } from './file-writer.ts';
import { extractFailed, Metadata } from './metadata.ts';
import { OutputTree, openOutputRoot } from './output-tree.ts';

export interface ExtractOptions {
  /** Replace existing files; existing directories stay, including contents that the archive does not have. */
  readonly force: boolean;
  /** Set owners and make device nodes; only root can. Default: whether this is root. */
  readonly privileged?: boolean;
  /** Give the directory itself the archive's metadata for the root. */
  readonly root?: boolean;
  /** Which extended attributes are restored. */
  readonly attributes: AttributeSettings;
  /** How they are set. Default: with the optional package, if it is installed. */
  readonly xattr?: XattrPackage | undefined;
  readonly signal?: AbortSignal;
  /** Called now and then with the number of entries written. */
  readonly onProgress?: (entries: number) => void;
}

export interface ExtractResult {
  /** Entries written, without those left out. */
  readonly entries: number;
  /** Bytes of contents; a file with several names counts once. */
  readonly bytes: number;
  readonly warnings: readonly Warning[];
}

/**
 * @param entries of the source's tree, in its order
 * @param directory created if missing
 * @throws output-refused, output-exists, output-failed, source-changed; whatever `signal` was aborted with
 */
export async function extract(
  source: ArchivedTree,
  entries: Iterable<Entry>,
  directory: string,
  options: ExtractOptions,
): Promise<ExtractResult> {
  const root = openOutputRoot(directory);
  const extraction = new Extraction(source, directory, root, options);
  try {
    return await extraction.run(entries);
  } finally {
    extraction.close();
    closeSync(root);
  }
}

/** Entries and bytes after which a signal gets its turn. */
const TURN_ENTRIES = 256;
const TURN_BYTES = 64 * 1024 * 1024;

interface WrittenFile extends FileIdentity {
  readonly path: string;
}

class Extraction {
  readonly #source: ArchivedTree;
  readonly #name: string;
  readonly #root: number;
  readonly #options: ExtractOptions;
  readonly #privileged: boolean;
  readonly #warnings: Warning[] = [];
  readonly #tree: OutputTree;
  /** Directories of names to which others get linked. */
  readonly #linked: DescriptorStack;
  readonly #attributes: ExtractedAttributes;
  readonly #metadata: Metadata;
  readonly #writer: FileWriter;
  readonly #written = new Map<HardLinkGroup, WrittenFile>();
  #bytes = 0;

  constructor(source: ArchivedTree, name: string, root: number, options: ExtractOptions) {
    this.#source = source;
    this.#name = name;
    this.#root = root;
    this.#options = options;
    this.#privileged = options.privileged ?? process.geteuid?.() === 0;
    this.#tree = new OutputTree(name, root);
    this.#linked = new DescriptorStack(root);
    const xattr = 'xattr' in options ? options.xattr : loadXattrPackage();
    this.#attributes = new ExtractedAttributes(source, options.attributes, xattr, this.#privileged);
    this.#metadata = new Metadata(this.#privileged, this.#attributes, this.#warnings);
    this.#writer = new FileWriter(name, this.#metadata, this.#attributes, options.force);
  }

  async run(entries: Iterable<Entry>): Promise<ExtractResult> {
    let count = 0;
    let turnBytes = 0;
    if (this.#options.root === true) this.#removeLists(this.#root, '');
    for (const entry of entries) {
      if (isOfJournal(entry)) this.#reportJournal(entry);
      else if (this.#write(entry)) count += 1;
      if (count % TURN_ENTRIES !== 0 && this.#bytes - turnBytes < TURN_BYTES) continue;
      turnBytes = this.#bytes;
      this.#options.onProgress?.(count);
      await new Promise(setImmediate);
      this.#options.signal?.throwIfAborted();
    }
    this.#tree.finish();
    if (this.#options.root === true) this.#finishRoot();
    this.#metadata.finish();
    return { entries: count, bytes: this.#bytes, warnings: this.#warnings };
  }

  close(): void {
    this.#tree.close();
    this.#linked.close();
  }

  #reportJournal({ path }: Entry): void {
    if (path !== JOURNAL_DIRECTORY) return;
    const message =
      'left out: it belongs to a finalize that was interrupted elsewhere, which must not be completed here';
    this.#warnings.push({ code: 'journal-skipped', path, message });
  }

  #finishRoot(): void {
    try {
      this.#metadata.setDirectory(this.#root, this.#source.tree.root);
    } catch (cause) {
      throw extractFailed(this.#name, '', 'owner, mode or time cannot be set', cause);
    }
  }

  /** What is made in a directory must not inherit its lists: the archive has those of every entry. */
  #removeLists(descriptor: number, path: string): void {
    try {
      this.#attributes.removeLists(descriptor);
    } catch (cause) {
      throw extractFailed(this.#name, path, 'access lists cannot be removed', cause);
    }
  }

  /** @returns whether the entry now exists */
  #write(entry: Entry): boolean {
    if (entry.type === 'directory') {
      this.#tree.enter(entry, setUsualMode, (descriptor) => this.#metadata.setDirectory(descriptor, entry));
      this.#removeLists(this.#tree.directory(entry.path, setUsualMode), entry.path);
      return true;
    }
    const directory = this.#tree.directory(parentOf(entry.path), setUsualMode);
    try {
      return this.#writeInto(directory, nameOf(entry.path), entry);
    } catch (cause) {
      throw extractFailed(this.#name, entry.path, 'cannot be written', cause);
    }
  }

  #writeInto(directory: number, name: string, entry: Entry): boolean {
    switch (entry.type) {
      case 'symlink':
      case 'file':
        this.#writeOrLink(directory, name, entry);
        return true;
      default:
        return this.#writeSpecial(directory, name, entry);
    }
  }

  /** The first name of a file that is extracted has its content; the others are linked to it. */
  #writeOrLink(directory: number, name: string, entry: Entry): void {
    const { links } = entry;
    const first = links === null ? undefined : this.#written.get(links);
    if (first !== undefined && this.#link(directory, name, entry, first)) return;
    const identity =
      entry.type === 'file'
        ? this.#writer.writeFile(directory, name, entry, this.#source)
        : this.#writer.writeSymlink(directory, name, entry);
    this.#bytes += entry.size;
    if (links !== null && first === undefined) this.#written.set(links, { ...identity, path: entry.path });
  }

  #link(directory: number, name: string, entry: Entry, first: WrittenFile): boolean {
    const from = childPath(this.#linked.directory(parentOf(first.path)), nameOf(first.path));
    if (this.#writer.link(directory, name, entry, from, first)) return true;
    const message = 'extracted as a copy: the filesystem refused the hard link';
    this.#warnings.push({ code: 'hard-link-copied', path: entry.path, message });
    return false;
  }

  #writeSpecial(directory: number, name: string, entry: Entry): boolean {
    const why =
      entry.type !== 'fifo' && !this.#privileged
        ? 'only root can create device nodes'
        : this.#writer.writeSpecial(directory, name, entry);
    if (why === undefined) return true;
    const what = entry.type === 'fifo' ? 'FIFO' : 'device node';
    this.#warnings.push({ code: 'device-skipped', path: entry.path, message: `${what} left out: ${why}` });
    return false;
  }
}

/** In the root of a tree, the next finalize would read it as its own. */
function isOfJournal({ path }: Entry): boolean {
  return path === JOURNAL_DIRECTORY || path.startsWith(`${JOURNAL_DIRECTORY}/`);
}

/** For a directory that is needed but was not requested. */
function setUsualMode(descriptor: number): void {
  fchmodSync(descriptor, 0o755);
}
