import { writeSync } from 'node:fs';

/** How long to wait for a reader of a pipe that is full, in milliseconds. */
const PIPE_WAIT = 5;

/**
 * Writes all of it.
 *
 * @param position where in the file; without it, behind what was written last
 * @throws what the system says
 */
export function writeFully(descriptor: number, bytes: Uint8Array, position?: number): void {
  for (let offset = 0; offset < bytes.length; ) {
    try {
      const place = position === undefined ? null : position + offset;
      offset += writeSync(descriptor, bytes, offset, bytes.length - offset, place);
    } catch (cause) {
      // A pipe that somebody else made non-blocking and that is full: wait for its reader.
      if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_WAIT);
    }
  }
}
