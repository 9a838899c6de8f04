import { writeSync } from 'node:fs';

/** How long to wait for a reader of a pipe that is full, in milliseconds. */
const PIPE_WAIT = 5;

/** Writes all of it. @throws what the system says */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(descriptor, bytes, offset, bytes.length - offset);
    } catch (cause) {
      // A pipe that somebody else made non-blocking and that is full: wait for its reader.
      if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PIPE_WAIT);
    }
  }
}
