/** The extended attributes that reach an archive, and why others do not. */
import { StillrootError } from '../errors.ts';
import { type AttributeSettings, whyNoName, whyNoValue } from '../normalize/attributes.ts';
import { type Source, somePaths, type Warning } from '../source/source.ts';
import { type Attributes, addsNothing, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { showPath } from '../tree/path.ts';

/** Bytes of the names and values of all entries together: they are held until the archive is written. */
const BYTES_MAXIMUM: number = 256 * 1024 * 1024;

/** What a source has that this attribute is left out of. */
interface LeftOut {
  readonly name: string;
  readonly why: string;
  readonly paths: string[];
}

export class PlannedAttributes {
  readonly #source: Source;
  readonly #settings: AttributeSettings;
  readonly #kept = new Map<string, Attributes>();
  readonly #leftOut = new Map<string, LeftOut>();
  #bytes = 0;

  /** Reads nothing yet. */
  constructor(source: Source, settings: AttributeSettings) {
    this.#source = source;
    this.#settings = settings;
  }

  /**
   * Reads the attributes of an entry. They are read once, so that every pass over the entries sees the same.
   *
   * @param isChanged whether it has another content in the image
   * @throws StillrootError where they cannot be read, or all together are too large
   */
  add(entry: Entry, isChanged: boolean): void {
    const { path } = entry;
    const read = this.#source.attributesOf?.(entry, (name) => this.#isWanted(name, path));
    if (read === undefined || read.size === 0) return;
    const kept = new Map<string, string>();
    for (const [name, value] of [...read].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (addsNothing(name, value)) continue;
      const why = whyNoValue(name, value, isChanged);
      if (why === undefined) kept.set(name, value);
      else this.#leaveOut(name, path, why);
      this.#bytes += name.length + value.length;
    }
    if (this.#bytes > BYTES_MAXIMUM) {
      throw new StillrootError(
        'archive-limit',
        `the extended attributes of the tree up to here take ${this.#bytes} bytes, the limit is ${BYTES_MAXIMUM}`,
        { where: showPath(path), hint: 'Leave them out with --policy extended-attributes=drop.' },
      );
    }
    if (kept.size > 0) this.#kept.set(path, kept);
  }

  /** Those of an entry that are kept, sorted by name. */
  of(path: string): Attributes {
    return this.#kept.get(path) ?? NO_ATTRIBUTES;
  }

  /** One for each name and reason, sorted by name. */
  warnings(): Warning[] {
    return [...this.#leftOut.values()]
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      .map(({ name, why, paths }) => ({
        code: 'xattr-dropped',
        path: '',
        message: `the extended attribute ${shownName(name)} of ${somePaths(paths)} is left out: ${why}`,
      }));
  }

  #isWanted(name: string, path: string): boolean {
    const why = whyNoName(name, this.#settings);
    if (why !== undefined) this.#leaveOut(name, path, why);
    return why === undefined;
  }

  #leaveOut(name: string, path: string, why: string): void {
    const key = `${name}\0${why}`;
    const known = this.#leftOut.get(key);
    if (known === undefined) this.#leftOut.set(key, { name, why, paths: [path] });
    else known.paths.push(path);
  }
}

/** XATTR_NAME_MAX of Linux. Untrusted archives may have longer ones. */
const SHOWN_BYTES = 255;

function shownName(name: string): string {
  return showPath(name.slice(0, SHOWN_BYTES)) + (name.length > SHOWN_BYTES ? '...' : '');
}
