/** The extended attributes of entries that belong to an image, and why others do not. */
import { type Attributes, addsNothing } from '../tree/attributes.ts';
import { showPath, somePaths } from '../tree/path.ts';
import { type AttributeSettings, whyNoName, whyNoValue } from './attributes.ts';

/** @param isWanted whether the value of this name is needed */
export type ReadAttributes = (isWanted: (name: string) => boolean) => Attributes | undefined;

/** What a source has that this attribute is left out of. */
interface LeftOut {
  readonly name: string;
  readonly why: string;
  readonly paths: string[];
}

export class KeptAttributes {
  readonly #settings: AttributeSettings;
  readonly #leftOut = new Map<string, LeftOut>();

  constructor(settings: AttributeSettings) {
    this.#settings = settings;
  }

  /**
   * @param isChanged whether the entry has another content in the image
   * @returns those that are kept, sorted by name
   */
  of(path: string, read: ReadAttributes, isChanged: boolean): Attributes {
    const kept = new Map<string, string>();
    const values = read((name) => this.#isWanted(name, path));
    if (values === undefined || values.size === 0) return kept;
    for (const [name, value] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (addsNothing(name, value)) continue;
      const why = whyNoValue(name, value, isChanged);
      if (why === undefined) kept.set(name, value);
      else this.#leaveOut(name, path, why);
    }
    return kept;
  }

  /** One for each name and reason, sorted by name; in the form of warnings of a source. */
  warnings(): { readonly code: string; readonly path: string; readonly message: string }[] {
    return [...this.#leftOut.values()]
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
      .map(({ name, why, paths }) => ({
        code: 'xattr-dropped',
        path: '',
        message: `the extended attribute ${shownAttribute(name)} of ${somePaths(paths)} is left out: ${why}`,
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

/** The name of an attribute as text. */
export function shownAttribute(name: string): string {
  return showPath(name.slice(0, SHOWN_BYTES)) + (name.length > SHOWN_BYTES ? '...' : '');
}
