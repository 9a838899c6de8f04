import { closeSync, openSync, readSync } from 'node:fs';
import { isFile } from '../system/files.ts';

const OPENING_BRACE = 0x7b;

/** No archive begins with a brace, and every manifest does. */
export function isManifest(path: string): boolean {
  if (!isFile(path)) return false;
  const descriptor = openSync(path, 'r');
  try {
    const first = Buffer.alloc(1);
    return readSync(descriptor, first, 0, 1, 0) === 1 && first[0] === OPENING_BRACE;
  } finally {
    closeSync(descriptor);
  }
}
