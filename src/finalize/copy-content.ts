import { fstatSync, readSync, writeFileSync } from 'node:fs';

/** Bytes of one piece. */
const COPY_SIZE: number = 1024 * 1024;
const LEAST_SIZE = 1024;

/** A buffer to read a file of this size with: most files are small, and a fresh mebibyte costs more than they do. */
export function pieceBuffer(size: number): Buffer {
  // A file that grew takes more reads than one; filesystems such as /proc give the size 0.
  return Buffer.allocUnsafe(Math.min(COPY_SIZE, Math.max(size, LEAST_SIZE)));
}

/** Copies from the positions where both descriptors are to the end of the first; holds one piece at a time. */
export function copyContent(from: number, to: number): void {
  const buffer = pieceBuffer(fstatSync(from).size);
  for (;;) {
    const count = readSync(from, buffer, 0, buffer.length, null);
    if (count === 0) return;
    // On a descriptor it writes all it is given from the current position on.
    writeFileSync(to, buffer.subarray(0, count));
  }
}
