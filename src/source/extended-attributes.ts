import { getSystemErrorName } from 'node:util';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import { pathFromText, showPath } from '../tree/path.ts';
import { loadXattrPackage, type XattrPackage } from './xattr-package.ts';

/**
 * While a tree is scanned, extended attributes are only listed: most archives cannot hold them, and values are read when
 * they are needed. Node has no call for them; the optional package does, with two limitations: it accepts names only as
 * text, and no descriptors. It follows no symlink at the end of a path, so those of symlinks can be read, too.
 */
export interface AttributeReader {
  /** Names of the attributes of an entry, sorted; undefined where the name of the entry cannot be passed on. */
  list(directory: number, name: string): string[] | undefined;
}

const ASCII = /^[\x01-\x7f]*$/;

/** Undefined where the optional package is not installed. */
export function loadAttributeReader(): AttributeReader | undefined {
  const xattr = loadXattrPackage();
  if (xattr === undefined) return undefined;
  return {
    list(directory, name) {
      const text = ASCII.test(name) ? name : Buffer.from(name, 'latin1').toString('utf8');
      if (text !== name && pathFromText(text) !== name) return undefined;
      const attributes = listAttributes(xattr, `/proc/self/fd/${directory}/${text}`);
      return attributes.length > 1 ? attributes.sort() : attributes;
    },
  };
}

/**
 * The values of listed attributes of an entry. One that has since disappeared is left out.
 *
 * @throws an error with the code of the system
 */
export function readAttributes(directory: number, name: string, names: readonly string[]): Attributes {
  const xattr = loadXattrPackage();
  if (xattr === undefined) return NO_ATTRIBUTES;
  const text = Buffer.from(name, 'latin1').toString('utf8');
  const values = new Map<string, string>();
  for (const attribute of names) {
    const bytes = withSystemCode(() =>
      xattr.getAttributeSync(`/proc/self/fd/${directory}/${text}`, attribute),
    );
    if (bytes !== null) values.set(attribute, Buffer.from(bytes).toString('latin1'));
  }
  return values;
}

/** The end of the package's error messages, which have no code. */
const SYSTEM_ERROR = /\(os error (\d+)\)$/;

/**
 * A filesystem without attribute support counts as having none.
 *
 * @throws an error with the code that Node's own calls would give it, `ENOENT` for an entry that is gone
 */
export function listAttributes(xattr: XattrPackage, path: string): string[] {
  try {
    return withSystemCode(() => xattr.listAttributesSync(path));
  } catch (error) {
    // EOPNOTSUPP is the same number.
    if ((error as NodeJS.ErrnoException).code === 'ENOTSUP') return [];
    throw error;
  }
}

/** @throws errors of the package with the code that Node's own calls would give them */
export function withSystemCode<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const number = SYSTEM_ERROR.exec(String((error as Error).message))?.[1];
    if (number === undefined) throw error;
    throw Object.assign(error as Error, { code: getSystemErrorName(-Number(number)) });
  }
}

/** How many are named; one entry of an archive may have a hundred thousand. */
const NAMED = 8;
/** Bytes of one name shown: XATTR_NAME_MAX of Linux. Untrusted archives may have longer ones. */
const SHOWN = 255;

/**
 * Text of the warning about the extended attributes of an entry: one warning, however many there are.
 *
 * @param names bytes, sorted, at least one
 */
export function attributesLost(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).map(showAttribute).join(', ');
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `has the extended attribute${names.length === 1 ? '' : 's'} ${shown}${more}, which a cpio archive cannot hold; pack a .tar to keep ${names.length === 1 ? 'it' : 'them'}`;
}

function showAttribute(name: string): string {
  return showPath(name.slice(0, SHOWN)) + (name.length > SHOWN ? '...' : '');
}
