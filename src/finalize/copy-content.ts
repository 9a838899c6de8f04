import { readSync, writeFileSync } from 'node:fs';

/** Bytes of one piece. */
export const COPY_SIZE: number = 1024 * 1024;

/** Copies from the positions where both descriptors are to the end of the first; holds one piece at a time. */
export function copyContent(from: number, to: number): void {
  const buffer = Buffer.allocUnsafe(COPY_SIZE);
  for (;;) {
    const count = readSync(from, buffer, 0, buffer.length, null);
    if (count === 0) return;
    // On a descriptor it writes all it is given from the current position on.
    writeFileSync(to, buffer.subarray(0, count));
  }
}
