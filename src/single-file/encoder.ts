/** In place of xz/encoder.ts, which needs native parts: the single file writes plain archives only. */
import { StillrootError } from '../errors.ts';

export const ENCODER_NAME = 'none';
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
