import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { ByteInput } from '../formats/input.ts';
import { storedPath } from '../system/streams.ts';
import { openFailed } from './open-failed.ts';

/** A regular file that is read at any offset. */
export interface InputFile extends ByteInput {
  /** Like `read`, but into reusable memory. @returns how many bytes; fewer than `target` has only at the end */
  readInto(target: Uint8Array, offset: number): number;
  close(): void;
}

/** Hints for when the file cannot be used, a sentence each, depending on what it is read for. */
export interface WantedFile {
  /** Where the file does not exist, cannot be opened, or is a directory. */
  readonly unreadable: string;
  /** Where it is a device or a pipe. */
  readonly irregular: string;
}

const ARCHIVE: WantedFile = {
  unreadable: 'Name an archive that you can read.',
  irregular: 'Save a stream to a file first; reading an archive needs random access.',
};

/**
 * @param path the file as the user named it
 * @param wanted hints; those for an archive by default
 * @throws source-missing, source-unreadable, source-not-supported where it is not a regular file
 */
export function openInputFile(path: string, wanted: WantedFile = ARCHIVE): InputFile {
  const descriptor = openRegular(path, wanted);
  const { size } = fstatSync(descriptor);
  function readInto(target: Uint8Array, offset: number): number {
    const asked = Math.max(0, Math.min(target.length, size - offset));
    for (let filled = 0; filled < asked; ) {
      const count = readFrom(path, descriptor, target, filled, asked - filled, offset);
      if (count === 0) throw shrank(path, size, offset + filled);
      filled += count;
    }
    return asked;
  }
  return {
    size,
    readInto,
    read(offset, length) {
      const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)));
      readInto(buffer, offset);
      return buffer;
    },
    close: () => closeSync(descriptor),
  };
}

function openRegular(path: string, wanted: WantedFile): number {
  if (path === '') {
    throw new StillrootError('source-missing', 'the name of a file is empty', {
      hint: `${wanted.unreadable} The usual cause is an empty variable in a script.`,
    });
  }
  let descriptor: number;
  try {
    // Without O_NONBLOCK a FIFO would wait for its writer for ever.
    descriptor = openSync(storedPath(path), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new StillrootError('source-missing', 'no such file', {
        where: path,
        hint: wanted.unreadable,
        cause,
      });
    }
    const { what, hint } = openFailed(cause, 'opened', wanted.unreadable);
    throw new StillrootError('source-unreadable', what, { where: path, hint, cause });
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return descriptor;
  closeSync(descriptor);
  throw new StillrootError(
    'source-not-supported',
    stats.isDirectory() ? 'is a directory, not a file' : 'is not a regular file',
    { where: path, hint: stats.isDirectory() ? wanted.unreadable : wanted.irregular },
  );
}

function readFrom(
  path: string,
  descriptor: number,
  target: Uint8Array,
  filled: number,
  length: number,
  offset: number,
): number {
  try {
    return readSync(descriptor, target, filled, length, offset + filled);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StillrootError('source-unreadable', `cannot be read at byte ${offset + filled} (${code})`, {
      where: path,
      hint: 'Check the filesystem it is on.',
      cause,
    });
  }
}

function shrank(path: string, size: number, at: number): StillrootError {
  return new StillrootError('source-changed', `file shrank while it was read (${size} -> ${at} bytes)`, {
    where: path,
    hint: 'Make sure that nothing writes to the archive.',
  });
}

/** One of the two places to compare. */
export interface FilePlace {
  readonly file: Pick<InputFile, 'readInto'>;
  readonly offset: number;
}

const READ_BYTES = 256 * 1024;

/** Whether two files have the same bytes at two places. Past the end of a file nothing is equal. */
export function areSameBytes(a: FilePlace, b: FilePlace, length: number): boolean {
  const left = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, length));
  const right = Buffer.allocUnsafeSlow(left.length);
  for (let at = 0; at < length; at += READ_BYTES) {
    const count = Math.min(READ_BYTES, length - at);
    const isThere =
      a.file.readInto(left.subarray(0, count), a.offset + at) === count &&
      b.file.readInto(right.subarray(0, count), b.offset + at) === count;
    if (!isThere || left.compare(right, 0, count, 0, count) !== 0) return false;
  }
  return true;
}
