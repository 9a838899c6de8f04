/** File operations that several steps of finalize share. */
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
import { listAttributes } from '../source/extended-attributes.ts';
import { loadXattrPackage } from '../source/xattr-package.ts';
import { pathFromText } from '../tree/path.ts';

/** Bytes per piece. */
const COPY_SIZE: number = 1024 * 1024;
const LEAST_SIZE = 1024;

/**
 * A buffer for reading a file of this size: most files are small, and allocating a mebibyte costs more than reading
 * them.
 */
export function pieceBuffer(size: number): Buffer {
  // A file that has grown takes more than one read; filesystems such as /proc report the size 0.
  return Buffer.allocUnsafe(Math.min(COPY_SIZE, Math.max(size, LEAST_SIZE)));
}

/** Copies from the current positions of both descriptors to the end of the first; holds one piece at a time. */
export function copyContent(from: number, to: number): void {
  const buffer = pieceBuffer(fstatSync(from).size);
  for (;;) {
    const count = readSync(from, buffer, 0, buffer.length, null);
    if (count === 0) return;
    // With a descriptor this writes the whole buffer, starting at the current position.
    writeFileSync(to, buffer.subarray(0, count));
  }
}

/**
 * Whether only the permission to set an owner or attribute was missing; EINVAL means an id not mapped in a user
 * namespace.
 */
export function isNotAllowed(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPERM' || code === 'EINVAL';
}

/**
 * Some network filesystems cannot sync a directory; then its names are only as durable as that filesystem makes them.
 */
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
 * Restores the modification time of an open directory, to the nanosecond. Node's calls take seconds as a floating-point
 * number, which at today's times has steps of 2^-22 s; the program touch takes all digits. Without it, the nearest step
 * has to do.
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
 * Runs `work`, which creates or removes a name in an open directory. Its owner may first have to add write permission:
 * Fedora's root directory has mode 0555. Root is always allowed.
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

/** A name in an open directory. */
export interface Place {
  readonly directory: number;
  readonly name: string;
}

/** Copies extended attributes: labels, capabilities, access control lists. No link is followed. */
export interface AttributeCopier {
  /** The package only takes names as text. The directory is passed as a descriptor. */
  takes(name: string): boolean;
  /** @returns names of those that the system refused to set */
  copy(from: Place, to: Place): string[];
}

/** Undefined where the optional package is not installed, as in the single-file script. */
export function loadAttributeCopier(): AttributeCopier | undefined {
  const xattr = loadXattrPackage();
  if (xattr === undefined) return undefined;
  return {
    takes: (name) => pathFromText(asText(name)) === name,
    copy(from, to) {
      const refused: string[] = [];
      const [source, target] = [from, to].map(
        ({ directory, name }) => `/proc/self/fd/${directory}/${asText(name)}`,
      ) as [string, string];
      for (const name of listAttributes(xattr, source).sort()) {
        const value = xattr.getAttributeSync(source, name);
        if (value === null) continue;
        try {
          xattr.setAttributeSync(target, name, value);
        } catch (error) {
          if (!isRefusal(error)) throw error;
          refused.push(name);
        }
      }
      return refused;
    },
  };
}

function asText(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** The package gives only the system's text, with the number at its end: EPERM, EACCES, EINVAL, EOPNOTSUPP. */
function isRefusal(error: unknown): boolean {
  return isNotAllowed(error) || /\(os error (1|13|22|95)\)$/.test(String((error as Error).message));
}
