import type { XattrPackage } from '../source/xattr-package.ts';

/** In place of source/xattr-package.ts, which looks for a package with native parts. */
export function loadXattrPackage(): XattrPackage | undefined {
  return undefined;
}
