/** File operations shared by several modules, with errors that say what to do. */
import { mkdirSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { lackOfSystem, StillrootError, systemCode } from '../errors.ts';
import { storedPath } from './streams.ts';

/**
 * Whether this is a regular file, following links. Also false where it cannot be examined (ELOOP, EACCES,
 * ENAMETOOLONG): the next call that opens it reports why.
 */
export function isFile(path: string): boolean {
  try {
    return statSync(storedPath(path)).isFile();
  } catch {
    return false;
  }
}

/** The same for a directory. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(storedPath(path)).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Creates a directory and its missing parents, like `mkdir -p`. Node's own call never returns where a directory cannot be
 * created in an existing one and the system says ENOENT, as in /proc.
 *
 * @param mode of each directory created, before the umask
 * @throws system errors; EEXIST where something else has the name
 */
export function makeDirectories(path: string, mode: number = 0o777): void {
  const missing: string[] = [];
  for (let each = path; !make(each, mode, dirname(each) !== each); each = dirname(each)) missing.push(each);
  for (const each of missing.reverse()) make(each, mode, false);
}

/** @returns false where its parent is missing and can be created */
function make(path: string, mode: number, hasParent: boolean): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' && hasParent) return false;
    if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return true;
    throw error;
  }
}

const OUTPUT_HINTS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['its directory does not exist', 'Create the directory first.'],
  ENOTDIR: ['its directory is not a directory', 'Choose a file in an existing directory.'],
  ENOSPC: ['no space left on device', 'Free some space, or write elsewhere.'],
  EDQUOT: ['the disk quota is exceeded', 'Free some space, or write elsewhere.'],
  EFBIG: ['the file would be larger than the filesystem or the ulimit allows', 'Write elsewhere.'],
  ENAMETOOLONG: ['its name is too long for the filesystem', 'Choose a shorter one.'],
  ELOOP: ['its path has a symlink loop', 'Choose a path without the loop.'],
  EACCES: ['cannot be written (EACCES)', 'Choose a directory you can write to.'],
  EROFS: ['lies on a read-only filesystem', 'Write elsewhere.'],
  EPERM: [
    'cannot be replaced (EPERM)',
    'It is immutable, or owned by another user in a sticky directory. Choose another name.',
  ],
  EBUSY: ['is in use (EBUSY)', 'It is a mount point, or mounted itself.'],
  EIO: ['cannot be written (EIO)', 'The device reports an error; see the kernel log.'],
  EPIPE: ['the reader closed the pipe (EPIPE)', 'Check the command that reads it.'],
};

/** A failure of an output as an error for the user; anything that is not a system error is returned unchanged. */
export function outputFailed(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined || cause instanceof StillrootError) return cause;
  const lack = lackOfSystem(cause);
  const [what, hint] = OUTPUT_HINTS[code] ??
    (lack && [lack.what, lack.hint]) ?? [
      `cannot be written (${code})`,
      'Check the directory it is written to.',
    ];
  return new StillrootError('output-failed', what, { where: path, hint, cause });
}

/** How long to wait for the reader of a full pipe, in milliseconds. */
const PIPE_WAIT = 5;

/**
 * Writes all bytes.
 *
 * @param position offset in the file; by default the current position
 * @throws system errors
 */
export function writeFully(descriptor: number, bytes: Uint8Array, position?: number): void {
  for (let offset = 0; offset < bytes.length; ) {
    try {
      const place = position === undefined ? null : position + offset;
      offset += writeSync(descriptor, bytes, offset, bytes.length - offset, place);
    } catch (cause) {
      // A full pipe that another process made non-blocking: wait for its reader.
      if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_WAIT);
    }
  }
}
