/** Small files that options name, read whole: rules, configurations, early archives. */
import { constants, type Stats } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { systemCode } from '../errors.ts';
import { storedPath } from './streams.ts';

/** Makes the error for a file that cannot be used. @param cause the failed call of the system, where one failed */
export type RefuseFile = (what: string, cause?: unknown) => Error;

/** Bytes read at a time; most of these files are smaller. */
const PIECE_BYTES = 64 * 1024;
/** How long to wait for the writer of an empty pipe, in milliseconds. */
const PIPE_WAIT = 5;
/** statfs(2): where the pipes of a shell are, which have no name in any directory. */
const PIPEFS_MAGIC = 0x50495045;

/**
 * The content of a regular file or of a pipe, such as `<(command)` of a shell or `-`, which is standard input. Nothing
 * else is read: a device may have no end. A FIFO must have a writer, since opening it would otherwise wait for one for
 * ever.
 *
 * @param limit in bytes
 * @throws what `refuse` makes
 */
export async function readNamedFile(path: string, limit: number, refuse: RefuseFile): Promise<Buffer> {
  if (path === '') throw refuse('is an empty name, wanted that of a file');
  const place = storedPath(path) === '-' ? '/dev/stdin' : storedPath(path);
  // Loaded here: most runs read no such file.
  const { default: fs } = await import('fs-extra');
  const descriptor = await openNamed(fs, place, limit, refuse);
  try {
    // Counted while it is read: a pipe has no size, and a file may grow.
    const pieces: Buffer[] = [];
    for (let total = 0; ; ) {
      const piece = await readPiece(fs, descriptor, refuse);
      if (piece === undefined) {
        await setTimeout(PIPE_WAIT);
        continue;
      }
      if (piece.length === 0) {
        if (total === 0 && (await isFifo(fs, descriptor, place)))
          throw refuse('is a FIFO that nothing writes to');
        return Buffer.concat(pieces);
      }
      total += piece.length;
      if (total > limit) throw refuse(`is longer than the limit of ${limit} bytes`);
      pieces.push(piece);
    }
  } finally {
    await fs.close(descriptor);
  }
}

type Calls = typeof import('fs-extra');

async function openNamed(fs: Calls, place: string, limit: number, refuse: RefuseFile): Promise<number> {
  const descriptor = await calling(refuse, async () => {
    // Looked at before it is opened: opening a device may do something.
    requireFile(await fs.stat(place), refuse);
    return fs.open(place, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  });
  try {
    const stats = await fs.fstat(descriptor);
    requireFile(stats, refuse);
    if (stats.size > limit) throw refuse(`has ${stats.size} bytes, wanted at most ${limit}`);
    return descriptor;
  } catch (error) {
    await fs.close(descriptor);
    throw error;
  }
}

function requireFile(stats: Stats, refuse: RefuseFile): void {
  if (stats.isFile() || stats.isFIFO()) return;
  const found = stats.isDirectory() ? 'a directory' : stats.isSocket() ? 'a socket' : 'a device';
  throw refuse(`is ${found}, wanted a file`);
}

/** @returns empty at the end; undefined where a pipe has a writer that has not written yet */
async function readPiece(fs: Calls, descriptor: number, refuse: RefuseFile): Promise<Buffer | undefined> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  return calling(refuse, async () => {
    try {
      const { bytesRead } = await fs.read(descriptor, piece, 0, PIECE_BYTES, null);
      return piece.subarray(0, bytesRead);
    } catch (cause) {
      if (systemCode(cause) === 'EAGAIN') return undefined;
      throw cause;
    }
  });
}

/** Whether it is a pipe with a name in a directory, rather than one of a shell. */
async function isFifo(fs: Calls, descriptor: number, place: string): Promise<boolean> {
  if (!(await fs.fstat(descriptor)).isFIFO()) return false;
  return (await statfs(place)).type !== PIPEFS_MAGIC;
}

async function calling<T>(refuse: RefuseFile, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    throw refuse(code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`, cause);
  }
}
