/** Calls on files that several steps of finalize share. */

import { spawnSync } from 'node:child_process';
import {
  type BigIntStats,
  chmodSync,
  fstatSync,
  fsyncSync,
  readSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';

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

/** Whether only the right to set an owner or attribute was missing; EINVAL is an id that a user namespace does not map. */
export function isNotAllowed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPERM' || code === 'EINVAL';
}

/** Some network filesystems cannot sync a directory; its names are then as durable as that filesystem makes them. */
export function syncDirectory(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EINVAL' && code !== 'ENOTSUP') throw error;
  }
}

const SECOND = 1_000_000_000n;

/**
 * Gives an open directory back the modification time that it had, to the nanosecond. Node's calls take seconds as a
 * floating-point number, which at today's times has steps of 2^-22 s; the program touch takes all digits. Where there is
 * none, the nearest step has to do.
 */
export function restoreTime(directory: number, { mtimeNs, mtimeMs }: BigIntStats): void {
  const isRestored = (): boolean => fstatSync(directory, { bigint: true }).mtimeNs === mtimeNs;
  if (isRestored()) return;
  const path = `/proc/${process.pid}/fd/${directory}`;
  if (mtimeNs >= 0n) {
    const date = `@${mtimeNs / SECOND}.${String(mtimeNs % SECOND).padStart(9, '0')}`;
    spawnSync('touch', ['-c', '-m', '-d', date, path], { stdio: 'ignore' });
    if (isRestored()) return;
  }
  const { atimeMs } = fstatSync(directory);
  utimesSync(path, atimeMs / 1000, Number(mtimeMs) / 1000 + Number(mtimeNs % 1_000_000n) / 1e9);
}

const OWNER_WRITE_AND_ENTER = 0o300;

/**
 * Runs `work`, which makes or removes a name in an open directory. Its owner may have to allow himself
 * that first: Fedora's root directory has mode 0555. Root is always allowed.
 */
export function inWritable<T>(directory: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
  }
  const place = `/proc/self/fd/${directory}`;
  const mode = fstatSync(directory).mode & 0o7777;
  chmodSync(place, mode | OWNER_WRITE_AND_ENTER);
  try {
    return work();
  } finally {
    chmodSync(place, mode);
  }
}
