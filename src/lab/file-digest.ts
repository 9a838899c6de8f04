import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const PIECE_SIZE = 1024 * 1024;

/** SHA-256 in hex, and how many bytes there are. */
export function digestFile(path: string): { readonly digest: string; readonly size: number } {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PIECE_SIZE);
  const descriptor = openSync(path, 'r');
  try {
    let size = 0;
    for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, count));
      size += count;
    }
    return { digest: hash.digest('hex'), size };
  } finally {
    closeSync(descriptor);
  }
}
