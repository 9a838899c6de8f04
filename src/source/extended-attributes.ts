import { pathFromText } from '../tree/path.ts';
import { loadXattrPackage } from './xattr-package.ts';

/**
 * newc has no room for extended attributes, so they are only looked for, to be reported. Node has no
 * call for them; the optional package has, with two limits: it takes names as text only, and it
 * cannot look at a descriptor.
 */
export interface AttributeReader {
  /** Names of the attributes of an entry, sorted; undefined where the name of the entry cannot be passed on. */
  list(directory: number, name: string): string[] | undefined;
}

/** Undefined where the optional package is not installed. */
export function loadAttributeReader(): AttributeReader | undefined {
  const xattr = loadXattrPackage();
  if (xattr === undefined) return undefined;
  return {
    list(directory, name) {
      const text = Buffer.from(name, 'latin1').toString('utf8');
      if (pathFromText(text) !== name) return undefined;
      return xattr.listAttributesSync(`/proc/self/fd/${directory}/${text}`).sort();
    },
  };
}
