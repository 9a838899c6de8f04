import { closeSync, openSync, readSync } from 'node:fs';
import { isFile } from '../system/files.ts';
import { storedPath } from '../system/streams.ts';

const OPENING_BRACE = 0x7b;

/** Every manifest begins with a brace, and no archive does. */
export function isManifest(path: string): boolean {
  if (!isFile(path)) return false;
  const descriptor = openSync(storedPath(path), 'r');
  try {
    const first = Buffer.alloc(1);
    return readSync(descriptor, first, 0, 1, 0) === 1 && first[0] === OPENING_BRACE;
  } finally {
    closeSync(descriptor);
  }
}
