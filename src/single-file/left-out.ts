/** In place of what the single file leaves out: native parts, and what is larger than all the rest. */
import { StillrootError } from '../errors.ts';
import type { Compressor } from '../pack/compressor.ts';
import type { XattrPackage } from '../source/xattr-package.ts';

/** In place of formats/encoders.ts: the single file writes plain archives only. */
const NONE = 'none (single file)';
export const XZ_ENCODER = { name: '', version: '' };
export const ZSTD_ENCODER = { name: '', version: '' };
export const GZIP_ENCODER = { name: '', version: '' };
export const ENCODERS = { xz: NONE, zstd: NONE, gzip: NONE };
export const ENCODER: string = NONE;

/** In place of pack/xz-compressor.ts, which needs native parts, and of those that start threads from a neighbouring file. */
export const XZ_COMPRESSOR: Compressor = {
  assertUsable: leftOut,
  open: leftOut,
  inspectBlock: leftOut,
};
export const ZSTD_COMPRESSOR: Compressor = XZ_COMPRESSOR;
export const GZIP_COMPRESSOR: Compressor = XZ_COMPRESSOR;

function leftOut(): never {
  throw new StillrootError('usage', 'the single-file script has no encoders', {
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
