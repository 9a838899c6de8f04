import { getSystemErrorName } from 'node:util';
import { pathFromText } from '../tree/path.ts';
import { loadXattrPackage, type XattrPackage } from './xattr-package.ts';

/**
 * newc has no room for extended attributes, so they are only looked for, to be reported. Node has no
 * call for them; the optional package has, with two limits: it takes names as text only, and it
 * cannot look at a descriptor.
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

/** What the package's errors end with; they have no code. */
const SYSTEM_ERROR = /\(os error (\d+)\)$/;

/**
 * A filesystem that has no attributes at all has none of this entry.
 *
 * @throws an error with the code that Node's own calls would give it, `ENOENT` for an entry that is gone
 */
export function listAttributes(xattr: XattrPackage, path: string): string[] {
  try {
    return xattr.listAttributesSync(path);
  } catch (error) {
    const number = SYSTEM_ERROR.exec(String((error as Error).message))?.[1];
    if (number === undefined) throw error;
    const code = getSystemErrorName(-Number(number));
    if (code === 'ENOTSUP') return []; // EOPNOTSUPP is the same number
    throw Object.assign(error as Error, { code });
  }
}
