import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { until } from './until.ts';

/** Less than the capacity of any pipe, and more than Node writes while it starts. */
const SOME_BYTES = 4096;

/**
 * Counts the bytes that a program writes to a pipe as its standard output. Nobody reads the pipe before it is full.
 *
 * @param fifo path at which the pipe is made
 * @param code source of the program, a module
 */
export async function bytesReadLate(fifo: string, code: string): Promise<number> {
  execFileSync('mkfifo', [fifo]);
  // In this order neither call blocks.
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(fifo, 'w');
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', writer, 'inherit'],
  });
  closeSync(writer);
  const ended = new Promise((resolve) => child.once('close', resolve));
  // A write takes as much as fits, so the pipe is full after the first one.
  const hasWritten = (): boolean => child.exitCode !== null || bytesWritten(child.pid) >= SOME_BYTES;
  await until(hasWritten, 'the program has filled the pipe');
  let count = 0;
  for await (const piece of new Socket({ fd: reader, readable: true, writable: false })) {
    count += (piece as Buffer).length;
  }
  await ended;
  return count;
}

/** Bytes passed to write(2) so far: wchar of proc_pid_io(5). 0 for a process that has ended. */
function bytesWritten(pid: number | undefined): number {
  try {
    return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1]);
  } catch {
    return 0;
  }
}
