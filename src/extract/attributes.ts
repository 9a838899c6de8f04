/**
 * Extended attributes of what is extracted. The available calls follow no link and take a name, but no descriptor. So
 * directories are reached as `.` below their own descriptor, and everything else is made in a directory that only this
 * process can change (see FileWriter): a capability must never reach a file that somebody else put in its place.
 */
import type { AttributeSettings } from '../normalize/attributes.ts';
import { KeptAttributes, shownAttribute } from '../normalize/kept-attributes.ts';
import { listAttributes, withSystemCode } from '../source/extended-attributes.ts';
import type { Source, Warning } from '../source/source.ts';
import type { XattrPackage } from '../source/xattr-package.ts';
import { ACCESS_LIST, DEFAULT_LIST } from '../tree/access-list.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { pathFromText, somePaths } from '../tree/path.ts';

/** Attributes that were refused for one reason. */
interface Refused {
  readonly names: Set<string>;
  readonly paths: Set<string>;
}

/** How many names of attributes are shown for a reason. */
const NAMED = 4;

/** What is the matter where no call can be made. */
const NO_PACKAGE = 'the package @napi-rs/xattr is not installed; install it';
const NOT_UTF8 = 'its name is not UTF-8, which cannot be passed on; unpack it with GNU tar';

export class ExtractedAttributes {
  readonly #source: Source;
  readonly #kept: KeptAttributes;
  readonly #xattr: XattrPackage | undefined;
  readonly #privileged: boolean;
  readonly #refused = new Map<string, Refused>();

  /** @param xattr undefined where the package is not installed */
  constructor(
    source: Source,
    settings: AttributeSettings,
    xattr: XattrPackage | undefined,
    privileged: boolean,
  ) {
    this.#source = source;
    this.#kept = new KeptAttributes(settings);
    this.#xattr = xattr;
    this.#privileged = privileged;
  }

  /** Those that an entry gets. */
  of(entry: Entry): Attributes {
    const { attributesOf } = this.#source;
    if (attributesOf === undefined) return NO_ATTRIBUTES;
    return this.#kept.of(entry.path, (isWanted) => attributesOf(entry, isWanted), false);
  }

  /** Whether what is made in an open directory gets an access list from it, which the archive does not know of. */
  areInherited(directory: number): boolean {
    return this.#listsOf(placeOf(directory)).includes(DEFAULT_LIST);
  }

  /**
   * Removes the access lists of an open directory: those that it has come from its parent or from an earlier extraction, and
   * whatever is made in it would inherit them.
   *
   * @throws an error with the code of the system
   */
  removeLists(directory: number): void {
    const place = placeOf(directory);
    for (const name of this.#listsOf(place)) {
      withSystemCode(() => this.#xattr?.removeAttributeSync(place, name));
    }
  }

  /** Of an open directory. */
  setOpen(directory: number, entry: Entry, attributes: Attributes): void {
    this.set(placeOf(directory), entry, attributes);
  }

  /**
   * Must come after the owner is set, since chown(2) removes capabilities, and before the mode: attributes of users need
   * write permission.
   *
   * @param place path of ASCII characters, whose last component may be a symlink and is not followed
   * @throws an error with the code of the system, unless it says that this attribute cannot be set here
   */
  set(place: string, { path, type }: Entry, attributes: Attributes): void {
    // An access list can take the write permission away, so it comes last.
    const names = [...attributes.keys()].sort((a, b) => Number(isList(a)) - Number(isList(b)));
    for (const name of names) {
      const why = this.#setOne(place, name, attributes.get(name) as string, type);
      if (why === undefined) continue;
      const refused = this.#refused.get(why) ?? { names: new Set(), paths: new Set() };
      refused.names.add(name);
      refused.paths.add(path === '' ? '.' : path);
      this.#refused.set(why, refused);
    }
  }

  /** About attributes that do not belong to an image, and one about all that could not be set. */
  warnings(): Warning[] {
    const warnings: Warning[] = this.#kept.warnings();
    if (this.#refused.size === 0) return warnings;
    const count = new Set([...this.#refused.values()].flatMap(({ paths }) => [...paths])).size;
    const clauses = [...this.#refused].map(
      ([why, { names, paths }]) => `${someNames([...names])} of ${somePaths([...paths])}: ${why}`,
    );
    const entries = count === 1 ? '1 entry' : `${count} entries`;
    const message = `extended attributes of ${entries} are not restored: ${clauses.join('; ')}`;
    return [...warnings, { code: 'xattr-not-restored', path: '', message }];
  }

  /** @returns why it cannot be set here */
  #setOne(place: string, name: string, value: string, type: Entry['type']): string | undefined {
    if (this.#xattr === undefined) return NO_PACKAGE;
    const text = Buffer.from(name, 'latin1').toString('utf8');
    if (pathFromText(text) !== name) return NOT_UTF8;
    const bytes = Buffer.from(value, 'latin1');
    try {
      withSystemCode(() => this.#xattr?.setAttributeSync(place, text, bytes));
      return undefined;
    } catch (error) {
      const why = whyNot((error as NodeJS.ErrnoException).code, name, type, this.#privileged);
      if (why === undefined) throw error;
      return why;
    }
  }

  #listsOf(place: string): string[] {
    if (this.#xattr === undefined || this.#source.attributesOf === undefined) return [];
    return listAttributes(this.#xattr, place).filter(isList);
  }
}

function placeOf(directory: number): string {
  return `/proc/self/fd/${directory}/.`;
}

function isList(name: string): boolean {
  return name === ACCESS_LIST || name === DEFAULT_LIST;
}

function someNames(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).map(shownAttribute).join(', ')}${more}`;
}

/** @returns why the system refused, and what to do; undefined for a code that has nothing to do with this attribute */
function whyNot(
  code: string | undefined,
  name: string,
  type: Entry['type'],
  privileged: boolean,
): string | undefined {
  switch (code) {
    case 'EPERM':
    case 'EACCES':
      if (name.startsWith('user.') && type !== 'file' && type !== 'directory') {
        return 'Linux allows attributes of users only on files and directories';
      }
      return privileged
        ? 'this system does not let root set them; extract outside of the container'
        : 'only root may set them; extract as root';
    case 'ENOTSUP':
      return 'the filesystem does not hold them; extract to another one, such as ext4';
    case 'E2BIG':
    case 'ENOSPC':
    case 'ERANGE':
      return 'they are too large for the filesystem; extract to another one, such as XFS';
    case 'EINVAL':
      return 'Linux refuses the value, which is damaged or names ids that this system does not have';
    default:
      return undefined;
  }
}
