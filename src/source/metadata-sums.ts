/** The memory that all entries of an archive file hold together, compared with the limits. */
import type { Attributes } from '../tree/attributes.ts';
import type { ArchiveEntry } from './archive-entry.ts';
import { overLimit, type ReadLimits } from './read-limits.ts';

/** Counted for a name, a target or an attribute in addition to its bytes. */
const AROUND_TEXT = 16;

export class MetadataSums {
  readonly #file: string;
  readonly #limits: Pick<ReadLimits, 'entries' | 'metadataSize' | 'sparseSegments'>;
  #entries = 0;
  #metadata = 0;
  #segments = 0;

  /** @param file its name, for messages */
  constructor(file: string, limits: Pick<ReadLimits, 'entries' | 'metadataSize' | 'sparseSegments'>) {
    this.#file = file;
    this.#limits = limits;
  }

  /**
   * @param where the entry, for messages
   * @throws archive-limit
   */
  add({ name, target, attributes, segments }: ArchiveEntry, where: string): void {
    this.#addEntry('');
    this.#addMetadata(sizeOf(name) + sizeOf(target) + sizeOfAll(attributes), where);
    if (segments === null) return;
    this.#segments += segments.length;
    const { sparseSegments } = this.#limits;
    if (this.#segments <= sparseSegments) return;
    const what = `has at least ${this.#segments} segments of sparse files, the limit is ${sparseSegments}`;
    throw overLimit('sparseSegments', what, where);
  }

  /** A directory that the archive lacks and its entries need. @throws archive-limit */
  addImplied(path: string): void {
    this.#addEntry(' with the directories they need');
    this.#addMetadata(sizeOf(path), this.#file);
  }

  /** A name that symlinks changed into another. @throws archive-limit */
  addPlace(path: string, where: string): void {
    this.#addMetadata(sizeOf(path), where);
  }

  #addEntry(which: string): void {
    this.#entries += 1;
    const { entries } = this.#limits;
    if (this.#entries <= entries) return;
    throw overLimit('entries', `has more than ${entries} entries${which}`, this.#file);
  }

  #addMetadata(bytes: number, where: string): void {
    this.#metadata += bytes;
    const { metadataSize } = this.#limits;
    if (this.#metadata <= metadataSize) return;
    const what = `the names, link targets and attributes up to here take ${this.#metadata} bytes, the limit is ${metadataSize}`;
    throw overLimit('metadataSize', what, where);
  }
}

function sizeOf(text: string): number {
  return text === '' ? 0 : text.length + AROUND_TEXT;
}

/** Attributes are shared by the entries of a global pax header, which may be many. */
const sizes = new WeakMap<Attributes, number>();

function sizeOfAll(attributes: Attributes): number {
  if (attributes.size === 0) return 0;
  let size = sizes.get(attributes);
  if (size === undefined) {
    size = 0;
    for (const [name, value] of attributes) size += sizeOf(name) + sizeOf(value);
    sizes.set(attributes, size);
  }
  return size;
}
