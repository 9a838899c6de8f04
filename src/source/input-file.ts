import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { XzInput } from '../xz/xz-input.ts';

/** A regular file that is read at any offset. */
export interface InputFile extends XzInput {
  close(): void;
}

/**
 * @param path the file as the user named it
 * @throws source-missing, source-unreadable, source-not-supported where it is no regular file
 */
export function openInputFile(path: string): InputFile {
  const descriptor = openRegular(path);
  const { size } = fstatSync(descriptor);
  return {
    size,
    read(offset, length) {
      const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, size - offset)));
      let filled = 0;
      while (filled < buffer.length) {
        const count = readFrom(path, descriptor, buffer, filled, offset);
        if (count === 0) throw shrank(path, size, offset + filled);
        filled += count;
      }
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

function readFrom(path: string, descriptor: number, buffer: Buffer, filled: number, offset: number): number {
  try {
    return readSync(descriptor, buffer, filled, buffer.length - filled, offset + filled);
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
