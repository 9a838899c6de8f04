import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { XzInput } from '../xz/xz-input.ts';

/** A regular file that is read at any offset. */
export interface InputFile extends XzInput {
  /** Like `read`, into memory that is used again. @returns how many bytes; fewer than `target` has only at the end */
  readInto(target: Uint8Array, offset: number): number;
  close(): void;
}

/**
 * @param path the file as the user named it
 * @throws source-missing, source-unreadable, source-not-supported where it is no regular file
 */
export function openInputFile(path: string): InputFile {
  const descriptor = openRegular(path);
  const { size } = fstatSync(descriptor);
  function readInto(target: Uint8Array, offset: number): number {
    const wanted = Math.max(0, Math.min(target.length, size - offset));
    for (let filled = 0; filled < wanted; ) {
      const count = readFrom(path, descriptor, target, filled, wanted - filled, offset);
      if (count === 0) throw shrank(path, size, offset + filled);
      filled += count;
    }
    return wanted;
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

function openRegular(path: string): number {
  let descriptor: number;
  try {
    // Without O_NONBLOCK a FIFO would wait for its writer for ever.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StillrootError(
      code === 'ENOENT' ? 'source-missing' : 'source-unreadable',
      code === 'ENOENT' ? 'no such file' : `cannot be opened (${code})`,
      { where: path, hint: 'Name an archive that you may read.', cause },
    );
  }
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new StillrootError('source-not-supported', 'is not a regular file', {
    where: path,
    hint: 'Write a stream to a file first; an archive is read at more than one place.',
  });
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
      hint: 'Check the filesystem it lies on.',
      cause,
    });
  }
}

function shrank(path: string, size: number, at: number): StillrootError {
  return new StillrootError('source-changed', `file shrank while it was read (${size} -> ${at} bytes)`, {
    where: path,
    hint: 'Read an archive that nothing writes to.',
  });
}
