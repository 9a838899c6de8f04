/** In place of source/xattr-package.ts: the native part is an asset of the executable. */
import type { XattrPackage } from '../source/xattr-package.ts';
import { loadNativePart } from './native-part.ts';

let loaded: XattrPackage | undefined;

/** @throws system where it cannot be loaded: the attributes of a tree must not get lost */
export function loadXattrPackage(): XattrPackage {
  loaded ??= loadNativePart('xattr') as XattrPackage;
  return loaded;
}
