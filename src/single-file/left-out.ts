/** In place of what the single file leaves out: native parts, and what is larger than all the rest. */
import { StillrootError } from '../errors.ts';
import type { XattrPackage } from '../source/xattr-package.ts';

/** In place of formats/xz/encoder.ts, which needs native parts: the single file writes plain archives only. */
export const ENCODER_VERSION = '';
export const ENCODER = 'none (single file)';

/** Missing in the single file: always fails, see `leftOut`. */
export function installedEncoder(): never {
  return leftOut();
}

/** Missing in the single file: always fails, see `leftOut`. */
export function assertEncoder(): never {
  return leftOut();
}

/** Missing in the single file: always fails, see `leftOut`. */
export function encodeLzma2(): never {
  return leftOut();
}

function leftOut(): never {
  throw new StillrootError('usage', 'the single-file script has no xz encoder', {
    where: '--archive',
    hint: 'Use a name that ends in .cpio, or run stillroot pack.',
  });
}

/** In place of rewrite/sqlite-module.ts. SQLite is larger than all the rest. */
export const WITHOUT_SQLITE: string | undefined =
  'is an SQLite database, which the full stillroot rewrites but the single-file script cannot';

/** Missing in the single file: always fails. */
export function startSqlite(): never {
  throw new Error('there is no SQLite in the single file');
}

/** In place of source/xattr-package.ts, which looks for a package with native parts. */
export function loadXattrPackage(): XattrPackage | undefined {
  return undefined;
}
