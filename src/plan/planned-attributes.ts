/** The extended attributes that reach an archive. */
import { StillrootError } from '../errors.ts';
import type { AttributeSettings } from '../normalize/attributes.ts';
import { KeptAttributes } from '../normalize/kept-attributes.ts';
import type { Source, Warning } from '../source/source.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';

/** Bytes of the names and values of all entries together: they are held until the archive is written. */
const BYTES_MAXIMUM: number = 256 * 1024 * 1024;

export class PlannedAttributes {
  readonly #source: Source;
  readonly #kept: KeptAttributes;
  readonly #byPath = new Map<string, Attributes>();
  #bytes = 0;

  /** Reads nothing yet. */
  constructor(source: Source, settings: AttributeSettings) {
    this.#source = source;
    this.#kept = new KeptAttributes(settings);
  }

  /**
   * Reads the attributes of an entry. They are read once, so that every pass over the entries sees the same.
   *
   * @param isChanged whether it has another content in the image
   * @throws StillrootError where they cannot be read, or all together are too large
   */
  add(entry: Entry, isChanged: boolean): void {
    const { path } = entry;
    const kept = this.#kept.of(path, (isWanted) => this.#source.attributesOf?.(entry, isWanted), isChanged);
    if (kept.size === 0) return;
    for (const [name, value] of kept) this.#bytes += name.length + value.length;
    if (this.#bytes > BYTES_MAXIMUM) {
      throw new StillrootError(
        'archive-limit',
        `the extended attributes of the tree up to here take ${this.#bytes} bytes, the limit is ${BYTES_MAXIMUM}`,
        { where: showPath(path), hint: 'Leave them out with --policy extended-attributes=drop.' },
      );
    }
    this.#byPath.set(path, kept);
  }

  /** Those of an entry that are kept, sorted by name. */
  of(path: string): Attributes {
    return this.#byPath.get(path) ?? NO_ATTRIBUTES;
  }

  /** About what is left out; one for each name and reason, sorted by name. */
  warnings(): Warning[] {
    return this.#kept.warnings();
  }
}
