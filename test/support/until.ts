/** Waits for a condition instead of for a fixed time. */
import { readFileSync } from 'node:fs';

/** Milliseconds after which a test that hangs is ended; it does not measure speed. */
const PATIENCE = 120_000;
/** Milliseconds between two checks. */
const INTERVAL = 5;
/** Linux counts processor time in hundredths of a second (USER_HZ). */
const TICKS = 100;

/** @param what what it waits for, for the error if that never comes */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/** Processor time of a running process with all its threads, in seconds: utime and stime of proc_pid_stat(5). */
export function processorTime(pid: number): number {
  const [user = 0, system = 0] = times(pid);
  return user + system;
}

/** Processor time of this process and of its children that have ended, in seconds. */
export function processorTimeOfAll(): number {
  return times(process.pid).reduce((sum, each) => sum + each, 0);
}

/** Seconds: utime, stime, cutime and cstime. */
function times(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name of the program comes before, in parentheses, and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).map((field) => Number(field) / TICKS);
}
